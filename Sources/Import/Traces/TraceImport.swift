import AgentDomain
import EventSourcing

/// Reads OTLP/JSON lines and gives out the requests that record them, trace by trace.
public struct TraceImport<Names: TraceNames>: ~Copyable {
    private var reader = OTLPReader()
    private var buffer = TraceBuffer()
    private let directory: NameDirectory<Names>
    private let slug: String?
    private let actor: Actor
    private let source: Source
    public private(set) var spans = 0

    /// - Parameter slug: the organization of every trace, whatever its resource says.
    public init(slug: String?, names: Names, actor: Actor, source: Source) {
        self.directory = NameDirectory(names)
        self.slug = slug
        self.actor = actor
        self.source = source
    }

    /// Reads one line, all of it or nothing; adds the requests of the traces that it completes.
    public mutating func read(line: UnsafeRawBufferPointer, number: Int, into batch: RequestBatch) throws {
        var spans: [(trace: UInt128, tenant: Trace.Tenant, fact: SpanFact)] = []
        try self.reader.read(line: line) { span in
            spans.append((span.traceID, Trace.Tenant(span), try SpanFact(span, line: number)))
        }
        self.spans += spans.count
        try self.give(self.buffer.add(spans), to: batch)
    }

    /// Adds the requests of the traces whose root did not come.
    public mutating func finish(into batch: RequestBatch) throws {
        try self.give(self.buffer.drain(), to: batch)
    }

    private func give(_ traces: [Trace], to batch: RequestBatch) throws {
        for trace in traces {
            try TraceRequests(
                trace, slug: self.slug, directory: self.directory, actor: self.actor, source: self.source, into: batch)
        }
    }
}

extension Trace.Tenant {
    init(_ span: borrowing OTLPSpan) {
        let service = span.resourceAttribute("service.name")?.string?.string ?? "unknown"
        self.init(name: span.resourceAttribute("service.namespace")?.string?.string ?? service, service: service)
    }
}
