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
    /// Database and schema: rows of one source are known again by it.
    let source: String

    /// `postgres://user@host/database?schema=ops_studio`, with `&as=ops_studio` where the schema has another name.
    public init(_ location: String) throws(ImportError) {
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
            try self.connection.execute("SET LOCAL timezone = 'UTC'")
            try self.connection.execute("SET LOCAL datestyle = 'ISO, YMD'")
            self.schema = try Self.schema(name, self.connection)
            let database = try self.connection.query("SELECT current_database()")
            self.source = "\(database[0][0] ?? "")/\(name)"
        } catch {
            throw ImportError(error)
        }
        let missing = adoption.tables.filter { !self.schema.has($0) }
        guard missing.isEmpty else {
            throw ImportError(
                .invalidAddress,
                "the schema \(name) of \(self.target) has no table \(missing.joined(separator: ", ")), or it may not be "
                    + "read: is it one of \(platform)?")
        }
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
