import LedgerRelations

/// What an export did.
package struct ExportReport: Hashable, Sendable {
    package struct Table: Hashable, Sendable {
        package var name: String
        /// Rows inserted or updated.
        package var rows: Int
        /// Rows removed.
        package var removed = 0
        /// Rows that refer to one that is not there: the reference is null, or the row held back.
        package var orphans = 0
        /// Rows of tenants that had a unique value of a row of the ledger's, or named a row that is no longer there: removed,
        /// or without that reference.
        package var displaced = 0
        /// Rows that the database did not accept: held back, and noted with its reason.
        package var refused = 0
        /// Points whose time the target cannot hold: held back.
        package var outOfRange = 0
        /// Numbers in JSON that are too large for databases, written as strings.
        package var numbersAsText = 0
    }

    /// Where the rows went, without passwords.
    package var target: String
    /// The position that the target stood at before; 0 when it held nothing.
    package var fromPosition: UInt64
    package var toPosition: UInt64
    package var tables: [Table]
    /// What was changed by hand and was put right, as clauses: `policy x on y was added`.
    package var mended: [String] = []
    package var seconds: Double

    /// Whether the target holds what it held before.
    package var isEmpty: Bool { self.tables.allSatisfy { $0.rows == 0 && $0.removed == 0 } }
    package var rows: Int { self.tables.reduce(0) { $0 + $1.rows } }
}

/// How long a server that rows go to may be silent.
package enum ExportTimeout {
    package static let defaultSeconds = 30
}

/// Called with a table's name and the rows of it written so far: every 10,000 rows and at its end.
package typealias ExportProgress = (_ table: String, _ rows: Int) -> Void

/// A place that rows go to. All exporters leave the target unchanged when they throw.
package protocol Exporter {
    func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport
}

extension Exporter {
    package func export(_ source: some RelationSource) throws -> ExportReport {
        try self.export(source, progress: nil)
    }
}

/// Counts a table's rows and tells whoever watches.
struct RowCounter {
    let table: TableDeclaration
    let progress: ExportProgress?
    private(set) var rows = 0
    private var numbersAsText = 0

    init(_ table: TableDeclaration, _ progress: ExportProgress?) {
        self.table = table
        self.progress = progress
    }

    mutating func count(_ cells: [SQLValue]) {
        precondition(
            cells.count == self.table.columns.count, "a row of \(self.table.name) must have one cell for each column")
        self.rows += 1
        for case .json(let json) in cells { self.numbersAsText += StorableText.numbersAsText(in: json) }
        if self.rows.isMultiple(of: 10_000) { self.progress?(self.table.name, self.rows) }
    }

    func finish() -> ExportReport.Table {
        self.progress?(self.table.name, self.rows)
        var report = ExportReport.Table(name: self.table.name, rows: self.rows)
        report.numbersAsText = self.numbersAsText
        return report
    }
}

extension Duration {
    var inSeconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
