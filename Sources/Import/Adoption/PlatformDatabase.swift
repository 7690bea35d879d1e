import LedgerDomain
import LedgerEvents
import LedgerPostgres

/// A platform's tables in PostgreSQL, read as they stand at one moment, in bounded memory.
package struct PlatformDatabase {
    /// The connection string without its password, for messages.
    package var target: String { self.connection.target }
    let connection: PostgresConnection
    let schema: AdoptedSchema
    let adoption: Adoption
    /// That of times without a zone.
    let zone: SourceZone
    /// Its name; nil where the platform keeps no such times.
    package let timeZone: String?
    /// Database and schema: rows of one source are known again by it.
    let source: String

    package static let defaultTimeoutSeconds = PostgresConnection.defaultTimeoutSeconds

    /// `postgres://user@host/database?schema=ops_studio`, with `&as=ops_studio` where the schema has another name.
    /// - Parameter timeZone: that of times without a zone, by its name or distance from UTC; nil: the database's.
    /// - Parameter timeoutSeconds: how long the server may be silent, unless it is busy, and how long a lock may take.
    package init(
        _ location: String, timeZone: String? = nil, timeoutSeconds: Int = Self.defaultTimeoutSeconds
    ) throws(ImportError) {
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
            self.connection = try PostgresConnection(conninfo, timeoutSeconds: timeoutSeconds)
            try self.connection.begin("TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let tables = adoption.readTables
            self.timeZone =
                try Self.hasLocalTimes(tables, of: name, self.connection)
                ? try timeZone ?? Self.ownZone(self.connection) : nil
            self.zone = try Self.zone(timeZone, else: self.timeZone, of: self.connection.target)
            try Self.requireReadable(tables, of: name, self.connection)
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

    private static func hasLocalTimes(
        _ tables: [String], of schema: String, _ connection: PostgresConnection
    ) throws -> Bool {
        let rows = try connection.query(
            """
            SELECT 1 FROM information_schema.columns
            WHERE table_schema = $1 AND table_name = ANY ($2::text[]) AND data_type = 'timestamp without time zone' LIMIT 1
            """, [schema, Self.array(tables)])
        return !rows.isEmpty
    }

    /// The database's zone, else the server's, whatever the role and the client set for their sessions.
    private static func ownZone(_ connection: PostgresConnection) throws -> String {
        let own = try connection.query(
            """
            SELECT substr(c, strpos(c, '=') + 1) FROM pg_db_role_setting s, unnest(s.setconfig) c
            WHERE s.setrole = 0 AND lower(split_part(c, '=', 1)) = 'timezone' AND s.setdatabase
              IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) ORDER BY s.setdatabase DESC LIMIT 1
            """)
        if let zone = own.first?[0] { return zone }
        let session = try connection.query(
            """
            SELECT source IN ('client', 'user', 'database user'), reset_val, boot_val,
              has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
                AND has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
            FROM pg_settings WHERE name = 'TimeZone'
            """)
        guard let session = session.first, session[0] == "t" else { return session.first?[1] ?? "UTC" }
        guard session[3] == "t" else {
            throw ImportError(
                .invalidAddress,
                "\(connection.target) keeps times without a zone, and PGTZ, the connection string or the role sets another "
                    + "zone than the server's, which only a superuser may see: give --time-zone")
        }
        let configured = try connection.query(
            "SELECT setting FROM pg_file_settings WHERE lower(name) = 'timezone' AND applied ORDER BY seqno DESC LIMIT 1"
        )
        return configured.first?[0] ?? session[2] ?? "UTC"
    }

    /// An array of names that hold neither quotes nor backslashes.
    private static func array(_ names: [String]) -> String {
        "{\(names.map { "\"\($0)\"" }.joined(separator: ","))}"
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

    /// Refuses a role that may not read all of the platform's tables: those it does not see would count as absent.
    private static func requireReadable(
        _ tables: [String], of schema: String, _ connection: PostgresConnection
    ) throws {
        let closed = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname), quote_ident(current_user), quote_ident(n.nspname),
              has_schema_privilege(n.oid, 'USAGE')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND (NOT has_schema_privilege(n.oid, 'USAGE') OR EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT'))) ORDER BY 1
            """, [schema, Self.array(tables)])
        guard let first = closed.first else { return }
        let names = closed.compactMap { $0[0] }.joined(separator: ", ")
        let role = first[1] ?? ""
        let remedy = first[3] == "t" ? "" : "GRANT USAGE ON SCHEMA \(first[2] ?? "") TO \(role); "
        throw ImportError(
            .notPermitted,
            "the role \(role) may not read \(names) of \(connection.target): \(remedy)GRANT SELECT ON \(names) TO \(role)"
        )
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
    package static var names: String { Adoption.all.map(\.name).joined(separator: ", ") }

    /// What of a platform's tables does not come back as it was; nil where there is no such platform.
    package static func losses(of platform: String) -> [Loss]? {
        Adoption.all.first { $0.name == platform }?.losses
    }

    /// Whether a name on a command line means a database.
    package static func isAddress(_ name: String) -> Bool {
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
