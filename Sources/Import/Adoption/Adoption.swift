import AgentDomain
import EventSourcing
import Postgres

/// How the tables of a platform become the ledger's: one value for each schema, listed in `all`.
struct Adoption: Sendable {
    /// The schema's name, as `agentledger export --schema` says it.
    let name: String
    /// Tables without which there is nothing to adopt.
    let tables: [String]
    /// One pass over a table after the other. A table may be passed over more than once: what ends a thing comes when all
    /// that happened in it stands.
    let stages: [Stage]
    /// What does not come back as it was when the ledger is exported again: `table.column`, and why.
    let losses: [Loss]

    struct Stage: Sendable {
        let table: String
        /// The columns that name a row in messages.
        let key: [String]
        /// The question whose rows are passed over, parents first.
        let sql: @Sendable (AdoptedSchema) -> String
        let translate: @Sendable (AdoptedRow, AdoptionWriter) throws -> Void

        init(
            _ table: String, key: [String] = ["id"], sql: @escaping @Sendable (AdoptedSchema) -> String,
            _ translate: @escaping @Sendable (AdoptedRow, AdoptionWriter) throws -> Void
        ) {
            self.table = table
            self.key = key
            self.sql = sql
            self.translate = translate
        }

        /// A pass over several tables says of each row which it is of.
        func place(of row: PostgresRow) -> RequestBatch.Place {
            let key = row["adopted_key"] ?? self.key.map { row[$0] ?? "null" }.joined(separator: ", ")
            return .row(table: row["adopted_table"] ?? self.table, key: key)
        }

        /// All rows of the table, in an order.
        init(
            _ table: String, orderedBy order: String,
            _ translate: @escaping @Sendable (AdoptedRow, AdoptionWriter) throws -> Void
        ) {
            self.init(table, sql: { "SELECT * FROM \($0.table(table)) ORDER BY \(order)" }, translate)
        }
    }

    static let all = [
        OrchestratorPlatformAdoption.adoption, OpsStudioAdoption.adoption, AgentMonitoringAdoption.adoption,
        CorePlatformAdoption.adoption,
    ]
}

/// A column that does not come back as it was.
public struct Loss: Hashable, Sendable {
    public var table: String
    /// Nil: rows of the table do not come back.
    public var column: String?
    public var reason: String
    /// The rows that it is true of, in SQL over their columns; nil: all.
    public var condition: String?

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
    var tables: Set<String>

    /// The table's name as statements say it.
    func table(_ name: String) -> String { "\(Self.quoted(self.name)).\(Self.quoted(name))" }

    func has(_ table: String) -> Bool { self.tables.contains(table) }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
