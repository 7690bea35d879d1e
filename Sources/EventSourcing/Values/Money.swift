/// An exact amount of one currency, in whole 1e-12 of its unit. There is no conversion and no `Double`.
public struct Money: Hashable, Sendable {
    public var amount: ExactDecimal
    public var currency: Currency

    @inlinable
    public init(_ amount: ExactDecimal, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    @inlinable
    public static var zero: Money { Money(.zero, .none) }
}

extension Money: LosslessStringConvertible {
    /// `0.001258 USD`.
    public var description: String { "\(self.amount) \(self.currency)" }

    public init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let amount = ExactDecimal(String(parts[0])), let currency = Currency(String(parts[1]))
        else {
            return nil
        }
        self.init(amount, currency)
    }
}
