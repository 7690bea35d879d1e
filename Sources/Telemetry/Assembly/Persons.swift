import LedgerDomain
import LedgerEvents

/// Whom a span belongs to: its own word, else that of the spans around it, else that of its run.
struct Persons {
    struct Names {
        var conversation: String?
        var session: String?
        var endUser: String?

        init() {}

        init(_ span: SpanReading) {
            self.conversation = span.conversation
            self.session = span.session
            self.endUser = span.endUser
        }

        mutating func fill(from other: Names) {
            self.conversation = self.conversation ?? other.conversation
            self.session = self.session ?? other.session
            self.endUser = self.endUser ?? other.endUser
        }
    }

    private(set) var ofRun: [Names]
    private var ofSpan: [Names]

    init(_ forest: SpanForest, _ runs: TraceRuns) {
        self.ofSpan = forest.spans.map { Names($0) }
        self.ofRun = runs.runs.map { run in
            var names = Names()
            for place in run.places { names.fill(from: Names(forest.spans[place])) }
            return names
        }
        self.speakForRuns(forest, runs)
        for (index, run) in runs.runs.enumerated() where run.parent >= 0 {
            self.ofRun[index].fill(from: self.ofRun[run.parent])
        }
        for place in forest.order {
            let above = forest.parent[place]
            if above >= 0 { self.ofSpan[place].fill(from: self.ofSpan[above]) }
        }
    }

    /// The first span of a run that says something speaks for it.
    private mutating func speakForRuns(_ forest: SpanForest, _ runs: TraceRuns) {
        var first = Array(repeating: -1, count: runs.runs.count * 3)
        func speak(_ part: Int, _ run: Int, _ place: Int) {
            let known = first[run * 3 + part]
            if known < 0 || forest.spans[place].startNanoseconds < forest.spans[known].startNanoseconds {
                first[run * 3 + part] = place
            }
        }
        for (place, run) in runs.run.enumerated() where run >= 0 {
            let span = forest.spans[place]
            if span.conversation != nil { speak(0, run, place) }
            if span.session != nil { speak(1, run, place) }
            if span.endUser != nil { speak(2, run, place) }
        }
        for run in runs.runs.indices {
            var names = Names()
            if first[run * 3] >= 0 { names.conversation = forest.spans[first[run * 3]].conversation }
            if first[run * 3 + 1] >= 0 { names.session = forest.spans[first[run * 3 + 1]].session }
            if first[run * 3 + 2] >= 0 { names.endUser = forest.spans[first[run * 3 + 2]].endUser }
            self.ofRun[run].fill(from: names)
        }
    }

    /// Of what the spans tell of, in this order.
    func names(of places: [Int], in run: Int) -> Names {
        var names = Names()
        for place in places { names.fill(from: self.ofSpan[place]) }
        if run >= 0 { names.fill(from: self.ofRun[run]) }
        return names
    }
}
