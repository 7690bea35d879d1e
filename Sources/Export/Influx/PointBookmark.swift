import LedgerRelations

/// The measurement `agentledger_export`: one point for each schema, always at the same moment, so that each export
/// writes over the one before.
enum PointBookmark {
    static let measurement = Bookmark.table

    /// - Parameter position: up to where the points are there.
    static func line(of source: some RelationSource, position: UInt64) -> String {
        "\(Self.measurement),schema=\(source.schema.name) ledger_id=\"\(source.ledgerID)\","
            + "position=\(position)i,schema_version=\(source.schema.version)i 0\n"
    }

    /// Reads what `line` wrote; nil for anything else.
    static func read(line: some StringProtocol) -> Bookmark? {
        let form =
            /agentledger_export,schema=([a-z_]+) ledger_id="([0-9a-z-]+)",position=(\d+)i,schema_version=(\d+)i 0/
        guard let parts = String(line).wholeMatch(of: form)?.output, let position = UInt64(parts.3),
            let version = Int(parts.4)
        else { return nil }
        return Bookmark(
            ledgerID: String(parts.2), schema: String(parts.1), schemaVersion: version, position: position)
    }

    static func requirePoints(_ source: some RelationSource) throws(ExportError) {
        guard source.hasPoints else {
            throw ExportError(
                .unsuitableSchema,
                "the schema \(source.schema.name) has no points for InfluxDB: choose one that has, such as "
                    + "agent_monitoring")
        }
    }
}
