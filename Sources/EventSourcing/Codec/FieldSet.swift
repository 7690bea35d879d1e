/// Some of a record's fields, by their numbers. From the 63rd on they are in it together or not at all.
public struct FieldSet: Hashable, Sendable {
    /// The second-lowest bit is field 1; the highest stands for the 63rd and all behind it.
    @usableFromInline private(set) var bits: UInt64

    public static let all = FieldSet(bits: .max)
    public static let none = FieldSet(bits: 0)

    @usableFromInline
    init(bits: UInt64) { self.bits = bits }

    @inlinable
    public func contains(_ number: Int) -> Bool { self.bits >> UInt64(min(number, 63)) & 1 == 1 }

    public mutating func insert(_ number: Int) { self.bits |= 1 << UInt64(min(number, 63)) }

    public mutating func formUnion(_ other: FieldSet) { self.bits |= other.bits }
}
