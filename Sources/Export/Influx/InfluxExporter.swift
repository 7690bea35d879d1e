import LedgerRelations

/// A schema's points in a database of an InfluxDB 1.x server, which is made where there is none.
///
/// InfluxDB has no transactions, and needs none here: points never change, so the bookmark is written when all of them
/// are there, and a run that stopped before is done again over its own points.
package struct InfluxExporter: Exporter {
    /// `influx://[user:password@]host[:port]/database`.
    package let address: String
    /// How long the server may be silent.
    package let timeoutSeconds: Int

    package init(_ address: String, timeoutSeconds: Int = ExportTimeout.defaultSeconds) {
        self.address = address
        self.timeoutSeconds = timeoutSeconds
    }

    /// InfluxDB's documentation asks for batches of 5,000 to 10,000 points.
    private static let batchPoints = 5_000

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        try PointBookmark.requirePoints(source)
        let database = InfluxDatabase(try InfluxAddress(self.address), timeoutSeconds: self.timeoutSeconds)
        let held = try database.bookmark(of: source.schema)
        if held == nil { try Self.claim(database, for: source) }
        // Points of an older version are written over.
        let continuation = try held?.check(against: source, target: database.target)
        let position = continuation == .update ? held?.position : nil
        var counter = PointCounter(progress)
        if position != source.position {
            var lines = LineProtocol()
            var pending = 0
            try source.points(changedAfter: position) { point in
                guard counter.count(point) else { return }
                lines.append(point)
                pending += 1
                if pending == Self.batchPoints {
                    try database.write(lines.bytes)
                    lines.removeAll()
                    pending = 0
                }
            }
            if pending > 0 { try database.write(lines.bytes) }
            try database.write(Array(PointBookmark.line(of: source, position: source.position).utf8))
        }
        return ExportReport(
            target: database.target, fromPosition: held?.position ?? 0, toPosition: source.position,
            tables: counter.finish(), seconds: (ContinuousClock.now - start).inSeconds)
    }

    /// Says whose points are to come, before the first, so that a run which stops halfway can be done again.
    private static func claim(_ database: InfluxDatabase, for source: some RelationSource) throws(ExportError) {
        try database.create()
        if let measurement = try database.anyMeasurement() {
            throw ExportError(
                .notOurs,
                "\(database.target) holds \(measurement), which we did not write: choose another database; one that is "
                    + "not there is made")
        }
        try database.write(Array(PointBookmark.line(of: source, position: 0).utf8))
    }
}
