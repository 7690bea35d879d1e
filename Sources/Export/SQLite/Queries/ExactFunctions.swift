import GRDB
import LedgerEvents

/// Functions of a query that compute with decimals, exactly: to the twelfth digit, in a range of ±1.7e26.
enum ExactFunctions {
    static let aggregates: [any WindowAggregate.Type] = [
        DecimalSum.self, DecimalAverage.self, Median.self, Percentile.self,
    ]

    static var scalars: [DatabaseFunction] {
        [
            Self.pair("decimal_add") { $0.addingReportingOverflow($1) },
            Self.pair("decimal_sub") { $0.subtractingReportingOverflow($1) },
            Self.text,
        ]
    }

    /// `decimal_text(x)`: where SQLite makes a text of a number itself, as in `x || ''`, it keeps 15 digits.
    private static var text: DatabaseFunction {
        DatabaseFunction("decimal_text", argumentCount: 1, pure: true) { values in
            try self.decimal(QueryCell(values[0]), "decimal_text").map { QueryCell($0).text }
        }
    }

    private static func pair(
        _ name: String, _ body: @escaping @Sendable (Int128, Int128) -> (partialValue: Int128, overflow: Bool)
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: 2, pure: true) { values in
            guard let a = try self.decimal(QueryCell(values[0]), name),
                let b = try self.decimal(QueryCell(values[1]), name)
            else { return nil }
            let (picos, isHuge) = body(a.picos, b.picos)
            if isHuge { throw DatabaseError(message: "\(name): the result is beyond 1.7e26") }
            return self.cell(ExactDecimal(picos: picos)).databaseValue
        }
    }

    /// Nil for NULL. Throws for what is no number.
    static func decimal(_ cell: QueryCell, _ function: String) throws -> ExactDecimal? {
        switch cell {
        case .null: return nil
        case .integer(let value): return ExactDecimal(picos: Int128(value) * ExactDecimal.picosPerUnit)
        case .real(let value): if let decimal = ExactNumbers.current?.decimal(value) { return decimal }
        case .text(let text): if let decimal = ExactDecimal(text) { return decimal }
        case .decimal, .blob: break
        }
        throw DatabaseError(message: "\(function)(\(cell.text)): it is not a decimal number within 1.7e26")
    }

    static func cell(_ decimal: ExactDecimal) -> QueryCell {
        ExactNumbers.current?.cell(decimal) ?? .real(Double(decimal.description) ?? 0)
    }
}

/// The sum of what is not NULL; NULL of nothing.
private struct DecimalSum: WindowAggregate {
    static let name = "decimal_sum"
    static let argumentCount = 1

    private(set) var sum = ExactDecimal.zero
    private(set) var count = 0

    mutating func add(_ cells: [QueryCell]) throws {
        guard let decimal = try ExactFunctions.decimal(cells[0], Self.name) else { return }
        let (picos, isHuge) = self.sum.picos.addingReportingOverflow(decimal.picos)
        if isHuge { throw DatabaseError(message: "\(Self.name): the sum is beyond 1.7e26") }
        self.sum = ExactDecimal(picos: picos)
        self.count += 1
    }

    mutating func remove(_ cells: [QueryCell]) throws {
        guard let decimal = try ExactFunctions.decimal(cells[0], Self.name) else { return }
        self.sum -= decimal
        self.count -= 1
    }

    mutating func value() -> QueryCell { self.count == 0 ? .null : ExactFunctions.cell(self.sum) }
}

/// The average of what is not NULL, rounded half to even at the twelfth digit; NULL of nothing.
private struct DecimalAverage: WindowAggregate {
    static let name = "decimal_avg"
    static let argumentCount = 1

    private var total = DecimalSum()

    mutating func add(_ cells: [QueryCell]) throws { try self.total.add(cells) }

    mutating func remove(_ cells: [QueryCell]) throws { try self.total.remove(cells) }

    mutating func value() -> QueryCell {
        guard self.total.count > 0 else { return .null }
        let average = ExactDecimal.dividedHalfEven(self.total.sum.picos, by: Int128(self.total.count))
        return ExactFunctions.cell(ExactDecimal(picos: average))
    }
}

/// The value below which a share of the values lies, interpolated between two of them, rounded half to even at the
/// twelfth digit; NULL of nothing.
private struct Ranking {
    private var values: [ExactDecimal] = []
    private var isSorted = true

    mutating func add(_ value: ExactDecimal) {
        self.isSorted = self.isSorted && self.values.last.map { $0 <= value } ?? true
        self.values.append(value)
    }

    /// - Parameter value: one that was added.
    mutating func remove(_ value: ExactDecimal) {
        self.sort()
        var (low, high) = (0, self.values.count)
        while low < high {
            let middle = (low + high) / 2
            if self.values[middle] < value { low = middle + 1 } else { high = middle }
        }
        self.values.remove(at: low)
    }

    /// - Parameter share: of 1.
    mutating func value(at share: ExactDecimal) -> QueryCell {
        guard let last = self.values.indices.last else { return .null }
        self.sort()
        // In trillionths of a place.
        let place = Int128(last) * share.picos
        let (lower, rest) = place.quotientAndRemainder(dividingBy: ExactDecimal.picosPerUnit)
        let (low, high) = (self.values[Int(lower)], self.values[min(Int(lower) + 1, last)])
        let (product, isHuge) = (high.picos - low.picos).multipliedReportingOverflow(by: rest)
        if isHuge { return ExactFunctions.cell(low) }
        return ExactFunctions.cell(
            ExactDecimal(picos: low.picos + ExactDecimal.dividedHalfEven(product, by: ExactDecimal.picosPerUnit)))
    }

    private mutating func sort() {
        if !self.isSorted { self.values.sort() }
        self.isSorted = true
    }
}

private struct Median: WindowAggregate {
    static let name = "median"
    static let argumentCount = 1

    private var ranking = Ranking()

    mutating func add(_ cells: [QueryCell]) throws {
        if let decimal = try ExactFunctions.decimal(cells[0], Self.name) { self.ranking.add(decimal) }
    }

    mutating func remove(_ cells: [QueryCell]) throws {
        if let decimal = try ExactFunctions.decimal(cells[0], Self.name) { self.ranking.remove(decimal) }
    }

    mutating func value() -> QueryCell { self.ranking.value(at: ExactDecimal(picos: ExactDecimal.picosPerUnit / 2)) }
}

/// `percentile(x, 95)`.
private struct Percentile: WindowAggregate {
    static let name = "percentile"
    static let argumentCount = 2

    private var ranking = Ranking()
    private var share: ExactDecimal?

    mutating func add(_ cells: [QueryCell]) throws {
        let percent = try ExactFunctions.decimal(cells[1], Self.name)
        guard let percent, percent >= .zero, percent <= ExactDecimal(100) else {
            throw DatabaseError(message: "percentile(x, \(cells[1].text)): the second argument lies within 0 and 100")
        }
        let share = ExactDecimal(picos: percent.picos / 100)
        guard self.share == nil || self.share == share else {
            throw DatabaseError(message: "percentile: the second argument is the same for all rows")
        }
        self.share = share
        if let decimal = try ExactFunctions.decimal(cells[0], Self.name) { self.ranking.add(decimal) }
    }

    mutating func remove(_ cells: [QueryCell]) throws {
        if let decimal = try ExactFunctions.decimal(cells[0], Self.name) { self.ranking.remove(decimal) }
    }

    mutating func value() -> QueryCell { self.share.map { self.ranking.value(at: $0) } ?? .null }
}
