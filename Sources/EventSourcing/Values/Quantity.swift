/// How many units were used or sold: exact, whole or with up to twelve digits after the point. Range ±1.7e26.
public struct Quantity: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    public var decimal: ExactDecimal

    @inlinable
    public init(_ decimal: ExactDecimal) { self.decimal = decimal }

    @inlinable
    public init(_ whole: Int) { self.decimal = ExactDecimal(whole) }

    @inlinable
    public init(integerLiteral whole: Int) { self.init(whole) }

    /// The whole units in it, the rest cut off.
    public var units: Int128 { self.decimal.picos / ExactDecimal.picosPerUnit }

    /// The number, if it is whole and fits.
    public var whole: Int? {
        let (units, rest) = self.decimal.picos.quotientAndRemainder(dividingBy: ExactDecimal.picosPerUnit)
        return rest == 0 ? Int(exactly: units) : nil
    }

    public static func < (a: Quantity, b: Quantity) -> Bool { a.decimal < b.decimal }
    public static func + (a: Quantity, b: Quantity) -> Quantity { Quantity(a.decimal + b.decimal) }
    public static func += (a: inout Quantity, b: Quantity) { a = a + b }
    public static prefix func - (a: Quantity) -> Quantity { Quantity(.zero - a.decimal) }

    /// What so much costs at a price for one unit. Exact if the quantity is whole; else a product with more than twelve
    /// digits after the point is rounded half to even at the twelfth.
    public func cost(at unitPrice: ExactDecimal) -> ExactDecimal {
        let (units, rest) = self.decimal.picos.quotientAndRemainder(dividingBy: ExactDecimal.picosPerUnit)
        let ofRest = rest == 0 ? 0 : ExactDecimal.dividedHalfEven(rest * unitPrice.picos, by: ExactDecimal.picosPerUnit)
        return ExactDecimal(picos: units * unitPrice.picos + ofRest)
    }
}

extension Quantity: CustomStringConvertible {
    /// The shortest exact text: `2`, `0.5`.
    public var description: String { self.decimal.description }
}
