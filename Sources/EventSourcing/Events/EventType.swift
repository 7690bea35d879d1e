/// The stored name of an event: `workflow_execution.started`. Never renamed, never reused.
public struct EventType: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String

    @inlinable
    public init(_ name: String) { self.name = name }

    @inlinable
    public init(stringLiteral name: StaticString) { self.name = name.description }

    public var description: String { self.name }

    /// The longest name, in bytes.
    public static let maximumBytes = 200
}

/// One fact: what an event says, beside who, when and where, which its envelope says.
public protocol EventPayload: Record, Equatable {
    static var type: EventType { get }
    /// The version of the payload's meaning; 1 unless an upcast stands beside the event.
    static var schemaVersion: UInt32 { get }
}

extension EventPayload {
    @inlinable
    public static var schemaVersion: UInt32 { 1 }
}
