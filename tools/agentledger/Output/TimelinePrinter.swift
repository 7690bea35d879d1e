import AgentLedger
import LedgerEvents

/// A run on the axis of time, a line for each thing that took some.
struct TimelinePrinter {
    private let timeline: RunTimeline
    private let width: Int
    private let nameWidth: Int
    /// Microseconds that a column of the axis stands for.
    private let step: Int64
    /// What was spent by the end of each model call, whoever made it.
    private let spent: [UInt128: (tokens: Int, costs: [Money])]

    init(_ timeline: RunTimeline) {
        self.timeline = timeline
        let length = max(1, timeline.end.microseconds - timeline.start.microseconds)
        let spent = Self.spent(timeline)
        let layout = Self.layout(timeline, spent)
        let width = layout.axis
        self.width = width
        self.nameWidth = layout.name
        self.spent = spent
        self.step = max(1, (length + Int64(width) - 1) / Int64(width))
    }

    /// How wide names and the axis may be, so that a line fits the terminal.
    private static func layout(
        _ timeline: RunTimeline, _ spent: [UInt128: (tokens: Int, costs: [Money])]
    ) -> (name: Int, axis: Int) {
        guard Terminal.isOutput else { return (.max, 40) }
        let length = timeline.end.microseconds - timeline.start.microseconds
        let name = timeline.spans.map { Self.name(of: $0).count }.max() ?? 0
        let tokens = max(6, spent.values.map { Text.grouped($0.tokens).count }.max() ?? 0)
        let cost = max(4, spent.values.map { Self.words($0.costs).count }.max() ?? 0)
        // Two times, the bars at both ends of the axis, and the gaps between six columns.
        let others = 2 * max(6, Self.seconds(length).count) + tokens + cost + 2 + 10
        let left = Terminal.columns() - others
        let shown = min(name, max(12, left - 16))
        return (shown, max(10, min(80, left - shown)))
    }

    private static func name(of span: RunTimeline.Span) -> String {
        let prefix = span.kind == .toolCall ? "tool " : ""
        return String(repeating: "  ", count: span.depth) + prefix + Text.safe(span.name)
    }

    private static func words(_ costs: [Money]) -> String { costs.map(\.description).joined(separator: ", ") }

    private static func spent(_ timeline: RunTimeline) -> [UInt128: (tokens: Int, costs: [Money])] {
        let calls = timeline.spans.filter { $0.kind == .modelCall }.sorted {
            ($0.endedAt ?? timeline.end, $0.position) < ($1.endedAt ?? timeline.end, $1.position)
        }
        var spent: [UInt128: (tokens: Int, costs: [Money])] = [:]
        var (tokens, costs): (Int, [Money]) = (0, [])
        for call in calls {
            tokens += call.inputTokens + call.outputTokens
            if let cost = call.cost {
                if let index = costs.firstIndex(where: { $0.currency == cost.currency }) {
                    costs[index].amount += cost.amount
                } else {
                    costs.append(cost)
                }
            }
            spent[call.id] = (tokens, costs)
        }
        return spent
    }

    func print() throws {
        let timeline = self.timeline
        try self.printHeading()
        try Output.standard.print(
            "from \(timeline.start), a column is \(Self.seconds(self.step))\n. waits, # runs, = is paused, ! fails; "
                + "tokens and cost are those so far")
        var table = AlignedTable(
            columns: 6, header: ["what", "waited", "took", "timeline", "tokens", "cost"], isCut: true)
        for span in timeline.spans {
            try table.row(self.cells(of: span))
            let note = Self.note(of: span)
            let indent = String(repeating: "  ", count: span.depth + 1)
            if !note.isEmpty { try table.line(under: 0, indent + note, span.hasFailed ? .boldRed : .dim) }
        }
        try table.flush()
        let costs = timeline.costs.map(\.description)
        let unknown = timeline.unknownCosts > 0 ? ["\(Text.count(timeline.unknownCosts, "call")) of unknown cost"] : []
        let sums = [
            Text.count(timeline.modelCalls, "model call"), Text.count(timeline.toolCalls, "tool call"),
            "\(Text.grouped(timeline.inputTokens)) tokens in, \(Text.grouped(timeline.outputTokens)) out",
        ]
        for line in Text.wrapped(sums + costs + unknown, separator: ", ", within: Self.columns) {
            try Output.standard.print(line)
        }
    }

