import LedgerRelations

/// Keys and members that should be in a database and are not: the server evicted them, or somebody deleted them, or made
/// something else of the key.
struct RedisMissingKeys {
    private struct Name: Hashable {
        var key: String
        var member: String?

        init(_ change: KeyChange) {
            self.key = change.key
            self.member = change.member
        }
    }

    private static let unansweredLimit = 1000

    private var names: Set<Name> = []
    private var elapsedMilliseconds: Int64 = 0

    init() {}

    /// - Parameter elapsedMilliseconds: how long ago the keys were written. A key whose time to live is over is not
    ///   missing.
    init(of source: some RelationSource, in connection: RedisConnection, elapsedMilliseconds: Int64) throws {
        self.elapsedMilliseconds = max(elapsedMilliseconds, 0)
        var asked: [(name: Name, type: String)] = []
        for family in source.keyFamilies {
            try source.keys(of: family, changedAfter: nil) { change in
                guard self.rest(of: change) != nil else { return }
                let name = Name(change)
                try connection.enqueue(name.member.map { ["ZSCORE", name.key, $0] } ?? ["TYPE", name.key])
                asked.append((name, family.shape == .hash ? "hash" : "string"))
                if asked.count == Self.unansweredLimit { try self.collect(&asked, connection) }
            }
        }
        try self.collect(&asked, connection)
    }

    private mutating func collect(
        _ asked: inout [(name: Name, type: String)], _ connection: RedisConnection
    ) throws(ExportError) {
        for (name, type) in asked {
            switch try connection.reply() {
            // A refusal is for a key that is no sorted set.
            case .null, .refusal: self.names.insert(name)
            case .text(let found) where name.member == nil && found != type: self.names.insert(name)
            case .integer, .text, .array: break
            }
        }
        asked.removeAll(keepingCapacity: true)
    }

    var isEmpty: Bool { self.names.isEmpty }

    /// Forgets a key that is written anyway.
    mutating func remove(_ change: KeyChange) {
        if !self.names.isEmpty { self.names.remove(Name(change)) }
    }

    /// The change with what is left of its time to live, if it restores a missing key.
    func restoring(_ change: KeyChange) -> KeyChange? {
        self.names.contains(Name(change)) ? self.rest(of: change) : nil
    }

    private func rest(of change: KeyChange) -> KeyChange? {
        guard case .text(let key, let text, let life?) = change else { return change }
        let rest = life - self.elapsedMilliseconds
        return rest > 0 ? .text(key: key, text, expiresInMilliseconds: rest) : nil
    }
}
