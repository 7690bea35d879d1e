import EventSourcing

/// Gathers spans into traces: children come before their parents, traces interleave, and some roots never come.
///
/// Holds at most `limit` spans; beyond that the trace that has waited longest is given out as it is.
struct TraceBuffer {
    private var traces: [UInt128: Trace] = [:]
    /// Traces in the order of their first span; a given-out one may still be listed, for a while.
    private var order: [UInt128] = []
    private var firstWaiting = 0
    private var count = 0
    private let limit: Int

    init(limit: Int = 200_000) { self.limit = limit }

    /// How many traces are remembered, given out or not.
    var listed: Int { self.order.count }

    /// Adds the spans of one line; returns the traces that are complete, or have to make room.
    mutating func add(_ spans: [(trace: UInt128, tenant: Trace.Tenant, fact: SpanFact)]) -> [Trace] {
        var done: [Trace] = []
        for span in spans {
            if self.traces[span.trace] == nil {
                self.traces[span.trace] = Trace(id: span.trace, tenant: span.tenant)
                self.order.append(span.trace)
            }
            self.traces[span.trace]?.spans.append(span.fact)
            self.count += 1
            if span.fact.parent == nil { self.take(span.trace, into: &done) }
        }
        while self.count > self.limit, let oldest = self.oldest() { self.take(oldest, into: &done) }
        if self.order.count > 2 * self.traces.count + 4096 { self.tidy() }
        return done
    }

    /// Everything that still waits, in the order of arrival.
    mutating func drain() -> [Trace] {
        var rest: [Trace] = []
        while let oldest = self.oldest() { self.take(oldest, into: &rest) }
        return rest
    }

    private mutating func take(_ id: UInt128, into done: inout [Trace]) {
        guard let trace = self.traces.removeValue(forKey: id) else { return }
        self.count -= trace.spans.count
        done.append(trace)
    }

    /// Drops what was given out from `order`.
    private mutating func tidy() {
        self.order.removeFirst(self.firstWaiting)
        self.firstWaiting = 0
        self.order.removeAll { self.traces[$0] == nil }
    }

    private mutating func oldest() -> UInt128? {
        while self.firstWaiting < self.order.count {
            let id = self.order[self.firstWaiting]
            if self.traces[id] != nil { return id }
            self.firstWaiting += 1
        }
        self.order.removeAll(keepingCapacity: true)
        self.firstWaiting = 0
        return nil
    }
}

/// The spans of one trace that came together.
struct Trace {
    /// Whose trace it is, as its resource says.
    struct Tenant: Hashable {
        /// `service.namespace`, else `service.name`.
        var name: String
        var service: String
    }

    var id: UInt128
    var tenant: Tenant
    var spans: [SpanFact] = []
}
