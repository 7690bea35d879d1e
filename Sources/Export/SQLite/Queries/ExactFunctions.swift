import EventSourcing
import GRDB

/// Functions of a query that compute with decimals, exactly: to the twelfth digit, in a range of ±1.7e26.
enum ExactFunctions {
    static var all: [DatabaseFunction] {
        [
            DatabaseFunction("decimal_sum", argumentCount: 1, pure: true, aggregate: DecimalSum.self),
            DatabaseFunction("decimal_avg", argumentCount: 1, pure: true, aggregate: DecimalAverage.self),
            DatabaseFunction("median", argumentCount: 1, pure: true, aggregate: Median.self),
            DatabaseFunction("percentile", argumentCount: 2, pure: true, aggregate: Percentile.self),
            Self.pair("decimal_add") { $0.addingReportingOverflow($1) },
            Self.pair("decimal_sub") { $0.subtractingReportingOverflow($1) },
        ]
    }

    private static func pair(
        _ name: String, _ body: @escaping @Sendable (Int128, Int128) -> (partialValue: Int128, overflow: Bool)
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: 2, pure: true) { values in
            guard let a = try self.decimal(values[0], name), let b = try self.decimal(values[1], name) else {
                return nil
            }
            let (picos, isHuge) = body(a.picos, b.picos)
            if isHuge { throw DatabaseError(message: "\(name): the result is beyond 1.7e26") }
            return self.value(Decimal(picos: picos))
        }
    }

    /// Nil for NULL. Throws for what is no number.
    static func decimal(_ value: DatabaseValue, _ function: String) throws -> Decimal? {
        switch value.storage {
        case .null: return nil
        case .int64(let value): return Decimal(picos: Int128(value) * Decimal.picosPerUnit)
        case .double(let value): if let decimal = ExactNumbers.current?.decimal(value) { return decimal }
        case .string(let text): if let decimal = Decimal(text) { return decimal }
        case .blob: break
        }
        throw DatabaseError(message: "\(function)(\(value)): it is not a decimal number within 1.7e26")
    }

    static func value(_ decimal: Decimal) -> DatabaseValue {
        (ExactNumbers.current?.cell(decimal) ?? .real(Double(decimal.description) ?? 0)).databaseValue
    }
}

/// The sum of what is not NULL; NULL of nothing.
private struct DecimalSum: DatabaseAggregate {
    private(set) var sum = Decimal.zero
    private(set) var count = 0

    mutating func step(_ values: [DatabaseValue]) throws { try self.add(values[0], "decimal_sum") }

    mutating func add(_ value: DatabaseValue, _ name: String) throws {
        guard let decimal = try ExactFunctions.decimal(value, name) else { return }
        let (picos, isHuge) = self.sum.picos.addingReportingOverflow(decimal.picos)
        if isHuge { throw DatabaseError(message: "\(name): the sum is beyond 1.7e26") }
        self.sum = Decimal(picos: picos)
        self.count += 1
    }

    func finalize() throws -> (any DatabaseValueConvertible)? { self.count == 0 ? nil : ExactFunctions.value(self.sum) }
}

/// The average of what is not NULL, rounded half to even at the twelfth digit; NULL of nothing.
private struct DecimalAverage: DatabaseAggregate {
    private var total = DecimalSum()

    init() {}

    mutating func step(_ values: [DatabaseValue]) throws { try self.total.add(values[0], "decimal_avg") }

    func finalize() throws -> (any DatabaseValueConvertible)? {
        guard self.total.count > 0 else { return nil }
        let average = Decimal.dividedHalfEven(self.total.sum.picos, by: Int128(self.total.count))
        return ExactFunctions.value(Decimal(picos: average))
    }
}

/// The value below which a share of the values lies, interpolated between two of them, rounded half to even at the
/// twelfth digit; NULL of nothing.
private struct Ranking {
    private var values: [Decimal] = []

    mutating func add(_ value: DatabaseValue, _ name: String) throws {
        if let decimal = try ExactFunctions.decimal(value, name) { self.values.append(decimal) }
    }

    /// - Parameter share: of 1.
    func value(at share: Decimal) -> DatabaseValue? {
        guard let last = self.values.indices.last else { return nil }
        let sorted = self.values.sorted()
        // In trillionths of a place.
        let place = Int128(last) * share.picos
        let (lower, rest) = place.quotientAndRemainder(dividingBy: Decimal.picosPerUnit)
        let (low, high) = (sorted[Int(lower)], sorted[min(Int(lower) + 1, last)])
        let (product, isHuge) = (high.picos - low.picos).multipliedReportingOverflow(by: rest)
        if isHuge { return ExactFunctions.value(low) }
        return ExactFunctions.value(
            Decimal(picos: low.picos + Decimal.dividedHalfEven(product, by: Decimal.picosPerUnit)))
    }
}

private struct Median: DatabaseAggregate {
    private var ranking = Ranking()

    init() {}

    mutating func step(_ values: [DatabaseValue]) throws { try self.ranking.add(values[0], "median") }

    func finalize() throws -> (any DatabaseValueConvertible)? {
        self.ranking.value(at: Decimal(picos: Decimal.picosPerUnit / 2))
    }
}

/// `percentile(x, 95)`.
private struct Percentile: DatabaseAggregate {
    private var ranking = Ranking()
    private var share: Decimal?

    init() {}

    mutating func step(_ values: [DatabaseValue]) throws {
        let percent = try ExactFunctions.decimal(values[1], "percentile")
        guard let percent, percent >= .zero, percent <= Decimal(100) else {
            throw DatabaseError(message: "percentile(x, \(values[1])): the second argument lies within 0 and 100")
        }
        let share = Decimal(picos: percent.picos / 100)
        guard self.share == nil || self.share == share else {
            throw DatabaseError(message: "percentile: the second argument is the same for all rows")
        }
        self.share = share
        try self.ranking.add(values[0], "percentile")
    }

    func finalize() throws -> (any DatabaseValueConvertible)? { self.share.flatMap { self.ranking.value(at: $0) } }
}
