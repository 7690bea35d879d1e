import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerLogLMDB

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print events, oldest first; with --last, newest first.",
        discussion: """
            Several --tag must all be there; of several --type any will do. --since and --until mean when an event was \
            recorded; with --time occurred, when it happened, by the source's clock. That is the time that is printed. \
            With --json, one line for each event with its whole envelope and its data.

            With --correlation, the events that belong to one run of things, all that they led to and what led to the \
            first of them: each under its cause.

            EXAMPLES:
              agentledger log --last 20
              agentledger log --tag workflow:Triage
              agentledger log --type invoice.issued --type invoice.paid --json
              agentledger log --actor user:ann@acme.example --since yesterday
              agentledger log --organization acme --since 2025-08-01 --until 2025-09-01
              agentledger log --since "2 hours ago" --time occurred
              agentledger log --correlation 01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11
              agentledger log --after 1000 --follow
            """)

    @OptionGroup var filter: LogFilter

    @Option(
        help: ArgumentHelp(
            "Only what belongs to this run of things, as a tree: its id, or the beginning of an execution's.",
            valueName: "id"))
    var correlation: String?

    @Option(help: ArgumentHelp("Only events behind this position.", valueName: "position"))
    var after: UInt64 = 0

    @Option(help: ArgumentHelp("At most so many events.", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("The last so many events, newest first; 0: all.", valueName: "count"))
    var last: Int?

    @Option(help: ArgumentHelp("table, json or jsonl (default: table, with --json: jsonl)."))
    var format: EventFormat?

    @Flag(help: "Go on with events as they are recorded, until interrupted.")
    var follow = false

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit is \(limit); it must not be negative") }
        if let last, last < 0 { throw ValidationError("--last is \(last); it must not be negative") }
        if self.last != nil, self.limit != nil || self.follow || self.correlation != nil {
            throw ValidationError("--last goes back from the end: leave out --limit, --follow and --correlation")
        }
        if self.follow, self.correlation != nil || self.filter.until != nil {
            throw ValidationError("--follow has no end: leave out --correlation and --until")
        }
        if self.follow, self.format == .json { throw ValidationError("--follow has no end: use --format jsonl") }
    }

    func run() async throws {
        let reader = try self.options.reader()
        let log = reader.log
        let filter = try self.filter.resolved(in: reader, isLate: self.follow)
        if !self.follow { Pager.start() }
        var printer = EventPrinter(self.format ?? (self.options.json ? .jsonl : .table), ActorNames(reader))
        let limit = self.limit ?? .max
        let range = try self.filter.range(in: log, after: Position(self.after))
        if let correlation {
            let id = try reader.find(WorkflowExecution.kind, correlation)
            try self.printTree(of: CorrelationID(bits: id), filter, range, reader, limit, &printer)
        } else if let last {
            try self.print(last: last == 0 ? .max : last, filter, log, range, &printer)
        } else if self.follow, limit > 0 {
            try await self.follow(log, filter, range.after, limit, &printer)
        } else {
            try self.print(log, filter, range, limit, &printer)
        }
        if printer.count == 0, !self.follow, limit > 0 {
            try filter.requireKnownActor(isWholeLog: self.correlation == nil && range == (.start, .end))
        }
        try printer.end()
    }

    private struct LimitReached: Error {}

    private func print(
        _ log: LMDBEventLog, _ filter: ResolvedLogFilter, _ range: (after: Position, through: Position), _ limit: Int,
        _ printer: inout EventPrinter
    ) throws {
        if limit == 0 { return }
        do {
            try log.read(filter.query, after: range.after, through: range.through, limit: .max) { stored in
                guard try filter.takes(stored) else { return }
                try printer.print(stored)
                if printer.count == limit { throw LimitReached() }
            }
        } catch is LimitReached {}
    }

    /// Goes back from the end by ever larger stretches until there are enough.
    private func print(
        last count: Int, _ filter: ResolvedLogFilter, _ log: LMDBEventLog,
        _ range: (after: Position, through: Position), _ printer: inout EventPrinter
    ) throws {
        var end = min(range.through, try log.head())
        var stretch = UInt64(max(1, min(count, 1 << 20)))
        var found: [Position] = []
        while found.count < count, end > range.after {
            let start = max(range.after, Position(end.value - min(end.value, stretch)))
            var positions: [Position] = []
            try log.read(filter.query, after: start, through: end, limit: .max) { stored in
                if try filter.takes(stored) { positions.append(stored.position) }
            }
            found += positions.reversed()
            (end, stretch) = (start, stretch * 8)
        }
        for position in found.prefix(count) { try log.event(at: position) { try printer.print($0) } }
    }

    private func printTree(
        of correlation: CorrelationID, _ filter: ResolvedLogFilter, _ range: (after: Position, through: Position),
        _ reader: LedgerReader, _ limit: Int, _ printer: inout EventPrinter
    ) throws {
        let tree = try reader.causalTree(of: correlation)
        guard !tree.isEmpty else {
            throw Failure(
                "no event belongs to \(correlation); list the runs of things with: agentledger list workflow_executions",
                category: .notFound)
        }
        for place in tree {
            guard printer.count < limit, range.after < place.position, place.position <= range.through else { continue }
            try reader.log.event(at: place.position) { stored in
                guard filter.query.matches(type: stored.type(), tags: try stored.tags()), try filter.takes(stored)
                else {
                    return
                }
                try printer.print(stored, depth: place.depth)
            }
        }
    }

    private func follow(
        _ log: LMDBEventLog, _ filter: ResolvedLogFilter, _ after: Position, _ limit: Int,
        _ printer: inout EventPrinter
    ) async throws {
        var own = printer
        do {
            try await log.follow(filter.query, after: after) { stored in
                guard try filter.takes(stored) else { return }
                try own.print(stored)
                let isLast = own.count == limit
                // Worth holding a line back only where more are there already.
                let isMoreToCome = filter.takesAll && stored.position < ((try? log.head()) ?? .start)
                if isLast || !isMoreToCome { try own.flush() }
                if isLast { throw LimitReached() }
            }
        } catch is LimitReached {}
        printer = own
    }
}
