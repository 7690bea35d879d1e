/// A place in the log: 1-based, gapless, global. `Position.start` (0) stands before the first event.
public struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt64

    @inlinable
    public init(_ value: UInt64) { self.value = value }

    /// Before the first event.
    @inlinable
    public static var start: Position { Position(0) }

    /// After every event that can be.
    @inlinable
    public static var end: Position { Position(.max) }

    @inlinable
    public var next: Position { Position(self.value + 1) }

    /// The place `count` events further on.
    @inlinable
    public func advanced(by count: Int) -> Position { Position(self.value + UInt64(count)) }

    @inlinable
    public static func < (a: Position, b: Position) -> Bool { a.value < b.value }

    public var description: String { String(self.value) }
}
