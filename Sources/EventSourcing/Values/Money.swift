/// An ISO 4217 currency code: three upper-case letters.
public struct Currency: Hashable, Comparable, Sendable {
    /// The three letters, first in the highest byte; 0 is "no currency".
    public let letters: UInt32

    @inlinable
    public static var none: Currency { Currency(letters: 0) }
    public static let usd = Currency("USD") ?? .none

    @inlinable
    public init(letters: UInt32) { self.letters = letters }

    public static func < (a: Currency, b: Currency) -> Bool { a.letters < b.letters }
}

extension Currency: LosslessStringConvertible {
    public init?(_ text: String) {
        guard text.utf8.count == 3 else { return nil }
        var letters: UInt32 = 0
        for byte in text.utf8 {
            guard byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") else { return nil }
            letters = letters << 8 | UInt32(byte)
        }
        self.letters = letters
    }

    public var description: String {
        guard self.letters != 0 else { return "" }
        return String(
            decoding: [
                UInt8(truncatingIfNeeded: self.letters >> 16), UInt8(truncatingIfNeeded: self.letters >> 8),
                UInt8(truncatingIfNeeded: self.letters),
            ], as: UTF8.self)
    }
}

/// An exact amount of one currency, in whole 1e-12 of its unit. There is no conversion and no `Double`.
public struct Money: Hashable, Sendable {
    public var amount: Decimal
    public var currency: Currency

    @inlinable
    public init(_ amount: Decimal, _ currency: Currency) {
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
        guard parts.count == 2, let amount = Decimal(String(parts[0])), let currency = Currency(String(parts[1])) else {
            return nil
        }
        self.init(amount, currency)
    }
}
