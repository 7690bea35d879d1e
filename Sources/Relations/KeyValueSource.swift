/// What a key-value store holds beside the tables of a schema: keys that are ours, as they stand at one position.
@usableFromInline package protocol KeyValueSource {
    /// Empty where the schema has none.
    var keyFamilies: [KeyFamily] { get }
    /// What shapes the values beside the ledger itself. A target that was written with other settings is written anew.
    var keySettings: String { get }
    /// The moment of the keys' values.
    var keyMoment: KeyMoment { get throws }

    /// Calls `body` for every key of a family, or every member of its one key, in one fixed order.
    ///
    /// With `changedAfter`, only for those whose value is another than it was at that moment, and for those that were
    /// there and are gone; a removal may name what never was.
    func keys(of family: KeyFamily, changedAfter: KeyMoment?, _ body: (KeyChange) throws -> Void) throws
}

extension KeyValueSource {
    package var keyFamilies: [KeyFamily] { [] }
    package var keySettings: String { "" }
    package var keyMoment: KeyMoment { KeyMoment(position: 0) }

    package func keys(of family: KeyFamily, changedAfter: KeyMoment?, _ body: (KeyChange) throws -> Void) throws {
        preconditionFailure("the schema has no keys \(family.pattern)")
    }
}

/// A position and the time at which what depends on time is judged, such as whether an agent is online.
@usableFromInline package struct KeyMoment: Hashable, Sendable {
    package var position: UInt64
    /// Since 1970-01-01T00:00:00Z. Nil is the time of the position.
    package var microseconds: Int64?

    package init(position: UInt64, microseconds: Int64? = nil) {
        self.position = position
        self.microseconds = microseconds
    }
}

/// Keys of one shape: `agent:{id}:status`.
@usableFromInline package struct KeyFamily: Hashable, Sendable {
    package enum Shape: Hashable, Sendable {
        case text
        case hash
        /// One key, named by the pattern, that holds members with a score each.
        case sortedSet
    }

    /// The key's name; what stands in braces differs from key to key.
    package var pattern: String
    package var shape: Shape
    package var description: String

    package init(_ pattern: String, _ shape: Shape, description: String) {
        self.pattern = pattern
        self.shape = shape
        self.description = description
    }
}

/// What one key holds now, or that it is gone.
@usableFromInline package enum KeyChange: Hashable, Sendable {
    /// A value that time alone makes wrong has a time to live, from the source's moment on.
    case text(key: String, String, expiresInMilliseconds: Int64? = nil)
    /// All fields that the key has, by name; at least one.
    case hash(key: String, [KeyField])
    case member(key: String, String, score: Double)
    case removedKey(String)
    case removedMember(key: String, String)

    package var key: String {
        switch self {
        case .text(let key, _, _), .hash(let key, _), .member(let key, _, _), .removedKey(let key),
            .removedMember(let key, _):
            key
        }
    }

    /// Nil unless the key is a sorted set.
    package var member: String? {
        switch self {
        case .member(_, let member, _), .removedMember(_, let member): member
        case .text, .hash, .removedKey: nil
        }
    }

    package var isRemoval: Bool {
        switch self {
        case .removedKey, .removedMember: true
        case .text, .hash, .member: false
        }
    }
}

@usableFromInline package struct KeyField: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
