import AgentLedger
import ArgumentParser
import Glibc
import LedgerExporters
import LedgerPlatforms
import LedgerTables

/// Where an export goes, as `--to` says it.
struct ExportTarget {
    enum FileFormat: String, ExpressibleByArgument, CaseIterable {
        case csv, jsonl
    }

    private enum Kind {
        case sqlite(String)
        case sqlText(String, SQLDialectName)
        case postgres(String)
        case directory(String, FileFormat)
        case redis(String)
        case influx(String)
        case lines(String)
    }

    private let kind: Kind
    private let tenantWrites: Bool
    private let repairs: Bool
    private let isFollowing: Bool
    private let isForced: Bool
    private let timeoutSeconds: Int

    init(
        _ text: String, format: FileFormat?, dialect: SQLDialectName?, tenantWrites: Bool = false,
        repairs: Bool = false, isFollowing: Bool = false, isForced: Bool = false,
        timeoutSeconds: Int = ExportTimeout.defaultSeconds
    ) throws {
        self.timeoutSeconds = timeoutSeconds
        self.tenantWrites = tenantWrites
        self.repairs = repairs
        self.isFollowing = isFollowing
        self.isForced = isForced
        if text.isEmpty {
            throw ValidationError("--to is empty: name a target, such as sqlite:FILE or a directory")
        }
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        let rest = String(text.dropFirst(scheme.count + 1))
        if tenantWrites, !["postgres", "postgresql", "sql"].contains(scheme) || dialect == .sqlite {
            throw ValidationError("--tenant-writes is for PostgreSQL: postgres://… or sql:FILE")
        }
        if repairs, !["postgres", "postgresql", "sqlite"].contains(scheme) {
            throw ValidationError(
                "--repair is for PostgreSQL and SQLite files; "
                    + (scheme.hasPrefix("redis")
                        ? "every export to Redis writes keys again that are gone or became another type"
                        : "all else is written whole, or never changes"))
        }
        if dialect != nil, scheme != "sql" { throw ValidationError("--dialect is for sql:FILE") }
        guard text.dropFirst(scheme.count).first == ":", scheme.first?.isLetter ?? false else {
            try Self.requireDirectory(text)
            self.kind = .directory(text, format ?? .csv)
            return
        }
        if format != nil { throw ValidationError("--format is for a directory, not for \(scheme):") }
        if rest.isEmpty { throw ValidationError("\(text) names no file") }
        switch scheme {
        case "sqlite": self.kind = .sqlite(rest)
        case "sql": self.kind = .sqlText(rest, dialect ?? .postgres)
        case "postgres", "postgresql": self.kind = .postgres(text)
        case "redis", "redis+unix": self.kind = .redis(text)
        case "influx", "influxs": self.kind = .influx(text)
        case "line": self.kind = .lines(rest)
        default:
            throw ValidationError(
                "there is no target \(scheme):; there are sqlite:FILE, sql:FILE, postgres://…, redis://…, influx://…, "
                    + "line:FILE and a directory (./\(text) if that is one)")
        }
    }

    /// `ledger.db` may mean a SQLite file or a directory; a directory that is there, or a slash at the end, settles it.
    private static func requireDirectory(_ text: String) throws {
        let name = text.split(separator: "/").last ?? ""
        guard !text.hasSuffix("/"), name.dropFirst().contains("."), name != ".." else { return }
        var status = stat()
        if stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        let directory = text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") ? text : "./\(text)"
        throw ValidationError(
            "\(text) may be a file or a directory: write sqlite:\(text) for a SQLite file, sql:\(text) for a script, or "
                + "\(directory)/ for a directory of CSV files")
    }

    var isStandardOutput: Bool {
        if case .sqlText("-", _) = self.kind { true } else { false }
    }

    /// Whether it keeps its position, so that no more is written than what changed.
    var isUpdated: Bool {
        switch self.kind {
        case .sqlite, .postgres, .redis, .influx: true
        case .sqlText, .directory, .lines: false
        }
    }

    /// Whether what it holds changes with time alone.
    var isJudgedByClock: Bool {
        if case .redis = self.kind { true } else { false }
    }

    /// Whether a schema has what the target holds.
    func takes(_ projection: Projection) -> Bool {
        switch self.kind {
        case .sqlite, .sqlText, .postgres, .directory: true
        case .redis: projection.hasKeys
        case .influx, .lines: projection.hasPoints
        }
    }

    /// - Parameter schema: its name, where it is one of several that go to the same target.
    func exporter(of schema: String?) -> any Exporter {
        switch self.kind {
        case .sqlite(let path):
            SQLiteExporter(
                path: Self.path(path, of: schema), repairs: self.repairs, countsRows: !self.isFollowing)
        case .sqlText(let path, .postgres):
            SQLTextExporter(
                path: Self.path(path, of: schema), tenantWrites: self.tenantWrites, overwrites: self.isForced)
        case .sqlText(let path, .sqlite):
            SQLiteTextExporter(path: Self.path(path, of: schema), overwrites: self.isForced)
        case .postgres(let conninfo):
            PostgresExporter(
                conninfo, tenantWrites: self.tenantWrites, repairs: self.repairs, countsRows: !self.isFollowing,
                timeoutSeconds: self.timeoutSeconds)
        case .redis(let address): RedisExporter(address, timeoutSeconds: self.timeoutSeconds)
        case .influx(let address): InfluxExporter(address, timeoutSeconds: self.timeoutSeconds)
        case .lines(let path): LineProtocolExporter(path: Self.path(path, of: schema))
        case .directory(let path, .csv): CSVExporter(directory: schema.map { "\(path)/\($0)" } ?? path)
        case .directory(let path, .jsonl): JSONLinesExporter(directory: schema.map { "\(path)/\($0)" } ?? path)
        }
    }

    /// `platform.db` becomes `platform.ops_studio.db`.
    private static func path(_ path: String, of schema: String?) -> String {
        guard let schema, path != "-" else { return path }
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "\(path).\(schema)" }
        return "\(path[..<dot]).\(schema)\(path[dot...])"
    }
}

enum SQLDialectName: String, ExpressibleByArgument, CaseIterable {
    case postgres, sqlite
}

extension Projections {
    /// The schema of a name, or every one that the target takes.
    static func chosen(_ name: String, for target: ExportTarget, onlineWithinSeconds: Int64?) throws -> [Projection] {
        try self.chosen(name).filter { name != "all" || target.takes($0) }.map { projection in
            guard projection.schema.name == AgentMonitoring.projection.schema.name, let onlineWithinSeconds else {
                return projection
            }
            return AgentMonitoring.projection(onlineWithinSeconds: onlineWithinSeconds)
        }
    }

    /// The schema of a name, or every one.
    static func chosen(_ name: String) throws -> [Projection] {
        name == "all" ? self.all : [try self.chosen(name, orElse: ["all"])]
    }

    /// The schema of a name; `others` are names that the option takes besides.
    static func chosen(_ name: String, orElse others: [String] = []) throws -> Projection {
        if let projection = self.named(name) { return projection }
        let names = self.all.map(\.schema.name) + others
        throw ValidationError("there is no schema \"\(name)\"; there are: \(names.joined(separator: ", "))")
    }
}
