import AgentLedger
import ArgumentParser

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print events, oldest first.",
        discussion: """
            Several --tag must all be there; of several --type any will do. The time is when it happened, by the \
            source's clock; --since and --until mean when it was recorded. With --json, one line for each event with its \
            whole envelope and its data.

            With --correlation, the events that belong to one run of things, all that they led to and what led to the \
            first of them: each under its cause.

            EXAMPLES:
              agentledger log --limit 20
              agentledger log --tag workflow_execution:01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11
              agentledger log --type invoice.issued --type invoice.paid --json
              agentledger log --actor user:01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11
              agentledger log --organization acme --since 2025-08-01 --until 2025-09-01
              agentledger log --correlation 01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11
              agentledger log --after 1000 --follow
            """)

    @OptionGroup var filter: LogFilter

    @Option(
        help: ArgumentHelp("Only what belongs to this run of things, as a tree.", valueName: "id"),
        transform: LogCommand.correlation)
    var correlation: CorrelationID?

    @Option(help: ArgumentHelp("Only events behind this position.", valueName: "position"))
    var after: UInt64 = 0

    @Option(help: ArgumentHelp("At most so many events.", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("table, json or jsonl (default: table, with --json: jsonl)."))
    var format: RowFormat?

    @Flag(help: "Go on with events as they are recorded, until interrupted.")
    var follow = false

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit is \(limit); it must not be negative") }
        if self.format == .csv { throw ValidationError("--format is table, json or jsonl: events are no rows") }
        if self.follow, self.correlation != nil || self.filter.until != nil {
            throw ValidationError("--follow has no end: leave out --correlation and --until")
        }
        if self.follow, self.format == .json { throw ValidationError("--follow has no end: use --format jsonl") }
    }

    func run() async throws {
        let reader = try self.options.reader()
        let log = reader.log
        var printer = EventPrinter(self.format ?? (self.options.json ? .jsonl : .table))
        let limit = self.limit ?? .max
        let range = try self.filter.range(in: log, after: Position(self.after))
        if let correlation {
            try self.printTree(of: correlation, range, reader, limit, &printer)
        } else if self.follow, limit > 0 {
            try await self.follow(log, range.after, limit, &printer)
        } else {
            try self.print(log, range, limit, &printer)
        }
        try printer.end()
    }

    private struct LimitReached: Error {}

    private func print(
        _ log: LMDBEventLog, _ range: (after: Position, through: Position), _ limit: Int, _ printer: inout EventPrinter
    ) throws {
        if limit == 0 { return }
        let query = try self.filter.query(in: log)
        do {
            try log.read(query, after: range.after, through: range.through, limit: .max) { stored in
                guard try self.filter.takes(stored) else { return }
                try printer.print(stored)
                if printer.count == limit { throw LimitReached() }
            }
        } catch is LimitReached {}
    }

    private func printTree(
        of correlation: CorrelationID, _ range: (after: Position, through: Position), _ reader: LedgerReader,
        _ limit: Int, _ printer: inout EventPrinter
    ) throws {
        let query = try self.filter.query(in: reader.log)
        let tree = try reader.causalTree(of: correlation)
        guard !tree.isEmpty else {
            throw Failure(
                "no event belongs to \(correlation); list the runs of things with: agentledger query "
                    + "\"SELECT correlation_id FROM workflow_executions\"")
        }
        for place in tree {
            guard printer.count < limit, range.after < place.position, place.position <= range.through else { continue }
            try reader.log.event(at: place.position) { stored in
                guard query.matches(type: stored.type(), tags: try stored.tags()), try self.filter.takes(stored) else {
                    return
                }
                try printer.print(stored, depth: place.depth)
            }
        }
    }

    private func follow(
        _ log: LMDBEventLog, _ after: Position, _ limit: Int, _ printer: inout EventPrinter
    ) async throws {
        let query = try self.filter.query(in: log)
        var own = printer
        do {
            try await log.follow(query, after: after) { stored in
                guard try self.filter.takes(stored) else { return }
                try own.print(stored)
                let isLast = own.count == limit
                if isLast || !self.isMoreToCome(log, after: stored.position) { try own.flush() }
                if isLast { throw LimitReached() }
            }
        } catch is LimitReached {}
        printer = own
    }

    /// Whether it is worth holding a line back: more are there already.
    private func isMoreToCome(_ log: LMDBEventLog, after position: Position) -> Bool {
        self.filter.takesAll && position < ((try? log.head()) ?? .start)  // Else: print at once.
    }

    private static func correlation(_ text: String) throws -> CorrelationID {
        guard let id = UUIDText.parse(text) else { throw ValidationError("\"\(text)\" is not a UUID") }
        return CorrelationID(bits: id)
    }
}
