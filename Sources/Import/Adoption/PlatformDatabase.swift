import AgentDomain
import EventSourcing
import Postgres

/// A platform's tables in PostgreSQL, read as they stand at one moment, in bounded memory.
public struct PlatformDatabase {
    /// The connection string without its password, for messages.
    public var target: String { self.connection.target }
    let connection: PostgresConnection
    let schema: AdoptedSchema
    let adoption: Adoption
    /// That of times without a zone.
    let zone: SourceZone
    /// Database and schema: rows of one source are known again by it.
    let source: String

    /// `postgres://user@host/database?schema=ops_studio`, with `&as=ops_studio` where the schema has another name.
    /// - Parameter timeZone: that of times without a zone, by its name or distance from UTC; nil: the database's.
    public init(_ location: String, timeZone: String? = nil) throws(ImportError) {
        let (conninfo, options) = Self.split(location)
        guard let name = options["schema"] else {
            throw ImportError(
                .invalidAddress,
                "\(PostgresTarget.withoutPassword(location)) names no schema: add ?schema=NAME, one of \(Self.names)")
        }
        let platform = options["as"] ?? name
        guard let adoption = Adoption.all.first(where: { $0.name == platform }) else {
            throw ImportError(
                .invalidAddress,
                "there is no platform \"\(platform)\" whose tables could be adopted: there are \(Self.names); a schema of "
                    + "another name is given as ?schema=NAME&as=PLATFORM")
        }
        self.adoption = adoption
        do {
            self.connection = try PostgresConnection(conninfo)
            try self.connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let own = try Self.ownZone(of: name, self.connection)
            self.zone = try Self.zone(timeZone, else: own, of: self.connection.target)
            try Self.requireAllRows(of: name, self.connection)
            try self.connection.execute("SET LOCAL timezone = 'UTC'")
            try self.connection.execute("SET LOCAL datestyle = 'ISO, YMD'")
            self.schema = try Self.schema(name, self.connection)
            let database = try self.connection.query("SELECT current_database()")
            self.source = "\(database[0][0] ?? "")/\(name)"
        } catch let error as ImportError {
            throw error
        } catch {
            throw ImportError(.database, "\(error)")
        }
        let missing = adoption.tables.filter { !self.schema.has($0) }
        guard missing.isEmpty else {
            throw ImportError(
                .invalidAddress,
                "the schema \(name) of \(self.target) has no table \(missing.joined(separator: ", ")), or it may not be "
                    + "read: is it one of \(platform)?")
        }
    }

    /// The zone in which the database reads times without one; nil where the schema has no such times.
    private static func ownZone(of schema: String, _ connection: PostgresConnection) throws -> String? {
        let rows = try connection.query(
            """
            SELECT reset_val FROM pg_settings WHERE name = 'TimeZone' AND EXISTS (
              SELECT FROM information_schema.columns
              WHERE table_schema = $1 AND data_type = 'timestamp without time zone')
            """, [schema])
        return rows.first?[0]
    }

    private static func zone(_ given: String?, else own: String?, of target: String) throws -> SourceZone {
        guard let name = given ?? own else { return .utc }
        if let zone = SourceZone(name) { return zone }
        throw ImportError(
            .invalidAddress,
            given == nil
                ? "\(target) keeps times without a zone, and its own, \"\(name)\", is not known here: give --time-zone"
                : "there is no time zone \"\(name)\": give one such as Europe/Berlin, or +02:00")
    }

    /// Refuses a role that would be shown a part of the rows, and take the rest for gone.
    private static func requireAllRows(of schema: String, _ connection: PostgresConnection) throws {
        let hidden = try connection.query(
            """
            SELECT c.relname, current_user FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND row_security_active(c.oid) ORDER BY 1
            """, [schema])
        // Views may read tables of other schemas.
        try connection.execute("SET LOCAL row_security = off")
        guard let role = hidden.first?[1] else { return }
        throw ImportError(
            .rowsHidden,
            "row-level security hides rows of \(hidden.compactMap { $0[0] }.joined(separator: ", ")) from the role "
                + "\(role): connect as the owner of the tables, or as a role with BYPASSRLS")
    }

    private static func schema(
        _ name: String, _ connection: PostgresConnection
    ) throws(PostgresError) -> AdoptedSchema {
        let rows = try connection.query(
            """
            SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = $1
            ORDER BY table_name, ordinal_position
            """, [name])
        var schema = AdoptedSchema(name: name, columns: [:])
        for row in rows {
            guard let table = row[0], let column = row[1] else { continue }
            schema.columns[table, default: []].append(column)
        }
        return schema
    }

    /// The platforms that can be adopted.
    public static var names: String { Adoption.all.map(\.name).joined(separator: ", ") }

    /// What of a platform's tables does not come back as it was; nil where there is no such platform.
    public static func losses(of platform: String) -> [Loss]? {
        Adoption.all.first { $0.name == platform }?.losses
    }

    /// Whether a name on a command line means a database.
    public static func isAddress(_ name: String) -> Bool {
        name.hasPrefix("postgres://") || name.hasPrefix("postgresql://")
    }

    /// The connection string without what is ours.
    private static func split(_ location: String) -> (conninfo: String, options: [String: String]) {
        guard let mark = location.firstIndex(of: "?") else { return (location, [:]) }
        var options: [String: String] = [:]
        let rest = location[location.index(after: mark)...].split(separator: "&").filter { part in
            guard let equals = part.firstIndex(of: "="), ["schema", "as"].contains(part[..<equals]) else { return true }
            options[String(part[..<equals])] = String(part[part.index(after: equals)...])
            return false
        }
        return (location[..<mark] + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&")), options)
    }
}

extension ImportError {
    init(_ error: PostgresError) {
        self.init(.database, error.description)
    }
}