    private static let columns = Terminal.isOutput ? Terminal.columns() : .max

    /// The run with its whole id, its workflow and its status, on one line if they fit.
    private func printHeading() throws {
        let timeline = self.timeline
        let run = "workflow_execution \(timeline.run)"
        var name = Text.safe(timeline.workflowName)
        let status = timeline.status.rawValue
        let isFailed = timeline.spans.last { $0.kind == .attempt }?.hasFailed ?? false
        let isOneLine = run.count + name.count + status.count + 4 <= Self.columns
        if !isOneLine, name.count + status.count + 2 > Self.columns {
            name = name.prefix(max(0, Self.columns - status.count - 3)) + "…"
        }
        try Output.standard.print(
            Style.bold("\(run)\(isOneLine ? "  " : "\n")\(name)  ") + (isFailed ? Style.red : Style.bold)(status))
    }

    private func cells(of span: RunTimeline.Span) -> [AlignedTable.Cell] {
        var name = Self.name(of: span)
        if name.count > self.nameWidth { name = name.prefix(self.nameWidth - 1) + "…" }
        let spent = span.kind == .modelCall ? self.spent[span.id] : nil
        var cells: [AlignedTable.Cell] = [
            .init(name), .init(self.waited(span).map(Self.seconds) ?? "", isNumber: true),
            .init(self.took(span).map(Self.seconds) ?? "", isNumber: true), .init(self.bar(of: span)),
            .init(spent.map { Text.grouped($0.tokens) } ?? "", isNumber: true),
            .init(spent.map { Self.words($0.costs) } ?? ""),
        ]
        if span.hasFailed { for index in cells.indices { cells[index].style = .boldRed } }
        return cells
    }

    private static func note(of span: RunTimeline.Span) -> String {
        let failure = span.hasFailed ? ["FAILED"] : []
        let status = span.kind != .attempt || span.status == "failed" ? [] : [span.status]
        let mark = span.endsBeforeStart ? ["ends_before_start, by the sources' clocks"] : []
        return (failure + status + [span.reason].compactMap(\.self) + mark).map(Text.oneLine).joined(separator: ": ")
    }

    /// Nil where the clocks of the sources contradict each other, too.
    private func waited(_ span: RunTimeline.Span) -> Int64? {
        guard let queuedAt = span.queuedAt else { return nil }
        let end = span.startedAt ?? span.endedAt ?? self.timeline.end
        return queuedAt <= end ? end.microseconds - queuedAt.microseconds : nil
    }

    /// Nil where the clocks of the sources contradict each other, too.
    private func took(_ span: RunTimeline.Span) -> Int64? {
        guard let start = span.startedAt, !span.endsBeforeStart else { return nil }
        let end = span.endedAt ?? self.timeline.end
        return start <= end ? end.microseconds - start.microseconds : nil
    }

    private func bar(of span: RunTimeline.Span) -> String {
        var bar = [Character](repeating: " ", count: self.width)
        func fill(_ from: Instant?, _ to: Instant?, _ character: Character) {
            guard let from else { return }
            let first = self.column(from)
            let last = max(first, self.column(to ?? self.timeline.end, isEnd: true))
            for column in first...last { bar[column] = character }
        }
        if let queuedAt = span.queuedAt, queuedAt < span.startedAt ?? self.timeline.end {
            fill(queuedAt, span.startedAt ?? span.endedAt, ".")
        }
        fill(span.startedAt, span.endedAt, "#")
        for pause in span.pauses { fill(pause.from, pause.to ?? span.endedAt, "=") }
        if span.hasFailed, let end = span.endedAt { bar[self.column(end, isEnd: true)] = "!" }
        return "|" + String(bar) + "|"
    }

    private func column(_ instant: Instant, isEnd: Bool = false) -> Int {
        let offset = max(0, instant.microseconds - self.timeline.start.microseconds - (isEnd ? 1 : 0))
        return min(self.width - 1, Int(offset / self.step))
    }

    /// `0.25 s`, `1:05:00`
    private static func seconds(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if seconds >= 3600 { return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))" }
        if seconds >= 120 { return "\(seconds / 60):\(two(seconds % 60))" }
        return Text.seconds(Double(microseconds) / 1e6)
    }
}
