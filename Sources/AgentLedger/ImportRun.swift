import AgentDomain
import EventSourcing
import Import

/// One import on its way: reads on the thread that it is called on, and has one batch decided meanwhile.
final class ImportRun {
    /// A strict import met a refusal.
    struct Ended: Error {}

    var report = ImportReport()
    private let ledger: Ledger
    private let options: ImportOptions
    private let refused: (ImportRefusal) -> Void
    private var waiting: [(request: SourcedRequest, file: String)] = []
    private var inFlight: (batch: [(request: SourcedRequest, file: String)], task: Task<[Ledger.Outcome], any Error>)?
    private var traces: TraceImport<LedgerNames>
    private let commands: CommandReader
    private var file = ""

    init(_ ledger: Ledger, _ options: ImportOptions, _ refused: @escaping (ImportRefusal) -> Void) {
        self.ledger = ledger
        self.options = options
        self.refused = refused
        self.traces = TraceImport(
            slug: options.organization, names: LedgerNames(ledger: ledger), actor: options.actor,
            source: Source(channel: "otlp"))
        self.commands = CommandReader(defaultActor: options.actor)
    }

    func read(_ file: String, _ format: ImportFormat?, _ progress: Importer.Progress?) throws {
        self.file = file == "-" ? "standard input" : file
        var format = format
        let reader = LineReader(path: file)
        try reader.forEachLine(progress: { progress?(self.file, $0, self.report) }) { number, line, _ in
            self.report.lines += 1
            let found = format ?? Self.guess(line)
            format = found
            do {
                switch found {
                case .otlp: try self.readTraces(line, number)
                case .commands: try self.readCommand(line, number)
                }
            } catch let error as JSONError {
                try self.refuse(number, error.description)
            } catch let error as FieldError {
                try self.refuse(number, error.description)
            } catch let error as CommandError {
                try self.refuse(number, error.description)
            }
        }
    }

    /// An OTLP request begins with its resource spans; everything else is taken for a command.
    private static func guess(_ line: UnsafeRawBufferPointer) -> ImportFormat {
        let start = String(decoding: line.prefix(4096), as: UTF8.self)
        return start.contains("\"resourceSpans\"") || start.contains("\"resource_spans\"") ? .otlp : .commands
    }

    private func readTraces(_ line: UnsafeRawBufferPointer, _ number: Int) throws {
        try self.traces.read(line: line, number: number) { try self.add($0) }
        self.report.spans = self.traces.spans
    }

    private func readCommand(_ line: UnsafeRawBufferPointer, _ number: Int) throws {
        var request = try self.commands.read(line, now: self.ledger.now(), newID: self.ledger.makeID())
        if request.source == nil { request.source = Source(channel: "import") }
        try self.add([SourcedRequest(request: request, line: number, isMain: true)])
    }

    func finish() throws {
        try self.traces.finish { try self.add($0) }
        try self.flush()
        try self.settle()
    }

    private func add(_ requests: [SourcedRequest]) throws {
        for request in requests { self.waiting.append((request, self.file)) }
        if self.waiting.count >= self.options.batch { try self.flush() }
    }

    /// Sends off what waits, once the batch before is done.
    private func flush() throws {
        try self.settle()
        if self.waiting.isEmpty { return }
        let batch = self.waiting
        self.waiting.removeAll(keepingCapacity: true)
        let requests = batch.map(\.request.request)
        let ledger = self.ledger
        self.inFlight = (batch, Task { try await ledger.execute(requests) })
    }

    /// Waits for the batch that is under way and counts what became of it.
    private func settle() throws {
        guard let (batch, task) = self.inFlight else { return }
        self.inFlight = nil
        let outcomes = try Blocking.wait { try await task.value }
        for (sourced, outcome) in zip(batch, outcomes) {
            switch outcome {
            case .accepted: if sourced.request.isMain { self.report.accepted += 1 }
            case .unchanged: if sourced.request.isMain { self.report.unchanged += 1 }
            case .refused(let rejection):
                let reason = "\(sourced.request.request.name): \(rejection)"
                try self.refuse(sourced.request.line, reason, in: sourced.file)
            }
        }
    }

    private func refuse(_ line: Int, _ reason: String, in file: String? = nil) throws {
        self.report.refused += 1
        self.refused(ImportRefusal(file: file ?? self.file, line: line, reason: reason))
        if self.options.isStrict {
            self.waiting.removeAll()
            throw Ended()
        }
    }
}

/// Asks a ledger what it knows, from the reading thread.
private struct LedgerNames: TraceNames {
    let ledger: Ledger

    func organization(slug: String) throws -> OrganizationID? {
        try self.holder(of: Organization.alias(ofSlug: slug))
    }

    func workflow(_ name: String, in organization: OrganizationID) throws -> WorkflowID? {
        try self.holder(of: Workflow.alias(of: name, in: organization))
    }

    func agent(_ name: String, in organization: OrganizationID) throws -> AgentID? {
        try self.holder(of: Agent.alias(of: name, ownedBy: organization.bits))
    }

    func contains(_ execution: WorkflowExecutionID) throws -> Bool {
        try Blocking.wait { [ledger] in try await ledger.contains(execution) }
    }

    func contains(_ execution: AgentExecutionID) throws -> Bool {
        try Blocking.wait { [ledger] in try await ledger.contains(execution) }
    }

    private func holder<E: Stored>(of alias: Tag) throws -> ID<E>? {
        try Blocking.wait { [ledger] in try await ledger.holder(of: alias, as: E.self) }
    }
}
