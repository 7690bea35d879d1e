import LedgerDomain
import LedgerEvents
import LedgerPostgres

/// How the tables of a platform become the ledger's: one value for each schema, listed in `all`.
struct Adoption: Sendable {
    /// The schema's name, as `agentledger export --schema` says it.
    let name: String
    /// Tables without which there is nothing to adopt.
    let tables: [String]
    /// One pass over a table after the other. A table may be passed over more than once: what ends a thing comes when all
    /// that happened in it stands.
    let stages: [Stage]
    /// The columns of a table's key, where that is not `id`.
    var keys: [String: [String]] = [:]
    /// Columns that other passes read than the one that records the row, by table.
    var readElsewhere: [String: Set<String>] = [:]
    /// What does not come back as it was when the ledger is exported again: `table.column`, and why.
    let losses: [Loss]

    struct Stage: Sendable {
        let table: String
        /// Other tables whose rows come in between.
        var others: [String] = []
        /// The columns that name a row in messages.
        let key: [String]
        /// The question whose rows are passed over, parents first.
        let sql: @Sendable (AdoptedSchema) -> String
        let translate: @Sendable (SourceRow, AdoptionWriter) throws -> Void

        init(
            _ table: String, key: [String] = ["id"], sql: @escaping @Sendable (AdoptedSchema) -> String,
            _ translate: @escaping @Sendable (SourceRow, AdoptionWriter) throws -> Void
        ) {
            self.table = table
            self.key = key
            self.sql = sql
            self.translate = translate
        }

        /// A pass over several tables says of each row which it is of.
        func place(of row: PostgresRow) -> (table: String, key: String) {
            let key = row["adopted_key"] ?? self.key.map { row[$0] ?? "null" }.joined(separator: ", ")
            return (row["adopted_table"] ?? self.table, key)
        }

        /// All rows of the table, in an order.
        init(
            _ table: String, orderedBy order: String,
            _ translate: @escaping @Sendable (SourceRow, AdoptionWriter) throws -> Void
        ) {
            self.init(table, sql: { "SELECT * FROM \($0.table(table)) ORDER BY \(order)" }, translate)
        }
    }

    /// All tables that it reads where they are there.
    var readTables: [String] {
        let tables = self.tables + self.stages.flatMap { [$0.table] + $0.others } + self.losses.map(\.table)
        return Set(tables).sorted()
    }

    static let all = [
        OrchestratorPlatformAdoption.adoption, AgentInfrastructureAdoption.adoption, OpsStudioAdoption.adoption,
        AgentMonitoringAdoption.adoption, CorePlatformAdoption.adoption,
    ]
}

/// A column that does not come back as it was.
package struct Loss: Hashable, Sendable {
    package var table: String
    /// Nil: rows of the table do not come back.
    package var column: String?
    package var reason: String
    /// The rows that it is true of, in SQL over their columns; nil: all.
    package var condition: String?

    init(_ table: String, _ column: String?, where condition: String? = nil, _ reason: String) {
        self.table = table
        self.column = column
        self.reason = reason
        self.condition = condition
    }
}

/// Where a platform's tables stand.
struct AdoptedSchema: Sendable {
    var name: String
    /// The columns of each table in their order.
    var columns: [String: [String]]

    /// The table's name as statements say it.
    func table(_ name: String) -> String { "\(Self.quoted(self.name)).\(Self.quoted(name))" }

    func has(_ table: String) -> Bool { self.columns[table] != nil }

    func has(_ table: String, _ column: String) -> Bool {
        self.columns[table]?.contains(column) ?? false
    }

    /// A row as JSON, in SQL; without the position that an export of a ledger ends rows with, which says nothing here.
    func row(_ name: String) -> String {
        "to_jsonb(\(name))" + (self.has("agentledger_export") ? " - 'changed_position'" : "")
    }

    /// The first of some times that the ledger can have, in SQL.
    static func time(_ times: String...) -> String {
        let fitting = times.map { "CASE WHEN \($0) BETWEEN '0001-01-01' AND '9999-12-31' THEN \($0) END" }
        return "coalesce(\(fitting.joined(separator: ", ")))"
    }

    /// A name without white space around it, as the ledger takes it, in SQL.
    static func name(_ name: String) -> String { "btrim(\(name), E' \\t\\n\\r')" }

    static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
