import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerLogLMDB

struct StatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract:
            "Print what the ledger holds: counts, positions, sizes, segments, root hash, and what needs attention.",
        discussion: """
            The root is that of the Merkle tree over all records (RFC 6962): two ledgers with the same root hold the \
            same events. A sealed segment's file never changes again: a copy of it is a backup, and its root tells what \
            the log was up to its end. A tag that occurs in several segments counts in each.

            Last come the number of traces that wait for spans and the models whose usage has no price yet, each with a command that sets one for a kind of its \
            usage. The table unpriced_usage lists all of them.

            With --at, what the log held then, which is the same whenever it is asked: without sizes and tags, and with \
            the root computed anew, a second or two for each million events of one segment.

            EXAMPLES:
              agentledger stat
              agentledger stat --at 2025-08-01
              agentledger stat --json
            """)

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        if let moment = self.at.given {
            let statistics = try self.options.reader().statistics(at: moment)
            return try PastStatisticsPrinter(path: self.options.path, statistics).print(asJSON: self.options.json)
        }
        let reader = try self.options.reader()
        let statistics = try reader.statistics()
        try LedgerOptions.noteClockBehind(reader.log)
        let attention = try AttentionPrinter(reader, statistics)
        LedgerOptions.noteClockAhead(attention.time)
        if self.options.json {
            try self.printJSON(statistics, attention)
        } else {
            try self.printTable(statistics)
            try attention.print()
        }
    }

    private func printTable(_ statistics: LedgerStatistics) throws {
        let (log, identity) = (statistics.log, statistics.identity)
        var table = AlignedTable(columns: 2)
        func line(_ name: String, _ value: String) throws { try table.row([.init(name), .init(value)]) }
        try line("ledger", self.options.path)
        try line("origin", UUIDText.format(identity.origin))
        try line("created", identity.created.description)
        if let parent = identity.parent {
            try line("forked from", "\(UUIDText.format(parent.origin)) at position \(parent.position)")
        }
        try line("format", String(identity.formatVersion))
        try line("events", Text.grouped(log.head.value))
        try line("first recorded", statistics.firstRecordedAt?.description ?? Text.null)
        try line("last recorded", log.lastRecordedAt?.description ?? Text.null)
        try line("tags", Text.grouped(log.tags))
        try line("root", Text.hexadecimal(log.treeHead.root))
        try line("log size", "\(Text.bytes(log.sizeOnDiskBytes)), \(Text.bytes(log.usedBytes)) in use")
        if let views = statistics.views {
            let behind = log.head.value - min(views.position.value, log.head.value)
            let state = behind == 0 ? "up to date" : "\(Text.count(behind, "event")) behind"
            try line("views", "\(Text.bytes(views.sizeOnDiskBytes)), at position \(views.position), \(state)")
        } else {
            try line("views", "none to use; the next read folds them")
        }
        try table.flush()
        try self.printSegments(log.segments)
        try PastStatisticsPrinter.print(log.types)
    }

    private func printSegments(_ segments: [LogStatistics.Segment]) throws {
        try Output.standard.print("")
        var table = AlignedTable(columns: 6, header: ["first", "last", "events", "size", "state", "root"])
        for segment in segments {
            let state = segment.sealed == nil ? "active" : segment.isCompacted ? "sealed" : "sealed, not compacted yet"
            try table.row([
                .init(String(segment.first.value), isNumber: true),
                .init(segment.last?.description ?? Text.null, isNumber: true),
                .init(Text.grouped(segment.events), isNumber: true), .init(Text.bytes(segment.sizeOnDiskBytes)),
                .init(state), .init(segment.sealed.map { Text.hexadecimal($0.root) } ?? Text.null),
            ])
        }
        try table.flush()
    }

    private func printJSON(_ statistics: LedgerStatistics, _ attention: AttentionPrinter) throws {
        let (log, identity) = (statistics.log, statistics.identity)
        var json = JSONWriter()
        json.beginObject()
        json.key("path")
        json.string(self.options.path)
        json.key("origin")
        json.string(UUIDText.format(identity.origin))
        json.key("created")
        json.string(identity.created.description)
        if let parent = identity.parent {
            json.key("parent_origin")
            json.string(UUIDText.format(parent.origin))
            json.key("parent_position")
            json.uint(parent.position.value)
        }
        json.key("format_version")
        json.int(identity.formatVersion)
        json.key("position")
        json.uint(log.head.value)
        json.key("first_recorded_at")
        statistics.firstRecordedAt.encodeJSON(&json)
        json.key("last_recorded_at")
        log.lastRecordedAt.encodeJSON(&json)
        json.key("root")
        json.string(Text.hexadecimal(log.treeHead.root))
        json.key("tags")
        json.int(log.tags)
        json.key("idempotency_keys")
        json.int(log.idempotencyKeys)
        json.key("log_size_bytes")
        json.int(log.sizeOnDiskBytes)
        json.key("log_used_bytes")
        json.int(log.usedBytes)
        json.key("segments")
        json.beginArray()
        for segment in log.segments { Self.encode(segment, &json) }
        json.endArray()
        json.key("views_position")
        (statistics.views?.position).encodeJSON(&json)
        json.key("views_size_bytes")
        json.int(statistics.views?.sizeOnDiskBytes ?? 0)
        PastStatisticsPrinter.encode(log.types, &json)
        attention.encode(&json)
        json.endObject()
        try Output.standard.print(json.text)
    }
    private static func encode(_ segment: LogStatistics.Segment, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("first")
        json.uint(segment.first.value)
        json.key("last")
        segment.last.encodeJSON(&json)
        json.key("events")
        json.uint(segment.events)
        json.key("size_bytes")
        json.int(segment.sizeOnDiskBytes)
        json.key("sealed")
        json.bool(segment.sealed != nil)
        json.key("compacted")
        json.bool(segment.isCompacted)
        json.key("root")
        (segment.sealed.map { Text.hexadecimal($0.root) }).encodeJSON(&json)
        json.endObject()
    }
}
