import AgentLedger
import LedgerEvents

/// Prints what of a ledger needs somebody's attention: traces that wait for spans, and the models whose usage has no
/// price, each with a command that would set one.
struct AttentionPrinter {
    /// More would hide what else `stat` says; the table `unpriced_usage` has them all.
    private static let limit = 10
    /// Behind more events than this, `stat` does not wait for the views.
    private static let mostBehind: UInt64 = 100_000

    private let models: [UnpricedModel]
    private let pendingTraces: Int
    /// The time by the ledger's clock; nil where none is set, or nothing was looked at.
    let time: Instant?
    /// Why nothing was looked at.
    private let skipped: String?

    init(_ reader: LedgerReader, _ statistics: LedgerStatistics) throws {
        let head = statistics.log.head.value
        let behind = head - min(statistics.views?.position.value ?? 0, head)
        let isSkipped = behind > Self.mostBehind
        self.pendingTraces = isSkipped ? 0 : try reader.pendingTraces().count
        self.time = isSkipped ? nil : try reader.ledgerTime()
        self.models = isSkipped ? [] : UnpricedModel.list(try reader.unpricedUsage())
        self.skipped =
            isSkipped
            ? "pending traces and unpriced usage: not looked at, because the views are \(Text.count(behind, "event")) behind; any query "
                + "brings them up to date" : nil
    }

    func print() throws {
        if let skipped { try Output.standard.print("\n\(skipped)") }
        if let time { try Output.standard.print("\nthe ledger's clock says \(time)") }
        if self.pendingTraces > 0 {
            try Output.standard.print(
                "\n\(Text.count(self.pendingTraces, "trace")) waiting for spans: agentledger query 'SELECT * FROM "
                    + "pending_traces'")
        }
        if self.models.isEmpty { return }
        try Output.standard.print("\nusage without a price, and how to set one (per million tokens, or per piece)")
        for model in self.models.prefix(Self.limit) {
            let name = [model.provider, model.model].filter { !$0.isEmpty }.joined(separator: " ")
            let types = model.usages.map { "\(Text.grouped($0.quantity)) \($0.usageType)" }.joined(separator: ", ")
            let records = Text.count(model.records, "record")
            try Output.standard.print(Text.safe("\(name.isEmpty ? "no model" : name): \(types) in \(records)"))
            try Output.standard.print(Text.safe("  agentledger execute \(Self.quoted(model.exampleCommand))"))
        }
        if self.models.count > Self.limit {
            let more = Text.grouped(self.models.count - Self.limit)
            try Output.standard.print("and \(more) more: agentledger query 'SELECT * FROM unpriced_usage'")
        }
    }

    /// For a shell.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }

    func encode(_ json: inout JSONWriter) {
        json.key("pending_traces")
        if self.skipped == nil { json.int(self.pendingTraces) } else { json.null() }
        json.key("ledger_time")
        self.time.encodeJSON(&json)
        json.key("unpriced_models")
        json.int(self.models.count)
        json.key("unpriced_usage")
        if self.skipped != nil { return json.null() }
        json.beginArray()
        for model in self.models.prefix(Self.limit) {
            json.beginObject()
            json.key("provider")
            json.string(model.provider)
            json.key("model")
            json.string(model.model)
            json.key("records")
            json.int(model.records)
            json.key("usage_types")
            json.beginArray()
            for usage in model.usages { json.string(usage.usageType) }
            json.endArray()
            json.key("example_command")
            json.string(model.exampleCommand)
            json.endObject()
        }
        json.endArray()
    }
}
