import LedgerRelations

/// The hash `agentledger_export:<schema>`, in the transaction that writes the keys.
struct RedisBookmark {
    var bookmark: Bookmark
    var settings: String
    var moment: KeyMoment
    /// When the keys of that moment were written, by the server's clock.
    var writtenAtMilliseconds: Int64

    static func key(_ schema: Schema) -> String { "\(Bookmark.table):\(schema.name)" }

    /// What the target holds; nil where there is no bookmark.
    static func read(_ schema: Schema, _ connection: RedisConnection) throws(ExportError) -> RedisBookmark? {
        let key = self.key(schema)
        let type = try connection.command(["TYPE", key]).text
        if type == "none" { return nil }
        guard type == "hash",
            case .array(let cells) = try connection.command(
                ["HMGET", key, "ledger_id", "schema_version", "position", "settings", "time", "written_at"]),
            cells.count == 6, let ledger = cells[0].text, let version = cells[1].text.flatMap({ Int($0) }),
            let position = cells[2].text.flatMap({ UInt64($0) }), let settings = cells[3].text
        else {
            throw ExportError(
                .notOurs,
                "\(key) in \(connection.target) is not what we write there: choose another database")
        }
        return RedisBookmark(
            bookmark: Bookmark(ledgerID: ledger, schema: schema.name, schemaVersion: version, position: position),
            settings: settings,
            moment: KeyMoment(position: position, microseconds: cells[4].text.flatMap { Int64($0) }),
            writtenAtMilliseconds: cells[5].text.flatMap { Int64($0) } ?? 0)
    }

    static func writing(_ source: some RelationSource, writtenAtMilliseconds: Int64) throws -> [String] {
        let time = try source.keyMoment.microseconds
        return [
            "HSET", self.key(source.schema), "ledger_id", source.ledgerID, "schema_version",
            String(source.schema.version), "position", String(source.position), "settings", source.keySettings,
            "time", time.map { String($0) } ?? "", "written_at", String(writtenAtMilliseconds),
        ]
    }
}
