import LedgerDomain
import LedgerEvents

/// How a run began and ended.
struct RunEnding {
    static let interrupted = "interrupted"
    static let openEnd = "its end never arrived: the process ended before it"
    static let interruption = "the spans around these never arrived: the process ended before them"

    var start = Instant.zero
    /// Nil: only log records tell of it, and none of its end.
    var end: Instant?
    var hasFailed = false
    var isInterrupted = false
    var errorCode: String?
    var errorMessage: String?
    var conflict: String?
    /// Whether the root itself says why.
    private var hasMessage = false

    static func all(
        _ forest: SpanForest, _ agents: AgentParts, _ runs: TraceRuns, runOfPart: [Int]
    ) -> [RunEnding] {
        var endings = runs.runs.map { run in
            run.isConversation
                ? RunEnding(conversation: run, forest)
                : run.isInner ? RunEnding(inner: run, forest) : RunEnding(run, forest)
        }
        Self.applyAgents(to: &endings, forest, agents, runs, runOfPart)
        Self.interrupt(&endings, forest, runs)
        return endings
    }

    /// Ends runs whose end never arrived with the last that is known of them. While it may still arrive, their traces
    /// wait.
    private static func interrupt(_ endings: inout [RunEnding], _ forest: SpanForest, _ runs: TraceRuns) {
        if endings.allSatisfy({ $0.end != nil }) { return }
        var last = endings.map(\.start)
        for (place, span) in forest.spans.enumerated() where runs.run[place] >= 0 {
            last[runs.run[place]] = max(last[runs.run[place]], span.finish)
        }
        for run in endings.indices where endings[run].end == nil && forest.spans[runs.runs[run].main].log == nil {
            endings[run].end = last[run]
            if endings[run].hasFailed { continue }
            endings[run].isInterrupted = true
            endings[run].hasFailed = true
            endings[run].errorCode = Self.interrupted
            endings[run].errorMessage = Self.openEnd
        }
    }

    /// An inner run: as its workflow's span.
    private init(inner run: TraceRuns.Run, _ forest: SpanForest) {
        let span = forest.spans[run.main]
        self.start = span.start
        self.end = span.endNanoseconds == nil ? nil : span.finish
        self.fail(like: run.places.map { forest.spans[$0].failure }, of: span)
    }

    /// Direct calls of a conversation: from the first to the last, and failed if the last did.
    private init(conversation run: TraceRuns.Run, _ forest: SpanForest) {
        let mains = run.traces.map { forest.spans[forest.main(of: $0)] }
        self.start = mains.map(\.start).min() ?? .zero
        self.end = mains.map(\.finish).max()
        self.fail(like: [forest.spans[run.main].failure], of: forest.spans[run.main])
    }

    private init(_ run: TraceRuns.Run, _ forest: SpanForest) {
        let hasSpans = forest.spans[run.main].log == nil
        let tops = run.traces.flatMap { trace in
            forest.places[trace].filter { forest.parent[$0] < 0 && (forest.spans[$0].log == nil || !hasSpans) }
        }
        let roots = tops.filter { forest.spans[$0].parent == nil || forest.spans[$0].log != nil }
        let main = forest.spans[run.main]
        let known = roots.isEmpty ? tops : roots
        self.start = known.map { forest.spans[$0].start }.min() ?? main.start
        if roots.isEmpty, !tops.allSatisfy({ forest.isService($0) }) {
            self.isInterrupted = true
            self.hasFailed = true
            self.errorCode = Self.interrupted
            self.errorMessage = Self.interruption
            self.end = run.traces.flatMap { forest.places[$0] }.map { forest.spans[$0].finish }.max()
            return
        }
        if main.endNanoseconds != nil { self.end = known.map { forest.spans[$0].finish }.max() }
        // Of several services below a parent that is not known, the last one ends the run.
        let last = roots.isEmpty ? known.max { (forest.spans[$0].finish, $0) < (forest.spans[$1].finish, $1) } : nil
        // What log records tell of may fail without an end to the run.
        let place = last ?? run.main
        if hasSpans { self.fail(like: [forest.spans[place].failure], of: forest.spans[place]) }
    }

    private mutating func fail(like failures: [FailureReading], of span: SpanReading) {
        guard let failure = failures.first(where: \.hasFailed), span.endNanoseconds != nil else { return }
        self.hasFailed = true
        self.errorCode = failure.type
        self.errorMessage = failure.message ?? failure.type ?? "failed"
        self.hasMessage = failure.message != nil
    }

    // MARK: Agents that ended the run

    /// A run whose root knows of no failure failed if the agent that ended it did: nothing happened after it.
    private static func applyAgents(
        to endings: inout [RunEnding], _ forest: SpanForest, _ agents: AgentParts, _ runs: TraceRuns, _ runOfPart: [Int]
    ) {
        var last = Array(repeating: -1, count: runs.runs.count)
        let finish = agents.parts.map { part in part.places.map { forest.spans[$0].finishNanoseconds }.max() ?? 0 }
        for (index, part) in agents.parts.enumerated() where runOfPart[index] >= 0 {
            let run = runOfPart[index]
            // Only outermost agents of the run end it.
            if part.missing != nil || part.parent >= 0 && runOfPart[part.parent] == run { continue }
            if last[run] < 0
                || (finish[last[run]], forest.spans[agents.parts[last[run]].places[0]].id) < (
                    finish[index], forest.spans[part.places[0]].id
                )
            {
                last[run] = index
            }
        }
        var hasLater = Array(repeating: false, count: runs.runs.count)
        for (place, span) in forest.spans.enumerated() where runs.run[place] >= 0 && !forest.isTransparent(place) {
            let run = runs.run[place]
            if last[run] >= 0, span.startNanoseconds > finish[last[run]] { hasLater[run] = true }
        }
        for run in endings.indices where last[run] >= 0 && !hasLater[run] && endings[run].end != nil {
            let failures = agents.parts[last[run]].places.map { forest.spans[$0].failure }.filter(\.hasFailed)
            guard !failures.isEmpty, !runs.runs[run].isConversation, !endings[run].isInterrupted else { continue }
            endings[run].apply(failures, rootIsOK: forest.spans[runs.runs[run].main].isMarkedOK)
        }
    }

    private mutating func apply(_ failures: [FailureReading], rootIsOK: Bool) {
        let type = FailureReading.type(of: failures)
        let message = failures.lazy.compactMap(\.message).first
        if self.hasFailed {
            // A root that only says that it failed: why, the agent says.
            if self.errorCode == nil { self.errorCode = type }
            if !self.hasMessage { self.errorMessage = message ?? type ?? "failed" }
            return
        }
        self.hasFailed = true
        self.errorCode = type
        self.errorMessage = message ?? type ?? "failed"
        self.conflict = "root \(rootIsOK ? "OK" : "unset"), agent failed"
    }
}

extension SpanForest {
    /// Whether a span whose parent never arrived is the entry of a service: its parent is elsewhere.
    func isService(_ place: Int) -> Bool {
        let span = self.spans[place]
        // opentelemetry/proto/trace/v1/trace.proto, SpanFlags: whether it is known if the parent is remote, and if it is.
        if span.flags & 0x300 == 0x300 { return true }
        if span.spanKind == 2 || span.spanKind == 5 { return true }
        return self.roles[place] == .agent || self.roles[place] == .workflow
    }
}
