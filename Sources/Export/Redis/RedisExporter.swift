import LedgerRelations

/// A schema's keys in one database of a Redis server, written in one transaction that also says up to where: the first
/// run writes all, a later one what changed, what the server evicted and what became a key of another type. Other keys of
/// the database are let alone.
package struct RedisExporter: Exporter {
    /// `redis://[[user]:password@]host[:port][/database]` or `redis+unix:///path/of/socket[?db=database]`.
    package let address: String
    /// How long the server may be silent.
    package let timeoutSeconds: Int

    package init(_ address: String, timeoutSeconds: Int = ExportTimeout.defaultSeconds) {
        self.address = address
        self.timeoutSeconds = timeoutSeconds
    }

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        let schema = source.schema
        guard !source.keyFamilies.isEmpty else {
            throw ExportError(
                .unsuitableSchema,
                "the schema \(schema.name) has no keys for Redis: choose one that has, such as agent_monitoring")
        }
        let connection = try RedisConnection(RedisAddress(self.address), timeoutSeconds: self.timeoutSeconds)
        _ = try connection.command(["WATCH", RedisBookmark.key(schema)])
        let held = try RedisBookmark.read(schema, connection)
        let continuation = try held?.bookmark.check(against: source, target: "\(schema.name) in \(connection.target)")
        let moment = try source.keyMoment
        let isAnew = continuation != .update || held?.settings != source.keySettings
        let isSame = !isAnew && held?.moment == moment
        let now = try connection.timeMilliseconds()
        // Keys with a time to live are judged by the moment that they were written at.
        let missing =
            try isAnew
            ? RedisMissingKeys()
            : RedisMissingKeys(
                of: source, in: connection,
                elapsedMilliseconds: isSame ? now - (held?.writtenAtMilliseconds ?? now) : 0)
        var families = source.keyFamilies.map { ExportReport.Table(name: $0.pattern, rows: 0) }
        if !isSame || !missing.isEmpty {
            if held == nil { try Self.requireOurs(source, connection) }
            families = try Self.write(
                source, over: held?.moment, isAnew: isAnew, missing, connection,
                writtenAtMilliseconds: isSame ? held?.writtenAtMilliseconds ?? now : now, progress)
        }
        return ExportReport(
            target: connection.target, fromPosition: held?.bookmark.position ?? 0, toPosition: source.position,
            tables: families, seconds: (ContinuousClock.now - start).inSeconds)
    }

    /// - Parameters:
    ///   - moment: what the target holds; nil if it is empty.
    ///   - isAnew: whether keys that did not change are written too.
    private static func write(
        _ source: some RelationSource, over moment: KeyMoment?, isAnew: Bool, _ missing: RedisMissingKeys,
        _ connection: RedisConnection, writtenAtMilliseconds: Int64, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        var missing = missing
        let others = try Self.otherThanSortedSets(source, connection)
        var transaction = try RedisTransaction(connection)
        var reports: [ExportReport.Table] = []
        for key in others { try transaction.send(["DEL", key]) }
        for (index, family) in source.keyFamilies.enumerated() {
            var report = ExportReport.Table(name: family.pattern, rows: 0)
            func add(_ change: KeyChange) throws {
                if !change.isRemoval { report.rows += 1 }
                missing.remove(change)
                try transaction.add(change, family: index)
            }
            if let moment {
                try source.keys(of: family, changedAfter: moment) { if !isAnew || $0.isRemoval { try add($0) } }
            }
            if isAnew {
                try source.keys(of: family, changedAfter: nil) { try add($0) }
            } else if !missing.isEmpty {
                try source.keys(of: family, changedAfter: nil) { change in
                    if let change = missing.restoring(change) { try add(change) }
                }
            }
            progress?(report.name, report.rows)
            reports.append(report)
        }
        try transaction.send(RedisBookmark.writing(source, writtenAtMilliseconds: writtenAtMilliseconds))
        for (index, count) in try transaction.execute() { reports[index].removed = count }
        return reports
    }

    /// Unlike others, the key of a sorted set is not written over as a whole: what somebody made of it goes first.
    private static func otherThanSortedSets(
        _ source: some RelationSource, _ connection: RedisConnection
    ) throws -> [String] {
        try source.keyFamilies.filter { $0.shape == .sortedSet }.map(\.pattern).filter { key in
            !["none", "zset"].contains(try connection.command(["TYPE", key]).text ?? "")
        }
    }

    /// Refuses a database that holds, under a name of ours, what we did not write.
    private static func requireOurs(_ source: some RelationSource, _ connection: RedisConnection) throws {
        for family in source.keyFamilies {
            var last = ""
            try source.keys(of: family, changedAfter: nil) { change in
                if change.key == last { return }
                last = change.key
                if try connection.command(["EXISTS", last]).integer != 0 { throw self.notOurs(last, connection) }
            }
        }
    }

    private static func notOurs(_ key: String, _ connection: RedisConnection) -> ExportError {
        ExportError(
            .notOurs, "\(connection.target) holds \(key), which we did not write: choose another database (…/1)")
    }
}
