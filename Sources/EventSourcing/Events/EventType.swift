/// The stored name of an event: `workflow_execution.started`. Never renamed, never reused.
public struct EventType: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String

    @inlinable
    public init(_ name: String) { self.name = name }

    @inlinable
    public init(stringLiteral name: StaticString) { self.name = name.description }

    public var description: String { self.name }

    /// The longest name, in bytes.
    package static let maximumBytes = 200
}

/// One fact: what an event says, beside who, when and where, which its envelope says.
@usableFromInline package protocol EventPayload: Record, Equatable {
    static var type: EventType { get }
    /// The version of the payload's meaning; 1 unless an upcast stands beside the event.
    static var schemaVersion: UInt32 { get }
    /// Brings what was written with an older version to the meaning of this one. Its fields are read already; those
    /// that it did not have hold their defaults. The record in the log stays as it is.
    mutating func upcast(from version: UInt32)
}

extension EventPayload {
    @inlinable
    package static var schemaVersion: UInt32 { 1 }

    @usableFromInline package mutating func upcast(from version: UInt32) {
        preconditionFailure("\(Self.type) has version \(Self.schemaVersion) and no upcast from \(version)")
    }

    /// Reads a payload that was written with a version of the schema no later than this one. Fields that are not in
    /// `wanted` may keep their default. Throws `WireError`.
    @inlinable
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, version: UInt32, only wanted: FieldSet = .all
    ) throws -> Self {
        // What an old payload means, all of it may say.
        let wanted = version == Self.schemaVersion ? wanted : .all
        var payload = try WireDecoder.decode(Self.self, bytes, only: wanted)
        if version == Self.schemaVersion { return payload }
        guard (1..<Self.schemaVersion).contains(version) else {
            throw WireError(0, "version \(version) of \(Self.type) is not known; the latest is \(Self.schemaVersion)")
        }
        payload.upcast(from: version)
        return payload
    }
}
