/// Who may see or change which rows, in PostgreSQL. A table with a policy has row-level security enabled; who owns the
/// table, as the exporter does, is not bound by it.
public struct Policy: Hashable, Sendable {
    public enum Command: String, Hashable, Sendable {
        case all = "ALL"
        case select = "SELECT"
        case insert = "INSERT"
        case update = "UPDATE"
        case delete = "DELETE"
    }

    public var name: String
    public var command: Command
    /// One of the schema's roles.
    public var role: String
    /// Which rows are there for the role; nil where the command has none yet (`INSERT`).
    public var using: String?
    /// Which rows the role may write.
    public var check: String?
    /// The columns that an insert may give, or an update change; nil: all of them.
    public var columns: [String]?
    /// Whether it lets tenants write. Such a policy is created only where an export allows it: what tenants write stays
    /// in the target, and never reaches the ledger.
    public var letsTenantsWrite: Bool

    public init(
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
public struct Trigger: Hashable, Sendable {
    public var name: String
    /// `BEFORE UPDATE`, …; for each row.
    public var timing: String
    /// What is called: `ops_studio.set_updated_at()`.
    public var call: String

    public init(_ name: String, _ timing: String, call: String) {
        self.name = name
        self.timing = timing
        self.call = call
    }
}

/// What a schema needs beside its tables, in PostgreSQL: a function, a schema that it shares with others, made when the
/// tables stand and before triggers and policies. Several statements are several routines.
public struct Routine: Hashable, Sendable {
    public var name: String
    public var postgreSQL: String

    public init(_ name: String, postgreSQL: String) {
        self.name = name
        self.postgreSQL = postgreSQL
    }
}

/// A named question over the schema's tables.
public struct View: Hashable, Sendable {
    public var name: String
    public var description: String?
    /// A `SELECT`; tables are qualified with the schema's name.
    public var postgreSQL: String
    /// Nil: left out in SQLite.
    public var sqlite: String?

    public init(_ name: String, description: String? = nil, postgreSQL: String, sqlite: String?) {
        self.name = name
        self.description = description
        self.postgreSQL = postgreSQL
        self.sqlite = sqlite
    }
}
