import Relations

/// A schema's keys in one database of a Redis server, written in one transaction that also says up to where: the first
/// run writes all, a later one what changed. Other keys of the database are let alone.
public struct RedisExporter: Exporter {
    /// `redis://[[user]:password@]host[:port][/database]` or `redis+unix:///path/of/socket[?db=database]`.
    public let address: String

    public init(_ address: String) { self.address = address }

    public func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        let schema = source.schema
        guard !source.keyFamilies.isEmpty else {
            throw ExportError(
                .unsuitableSchema,
                "the schema \(schema.name) has no keys for Redis: choose one that has, such as agent_monitoring")
        }
        let connection = try RedisConnection(RedisAddress(self.address))
        _ = try connection.command(["WATCH", RedisBookmark.key(schema)])
        let held = try RedisBookmark.read(schema, connection)
        let continuation = try held?.bookmark.check(against: source, target: "\(schema.name) in \(connection.target)")
        let isAnew = continuation != .update || held?.settings != source.keySettings
        var families = source.keyFamilies.map { ExportReport.Table(name: $0.pattern, rows: 0) }
        if isAnew || held?.bookmark.position != source.position {
            try Self.requireOurs(source, connection, isFirst: held == nil)
            families = try Self.write(source, over: held?.bookmark.position, isAnew: isAnew, connection, progress)
        }
        return ExportReport(
            target: connection.target, fromPosition: held?.bookmark.position ?? 0, toPosition: source.position,
            tables: families, seconds: (ContinuousClock.now - start).inSeconds)
    }

    /// - Parameters:
    ///   - position: what the target stands at; nil where it holds nothing.
    ///   - isAnew: whether keys that did not change are written too.
    private static func write(
        _ source: some RelationSource, over position: UInt64?, isAnew: Bool, _ connection: RedisConnection,
        _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        var transaction = try RedisTransaction(connection)
        var reports: [ExportReport.Table] = []
        for (index, family) in source.keyFamilies.enumerated() {
            var report = ExportReport.Table(name: family.pattern, rows: 0)
            if let position {
                try source.keys(of: family, changedAfter: position) { change in
                    if isAnew && !change.isRemoval { return }
                    if !change.isRemoval { report.rows += 1 }
                    try transaction.add(change, family: index)
                }
            }
            if isAnew {
                try source.keys(of: family, changedAfter: nil) { change in
                    report.rows += 1
                    try transaction.add(change, family: index)
                }
            }
            progress?(report.name, report.rows)
            reports.append(report)
        }
        try transaction.send(RedisBookmark.writing(source))
        for (index, count) in try transaction.execute() { reports[index].removed = count }
        return reports
    }

    /// Refuses a database that holds, under a name of ours, what we did not write.
    private static func requireOurs(
        _ source: some RelationSource, _ connection: RedisConnection, isFirst: Bool
    ) throws {
        for family in source.keyFamilies {
            if family.shape == .sortedSet, !isFirst {
                // Unlike others, its key is not written over as a whole.
                let type = try connection.command(["TYPE", family.pattern]).text ?? ""
                if !["none", "zset"].contains(type) { throw self.notOurs(family.pattern, connection) }
            } else if isFirst {
                var last = ""
                try source.keys(of: family, changedAfter: nil) { change in
                    if change.key == last { return }
                    last = change.key
                    if try connection.command(["EXISTS", last]).integer != 0 { throw self.notOurs(last, connection) }
                }
            }
        }
    }

    private static func notOurs(_ key: String, _ connection: RedisConnection) -> ExportError {
        ExportError(
            .notOurs, "\(connection.target) holds \(key), which we did not write: choose another database (…/1)")
    }
}
