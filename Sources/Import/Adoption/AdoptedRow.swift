import EventSourcing
import Postgres

/// A row of a platform's table. Reading a cell throws where it is not what it has to be, naming the column; a column that
/// the table does not have is null.
struct AdoptedRow {
    let row: PostgresRow

    func text(_ column: String) -> String? { self.row[column] }

    func required(_ column: String) throws -> String { try self.present(self.text(column), column) }

    func id<Thing>(_ column: String) throws -> ID<Thing>? { try self.read(column, "a UUID") { ID($0) } }

    func requiredID<Thing>(_ column: String) throws -> ID<Thing> { try self.present(self.id(column), column) }

    /// Sessions run in UTC; a time without a zone is taken for UTC.
    func instant(_ column: String) throws -> Instant? {
        try self.read(column, "a time") { text in
            let time = text.hasSuffix("+00") ? String(text.dropLast(3)) : text
            return Instant(time.utf8.count > 10 ? time + "Z" : time)
        }
    }

    func requiredInstant(_ column: String) throws -> Instant { try self.present(self.instant(column), column) }

    func day(_ column: String) throws -> Day? { try self.read(column, "a date") { Day($0) } }

    func integer(_ column: String) throws -> Int? { try self.read(column, "a whole number") { Int($0) } }

    func double(_ column: String) throws -> Double? { try self.read(column, "a number") { Double($0) } }

    func decimal(_ column: String) throws -> Decimal? {
        try self.read(column, "a number with at most 12 digits behind the point") { Decimal($0) }
    }

    func currency(_ column: String) throws -> Currency? {
        try self.read(column, "a currency of ISO 4217") { text in
            Currency(text).flatMap { $0.minorDigits == nil ? nil : $0 }
        }
    }

    /// False where it is null.
    func bool(_ column: String) throws -> Bool {
        try self.read(column, "a truth value") { $0 == "t" ? true : $0 == "f" ? false : nil } ?? false
    }

    func json(_ column: String) throws -> JSONText? {
        guard let text = self.text(column) else { return nil }
        do {
            return try JSONText(parsing: text)
        } catch {
            throw CellError("\(column) is no JSON that can be kept: \(error)")
        }
    }

    /// `{}` where it is null.
    func object(_ column: String) throws -> JSONText { try self.json(column) ?? .emptyObject }

    /// A JSON array of strings.
    func list(_ column: String) throws -> [String] {
        guard let json = try self.json(column) else { return [] }
        do {
            return try json.reading { reader in
                var list: [String] = []
                try reader.array { list.append(try $0.string()) }
                return list
            }
        } catch {
            throw CellError("\(column) is not a list of strings: \(error)")
        }
    }

    /// One of the cases of an enumeration; nil where it is null.
    func word<Word: RawRepresentable & CaseIterable>(_ column: String) throws -> Word? where Word.RawValue == String {
        try self.read(column, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))") { Word(rawValue: $0) }
    }

    private func read<Value>(_ column: String, _ what: String, _ parse: (String) -> Value?) throws -> Value? {
        guard let text = self.text(column) else { return nil }
        guard let value = parse(text) else {
            throw CellError("\(column) is \"\(text.prefix(80))\", which is not \(what)")
        }
        return value
    }

    private func present<Value>(_ value: Value?, _ column: String) throws -> Value {
        guard let value else { throw CellError("\(column) is null") }
        return value
    }
}

/// A cell that cannot be taken over, and why.
public struct CellError: Error, Hashable, CustomStringConvertible {
    public var message: String

    init(_ message: String) { self.message = message }

    public var description: String { self.message }
}
