import LedgerDomain
import LedgerEvents
import LedgerPostgres

/// A row of a platform's table, as one pass reads it. It knows which columns were read, and what did not fit: a value
/// that the ledger does not allow is adopted in another form and kept as it was, or refused if the import is strict.
final class SourceRow {
    /// Settings of the import that rows are read by.
    struct Rules: Sendable {
        /// Whether a value that does not fit is refused.
        var isStrict = false
        /// That of times without a zone.
        var zone = SourceZone.utc
        /// The time of what has none.
        var earliest = Instant.zero
    }

    let row: PostgresRow
    let rules: Rules
    /// The table that the row is of.
    let table: String
    private(set) var readColumns: Set<String> = []
    private(set) var findings: [AdoptionFinding] = []
    /// By column what `adopted_rows.extra` keeps; null: the value as the database has it.
    private(set) var originals: [String: JSONText] = [:]

    init(_ row: PostgresRow, of table: String, _ rules: Rules) {
        self.row = row
        self.table = table
        self.rules = rules
    }

    /// The value of a column, which may be of another table than the row's.
    func text(_ column: String) -> String? {
        self.readColumns.insert(column)
        return self.row[column]
    }

    /// Notes that a value was adopted in another form and keeps it as it was.
    /// - Parameter what: the form that it was adopted in; the same for all rows.
    func change(_ column: String, _ what: String) throws(CellError) {
        let text = self.row[column]
        if self.rules.isStrict {
            throw CellError(text.map { "\(column) is \"\($0.prefix(80))\": \(what)" } ?? "\(column) is null: \(what)")
        }
        if text != nil || self.row.columns[column] == nil { self.originals[column] = .null }
        self.findings.append(AdoptionFinding(self.table, column, .changed, what))
    }

    /// Notes that the ledger's thing does not come to the state that the row has now, and keeps that.
    func cannotReach(_ column: String) throws(CellError) {
        try self.change(column, "the ledger does not go from the state before to this one; not taken")
    }

    /// Keeps a value that the ledger has no field for.
    /// - Parameter value: nil: as the database has it.
    func keep(_ column: String, _ value: JSONText? = nil) {
        if let value, value == .emptyObject || value == .emptyArray || value == .null { return }
        self.originals[column] = value ?? .null
        self.findings.append(AdoptionFinding(self.table, column, .kept, "in extra"))
    }

    /// Whether nothing of the row became an entity: all of it is kept.
    private(set) var isKeptWhole = false

    /// Keeps all of a row that no entity can hold.
    func keepWhole(_ column: String, _ why: String) throws(CellError) {
        if self.rules.isStrict { throw CellError("\(column) is \"\(self.row[column]?.prefix(80) ?? "null")\": \(why)") }
        self.keepAsHistory(column, why)
    }

    /// Keeps all of a row whose kind is history: of no entity that goes on.
    func keepAsHistory(_ column: String, _ why: String) {
        self.isKeptWhole = true
        self.readColumns = []
        self.originals = [:]
        self.findings = [AdoptionFinding(self.table, column, .kept, why)]
    }

    /// Notes that a value is not adopted, and is not kept either.
    func lose(_ column: String, _ why: String) {
        self.readColumns.insert(column)
        self.findings.append(AdoptionFinding(self.table, column, .notAdopted, why))
    }

    /// Notes that something was made up because the source does not have it.
    func makeUp(_ column: String, _ what: String) throws(CellError) {
        if self.rules.isStrict { throw CellError("\(column): \(what)") }
        self.findings.append(AdoptionFinding(self.table, column, .madeUp, what))
    }
}

/// A kind of value that did not come over as it was.
package struct AdoptionFinding: Hashable, Sendable {
    package enum Outcome: String, Sendable {
        /// Adopted in another form; the original is in `adopted_rows.extra`.
        case changed
        /// No entity has a field for it; it is in `adopted_rows.extra`.
        case kept
        /// Neither adopted nor kept.
        case notAdopted = "not_adopted"
        /// The source lacks it; something stands in for it.
        case madeUp = "made_up"
    }

    package var table: String
    package var column: String
    package var outcome: Outcome
    package var reason: String

    init(_ table: String, _ column: String, _ outcome: Outcome, _ reason: String) {
        self.table = table
        self.column = column
        self.outcome = outcome
        self.reason = reason
    }
}

/// A cell that cannot be taken over, and why.
package struct CellError: LedgerFailure, Hashable {
    package var message: String

    init(_ message: String) { self.message = message }

    package var category: FailureCategory { .caller }
    package var code: String { "invalid_cell" }
}
