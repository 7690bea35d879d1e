/// Some of a record's fields, by their numbers. From the 63rd on they are in it together or not at all.
@usableFromInline package struct FieldSet: Hashable, Sendable {
    /// The second-lowest bit is field 1; the highest stands for the 63rd and all behind it.
    @usableFromInline private(set) var bits: UInt64

    @usableFromInline package static let all = FieldSet(bits: .max)
    package static let none = FieldSet(bits: 0)

    @usableFromInline
    init(bits: UInt64) { self.bits = bits }

    @inlinable
    package func contains(_ number: Int) -> Bool { self.bits >> UInt64(min(number, 63)) & 1 == 1 }

    package mutating func insert(_ number: Int) { self.bits |= 1 << UInt64(min(number, 63)) }

    package mutating func formUnion(_ other: FieldSet) { self.bits |= other.bits }
}
