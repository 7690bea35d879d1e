/// Who may see or change which rows, in PostgreSQL. A table with a policy has row-level security enabled; who owns the
/// table, as the exporter does, is not bound by it.
package struct RowPolicy: Hashable, Sendable {
    package enum Command: String, Hashable, Sendable {
        case all = "ALL"
        case select = "SELECT"
        case insert = "INSERT"
        case update = "UPDATE"
        case delete = "DELETE"
    }

    package var name: String
    package var command: Command
    /// One of the schema's roles.
    package var role: String
    /// Which rows are there for the role; nil where the command has none yet (`INSERT`).
    package var using: String?
    /// Which rows the role may write.
    package var check: String?
    /// The columns that an insert may give, or an update change; nil: all of them.
    package var columns: [String]?
    /// Whether it lets tenants write. Such a policy is created only where an export allows it: what tenants write stays
    /// in the target, and never reaches the ledger.
    package var letsTenantsWrite: Bool

    package init(
        _ name: String, for command: Command, to role: String, using: String? = nil, check: String? = nil,
        columns: [String]? = nil, letsTenantsWrite: Bool = false
    ) {
        self.name = name
        self.command = command
        self.role = role
        self.using = using
        self.check = check
        self.columns = columns
        self.letsTenantsWrite = letsTenantsWrite
    }
}

/// Runs a routine of the schema before a row is updated or inserted, in PostgreSQL. Exporters' own writing goes past it
/// where its routine asks `current_setting('agentledger.exporting', true)`.
package struct Trigger: Hashable, Sendable {
    package var name: String
    /// `BEFORE UPDATE`, …; for each row.
    package var timing: String
    /// What is called: `ops_studio.set_updated_at()`.
    package var call: String

    package init(_ name: String, _ timing: String, call: String) {
        self.name = name
        self.timing = timing
        self.call = call
    }
}

/// What a schema needs beside its tables, in PostgreSQL: a function, a schema that it shares with others, made when the
/// tables stand and before triggers and policies. Several statements are several routines.
package struct Routine: Hashable, Sendable {
    package var name: String
    package var postgreSQL: String

    package init(_ name: String, postgreSQL: String) {
        self.name = name
        self.postgreSQL = postgreSQL
    }
}

/// A named question over the schema's tables.
package struct SchemaView: Hashable, Sendable {
    package var name: String
    package var description: String?
    /// A `SELECT`; tables are qualified with the schema's name.
    package var postgreSQL: String
    /// Nil: left out in SQLite.
    package var sqlite: String?

    package init(_ name: String, description: String? = nil, postgreSQL: String, sqlite: String?) {
        self.name = name
        self.description = description
        self.postgreSQL = postgreSQL
        self.sqlite = sqlite
    }
}
