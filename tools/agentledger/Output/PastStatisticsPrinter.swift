import AgentLedger
import LedgerEvents
import LedgerLogLMDB

/// Prints what a log held at a past moment.
struct PastStatisticsPrinter {
    private let path: String
    private let statistics: PastStatistics

    init(path: String, _ statistics: PastStatistics) {
        self.path = path
        self.statistics = statistics
    }

    func print(asJSON: Bool) throws {
        if asJSON { try self.printJSON() } else { try self.printTable() }
    }

    private func printTable() throws {
        let (log, identity) = (self.statistics.log, self.statistics.identity)
        var table = AlignedTable(columns: 2)
        func line(_ name: String, _ value: String) throws { try table.row([.init(name), .init(value)]) }
        try line("ledger", self.path)
        try line("origin", UUIDText.format(identity.origin))
        try line("created", identity.created.description)
        try line("format", String(identity.formatVersion))
        try line("events", Text.grouped(log.head.value))
        try line("first recorded", log.firstRecordedAt?.description ?? Text.null)
        try line("last recorded", log.lastRecordedAt?.description ?? Text.null)
        try line("root", Text.hexadecimal(log.treeHead.root))
        try table.flush()
        try Self.print(log.types)
    }

    /// How many events of each type there are, below what was printed before.
    static func print(_ types: [LogStatistics.TypeCount]) throws {
        if types.isEmpty { return }
        try Output.standard.print("")
        var table = AlignedTable(columns: 2)
        for entry in types {
            try table.row([.init(Text.safe(entry.type.name)), .init(Text.grouped(entry.count), isNumber: true)])
        }
        try table.flush()
    }

    private func printJSON() throws {
        let (log, identity) = (self.statistics.log, self.statistics.identity)
        var json = JSONWriter()
        json.beginObject()
        json.key("path")
        json.string(self.path)
        json.key("origin")
        json.string(UUIDText.format(identity.origin))
        json.key("created")
        json.string(identity.created.description)
        json.key("format_version")
        json.int(identity.formatVersion)
        json.key("position")
        json.uint(log.head.value)
        json.key("first_recorded_at")
        log.firstRecordedAt.encodeJSON(&json)
        json.key("last_recorded_at")
        log.lastRecordedAt.encodeJSON(&json)
        json.key("root")
        json.string(Text.hexadecimal(log.treeHead.root))
        Self.encode(log.types, &json)
        json.endObject()
        try Output.standard.print(json.text)
    }

    static func encode(_ types: [LogStatistics.TypeCount], _ json: inout JSONWriter) {
        json.key("types")
        json.beginObject()
        for entry in types {
            json.key(entry.type.name)
            json.int(entry.count)
        }
        json.endObject()
    }
}
