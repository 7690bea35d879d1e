import LedgerEvents
import LedgerRelations

/// The decimals of a query, each of which SQLite holds as a double of its own.
///
/// A decimal of at most 15 significant digits is its nearest double, whose shortest text is the decimal again. A longer
/// one is the nearest double that is no shorter decimal's and that no other decimal of this query has taken: it compares
/// and adds up as doubles do, and every digit of it can be printed.
// SAFETY: used by the thread that runs the query.
final class ExactNumbers: @unchecked Sendable {
    /// Those of the query that is running on this thread.
    @TaskLocal static var current: ExactNumbers?

    /// Magnitudes: what is negated, or made absolute, keeps its digits.
    private var doubles: [UInt128: Double] = [:]
    private var picos: [UInt64: UInt128] = [:]

    /// A cell that holds a decimal.
    func cell(_ decimal: ExactDecimal) -> QueryCell {
        let nearest = QueryCell(
            SQLValue.numeric(decimal.picos, scale: UInt8(ExactDecimal.digitsAfterPoint)).sqliteValue)
        guard case .real(let double) = nearest, !Self.isShort(decimal) else { return nearest }
        let magnitude = self.double(decimal.picos.magnitude, nearest: double.magnitude)
        return .real(double < 0 ? -magnitude : magnitude)
    }

    private func double(_ picos: UInt128, nearest: Double) -> Double {
        if let known = self.doubles[picos] { return known }
        var double = nearest
        while self.picos[double.bitPattern] != nil || Self.isShort(double) { double = double.nextUp }
        self.doubles[picos] = double
        self.picos[double.bitPattern] = picos
        return double
    }

    /// The longer decimal that a double holds.
    private func long(_ double: Double) -> ExactDecimal? {
        guard let picos = self.picos[double.magnitude.bitPattern] else { return nil }
        return ExactDecimal(picos: double < 0 ? -Int128(picos) : Int128(picos))
    }

    /// The decimal that a double holds: a longer one of this query, or that of its shortest text, rounded to 1e-12.
    func decimal(_ double: Double) -> ExactDecimal? {
        self.long(double) ?? ExactDecimal(rounding: double.description)
    }

    /// The cell as it is printed: decimals with all their digits, without an exponent.
    func printed(_ cell: QueryCell) -> QueryCell {
        guard case .real(let double) = cell else { return cell }
        if let decimal = self.long(double) { return QueryCell(decimal) }
        // Those whose text has an exponent.
        guard double != 0, !(1e-4..<1e16).contains(double.magnitude), let decimal = ExactDecimal(double.description)
        else {
            return cell
        }
        return QueryCell(decimal)
    }

    private static func isShort(_ double: Double) -> Bool {
        ExactDecimal(double.description).map(self.isShort) ?? false
    }

    /// Whether it has at most 15 significant digits.
    private static func isShort(_ decimal: ExactDecimal) -> Bool {
        var digits = decimal.picos.magnitude
        while digits >= 1_000_000_000_000_000 {
            let (rest, last) = digits.quotientAndRemainder(dividingBy: 10)
            if last != 0 { return false }
            digits = rest
        }
        return true
    }
}

extension QueryCell {
    /// Without zeros at the end.
    init(_ decimal: ExactDecimal) {
        var (unscaled, scale) = (decimal.picos, UInt8(ExactDecimal.digitsAfterPoint))
        while scale > 0, unscaled % 10 == 0 {
            unscaled /= 10
            scale -= 1
        }
        self = .decimal(unscaled, scale: scale)
    }
}

extension SQLValue {
    /// The value as it is in a query: as SQLite stores it, but for decimals that a double does not hold.
    var queryCell: QueryCell {
        guard case .numeric(let unscaled, let scale) = self, scale == ExactDecimal.digitsAfterPoint,
            let numbers = ExactNumbers.current
        else { return QueryCell(self.sqliteValue) }
        return numbers.cell(ExactDecimal(picos: unscaled))
    }
}
