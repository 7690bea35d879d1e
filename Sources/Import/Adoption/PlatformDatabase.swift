import AgentDomain
import EventSourcing
import Postgres

/// A platform's tables in PostgreSQL, read as they stand at one moment, in bounded memory.
public struct PlatformDatabase {
    /// The connection string without its password, for messages.
    public var target: String { self.connection.target }
    private let connection: PostgresConnection
    private let schema: AdoptedSchema
    private let adoption: Adoption

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
            let tables = try self.connection.query(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = $1", [name])
            self.schema = AdoptedSchema(name: name, tables: Set(tables.compactMap { $0[0] }))
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

    /// Adds the commands that the tables' rows stand for to batches, in an order in which they can be executed.
    /// - Parameters:
    ///   - refused: told of a row that cannot be read, and why; returns whether that is news.
    ///   - next: told after each pass over a row whether it is new, and returns the batch for the next one.
    public func read(
        _ states: some AdoptionStates, actor: Actor, into first: RequestBatch,
        refused: (_ place: RequestBatch.Place, _ reason: String) throws -> Bool,
        next: (_ isNew: Bool) throws -> RequestBatch
    ) throws {
        var batch = first
        for stage in self.adoption.stages where self.schema.has(stage.table) {
            do {
                try self.connection.forEachRow(stage.sql(self.schema)) { row in
                    let place = stage.place(of: row)
                    let writer = AdoptionWriter(states, actor: actor)
                    var isNew = false
                    do {
                        try stage.translate(AdoptedRow(row: row), writer)
                        writer.give(to: batch, place: place)
                        isNew = writer.isRecorded
                    } catch let error as CellError {
                        isNew = try refused(place, error.description)
                    }
                    batch = try next(isNew)
                }
            } catch let error as PostgresError {
                throw ImportError(error)
            }
        }
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
