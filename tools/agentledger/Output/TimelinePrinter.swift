import AgentLedger

/// A run on the axis of time, a line for each thing that took some.
struct TimelinePrinter {
    private let timeline: RunTimeline
    private let width: Int
    /// Microseconds that a column of the axis stands for.
    private let step: Int64
    /// What was spent by the end of each model call, whoever made it.
    private let spent: [UInt128: (tokens: Int, costs: [Money])]

    init(_ timeline: RunTimeline) {
        self.timeline = timeline
        let width = Terminal.isOutput ? max(20, min(80, Terminal.columns() - 76)) : 40
        let length = max(1, timeline.end.microseconds - timeline.start.microseconds)
        self.width = width
        self.spent = Self.spent(timeline)
        self.step = max(1, (length + Int64(width) - 1) / Int64(width))
    }

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
        try Output.standard.print(
            Style.bold("workflow_execution \(timeline.run)  \(Text.safe(timeline.workflowName))  ")
                + (timeline.spans.last { $0.kind == .attempt }?.hasFailed ?? false ? Style.red : Style.bold)(
                    timeline.status.rawValue))
        try Output.standard.print(
            "from \(timeline.start), each column is \(Self.seconds(self.step)); . waits, # runs, = is paused, ! fails")
        var table = AlignedTable(
            columns: 6, header: ["what", "waited", "took", "timeline", "tokens so far", "cost so far"])
        for span in timeline.spans { try table.row(self.cells(of: span)) }
        try table.flush()
        let costs = timeline.costs.map(\.description)
        let unknown = timeline.unknownCosts > 0 ? ["\(Text.count(timeline.unknownCosts, "call")) of unknown cost"] : []
        try Output.standard.print(
            [
                Text.count(timeline.modelCalls, "model call"), Text.count(timeline.toolCalls, "tool call"),
                "\(Text.grouped(timeline.inputTokens)) tokens in, \(Text.grouped(timeline.outputTokens)) out",
            ].joined(separator: ", ") + (costs + unknown).map { ", \($0)" }.joined())
    }

    private func cells(of span: RunTimeline.Span) -> [AlignedTable.Cell] {
        let prefix = span.kind == .toolCall ? "tool " : ""
        let name = String(repeating: "  ", count: span.depth) + prefix + Text.safe(span.name)
        let spent = span.kind == .modelCall ? self.spent[span.id] : nil
        let hasNote = span.hasFailed || span.reason != nil || span.kind == .attempt
        let note = hasNote ? "  \(Self.note(of: span))" : ""
        var cells: [AlignedTable.Cell] = [
            .init(name), .init(self.waited(span).map(Self.seconds) ?? "", isNumber: true),
            .init(self.took(span).map(Self.seconds) ?? "", isNumber: true), .init(self.bar(of: span)),
            .init(spent.map { Text.grouped($0.tokens) } ?? "", isNumber: true),
            .init((spent?.costs.map(\.description).joined(separator: ", ") ?? "") + note),
        ]
        if span.hasFailed { for index in cells.indices { cells[index].style = .boldRed } }
        return cells
    }

    private static func note(of span: RunTimeline.Span) -> String {
        let failure = span.hasFailed ? ["FAILED"] : []
        let status = span.kind != .attempt || span.status == "failed" ? [] : [span.status]
        return (failure + status + [span.reason].compactMap(\.self)).map(Text.oneLine).joined(separator: ": ")
    }

    private func waited(_ span: RunTimeline.Span) -> Int64? {
        span.queuedAt.map { (span.startedAt ?? span.endedAt ?? self.timeline.end).microseconds - $0.microseconds }
    }

    private func took(_ span: RunTimeline.Span) -> Int64? {
        span.startedAt.map { (span.endedAt ?? self.timeline.end).microseconds - $0.microseconds }
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
