import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerTelemetry

/// One import on its way: reads on the thread that it is called on, and has batches decided meanwhile.
final class ImportRun {
    /// A strict import met a refusal.
    struct Ended: Error {}

    var report = ImportReport()
    private let ledger: Ledger
    private let options: ImportOptions
    private let refused: (ImportRefusal) -> Void
    private var waiting = Batch()
    private var queue: BatchQueue<Batch>

    /// Requests that are executed together, and the files that they come from.
    private struct Batch {
        var requests = RequestBatch()
        /// Each file with the number of requests before its first.
        var files: [(name: String, start: Int)] = []

        func file(of index: Int) -> String { self.files.last { $0.start <= index }?.name ?? "" }
    }

    private let directory: NameDirectory<LedgerNames>
    private var intake: TelemetryIntake<LedgerNames>
    private var reader: OTLPReader
    /// Secrets that the reader masked, known or new.
    private let masked = MaskedSecrets()
    private var assembler: TraceAssembler?
    /// Traces of which something new was recorded since they were last looked at.
    private var changed: Set<TraceAssemblyID> = []
    /// The states of traces that changed before these.
    private var askedFor: Task<[TraceAssembler.State], any Error>?
    /// The log's end before this import.
    private let start: Position
    /// Spans that were recorded in more than one version before this import.
    private let revisionsBefore: Int
    private let commands: CommandReader
    private var lines: LineNames?
    /// Secrets in commands that were masked before this import.
    private let maskedBefore: Int
    /// Whether commands were read that the ledger has not answered for: what they make cannot be found by its name yet.
    private var hasUnsettledCommands = false
    private var file = ""
    /// Rows and traces whose refusal was reported.
    private var refusedRows: Set<RequestBatch.Place> = []

    init(_ ledger: Ledger, _ options: ImportOptions, _ refused: @escaping (ImportRefusal) -> Void) throws {
        self.ledger = ledger
        self.options = options
        self.queue = BatchQueue(ledger)
        self.refused = refused
        self.directory = NameDirectory(LedgerNames(ledger: ledger))
        self.intake = TelemetryIntake(
            slug: options.organization, directory: self.directory, actor: options.actor, now: { ledger.now() })
        self.reader = OTLPReader(keepSecrets: options.keepSecrets, counting: self.masked)
        self.commands = CommandReader(defaultActor: options.actor)
        self.start = try ledger.log.head()
        self.maskedBefore = try Blocking.wait { await ledger.maskedSecrets }
        self.revisionsBefore = try ledger.log.count(of: FactRevised<TraceSpan>.type)
    }

    func read(_ file: String, _ format: ImportFormat?, _ progress: Importer.Progress?) throws {
        if format == .postgres || format == nil && PlatformDatabase.isAddress(file) { return try self.adopt(file) }
        self.file = file == "-" ? "standard input" : file
        self.waiting.files.append((self.file, self.waiting.requests.count))
        self.lines = LineNames()
        if let isStopped = self.options.follow {
            return try FollowedFile(path: file).forEachChunk(isStopped: isStopped, onIdle: { try self.rest() }) {
                number, chunk, _ in
                try self.read(chunk, number, format)
                progress?(self.file, LineReader.Progress(bytesRead: 0, totalBytes: nil), self.report)
            }
        }
        try RequestFile(path: file).forEachChunk(progress: { progress?(self.file, $0, self.report) }) {
            number, chunk, _ in
            try self.read(chunk, number, format)
        }
    }

    private func read(_ chunk: ImportedChunk, _ number: Int, _ format: ImportFormat?) throws {
        self.report.lines += 1
        do {
            switch chunk {
            case .request(let bytes):
                let signal = OTLPSignal(of: bytes) ?? .traces
                try self.readTelemetry(number) { try $0.read(protobuf: bytes, signal: signal, $1) }
            case .line(let line, let form): try self.read(line, form, number, format)
            }
        } catch let error as JSONError {
            try self.refuse(reading: .line(number), error.description)
        } catch let error as FieldError {
            try self.refuse(reading: .line(number), error.description)
        } catch let error as CommandError {
            try self.refuse(reading: .line(number), error.description)
        } catch let error as OTLPError {
            try self.refuse(reading: .line(number), error.description)
        }
    }

    private func read(
        _ line: UnsafeRawBufferPointer, _ form: LineForm, _ number: Int, _ format: ImportFormat?
    ) throws {
        switch (format, form) {
        case (.otlp, _), (nil, .request): try self.readTelemetry(number) { try $0.read(json: line, $1) }
        case (.commands, _), (nil, .command): try self.readCommand(line, number)
        case (nil, .foreign(let kind)): try self.refuse(reading: .line(number), kind.remedy(for: self.file))
        case (.postgres, _): preconditionFailure("a database has no lines")
        }
    }

    /// Records and assembles all that was read of a file that is followed, before more of it is written.
    private func rest() throws {
        try self.flush()
        try self.settleAll()
        try self.finishAssembly()
    }

    // MARK: Telemetry

    private func readTelemetry(
        _ number: Int, _ read: (inout OTLPReader, _ body: (OTLPItem) throws -> Void) throws -> Void
    ) throws {
        try self.settleCommands()
        let assembler = self.assembler ?? self.makeAssembler()
        self.assembler = assembler
        let store = assembler.store
        var masked = self.masked.count
        try read(&self.reader) { item in
            let before = masked
            masked = self.masked.count
            try self.intake.take(
                item, file: self.file, line: number, maskedSecrets: masked - before, into: self.waiting.requests
            ) { trace, observation in
                switch observation {
                case .span(let id, let reading): store.add(reading, id, of: trace)
                case .log(let id, let reading): store.add(reading, id, of: trace)
                }
            }
            if self.waiting.requests.count >= self.options.batch { try self.flush() }
        }
        try self.assembleChanged()
    }

    private func makeAssembler() -> TraceAssembler {
        TraceAssembler(self.ledger, directory: self.directory, actor: self.options.actor) { [unowned self] isAll in
            if isAll {
                try self.flush()
                try self.settleAll()
            } else {
                try self.flushIfFull()
            }
        }
    }

    /// Assembles traces that are complete, once many have changed. Their states are asked for one round ahead: the
    /// ledger is busy with batches when they are.
    private func assembleChanged() throws {
        guard self.changed.count >= Self.mostChanged, let assembler = self.assembler else { return }
        let changed = self.changed.sorted()
        self.changed.removeAll(keepingCapacity: true)
        let asked = self.askedFor
        self.askedFor = Task { [ledger] in try await ledger.traceStates(changed) }
        guard let asked else { return }
        try assembler.assemble(try Blocking.wait { try await asked.value }, into: self.waiting.requests)
    }

    private static let mostChanged = 256

    /// Assembles what is ready, or everything where that is asked for.
    private func finishAssembly() throws {
        guard let assembler = self.assembler ?? (self.options.isAssembling ? self.makeAssembler() : nil) else { return }
        self.changed.removeAll()
        self.askedFor = nil
        try assembler.finish(self.waiting.requests)
        let ledger = self.ledger
        let ready = try Blocking.wait { try await ledger.traces(in: TraceAssembly.ready) }
        try assembler.assemble(ready, isLast: true, into: self.waiting.requests)
        if self.options.isAssembling {
            try assembler.finish(self.waiting.requests)
            let pending = try Blocking.wait { try await ledger.traces(in: TraceAssembly.pending) }
            try assembler.assemble(pending, reason: .requested, isLast: true, into: self.waiting.requests)
        }
        try assembler.finish(self.waiting.requests)
        self.report.pendingTraces = try Blocking.wait { try await ledger.traces(in: TraceAssembly.pending).count }
        self.report.spans = self.intake.spans
        self.report.logRecords = self.intake.logRecords
        self.report.metricPoints = self.intake.metricPoints
        self.report.revisedSpans = try ledger.log.count(of: FactRevised<TraceSpan>.type) - self.revisionsBefore
    }

    // MARK: Commands and rows

    private func readCommand(_ line: UnsafeRawBufferPointer, _ number: Int) throws {
        var request = try self.commands.read(
            line, now: self.ledger.now(), newID: self.ledger.makeID(), &self.lines)
        if request.source == nil { request.source = EventSource(channel: "import") }
        // People and keys ask for something; only trusted code reports what has happened.
        request.isReport = request.actor.isSystem
        request.isAhead = self.options.isAhead
        request.keepsSecrets = self.options.keepSecrets
        self.waiting.requests.append(request, line: number, .main)
        self.hasUnsettledCommands = true
        try self.flushIfFull()
    }

    /// Traces and rows ask the ledger for what they name: waits until all commands before them stand.
    private func settleCommands() throws {
        if !self.hasUnsettledCommands { return }
        self.hasUnsettledCommands = false
        try self.flush()
        try self.settleAll()
    }

    /// Takes over a platform's tables.
    private func adopt(_ location: String) throws {
        try self.settleCommands()
        let database = try PlatformDatabase(
            location, timeZone: self.options.timeZone, timeoutSeconds: self.options.timeoutSeconds)
        self.file = database.target
        self.waiting.files.append((self.file, self.waiting.requests.count))
        let adoption = AdoptionRun(
            database,
            AdoptionRun.Import(
                states: try AdoptedStates(ledger: self.ledger), actor: self.options.actor, now: self.ledger.now(),
                isStrict: self.options.isStrict, keepsSecrets: self.options.keepSecrets,
                refused: { try self.refuse(reading: $0, $1) },
                next: { isNew in
                    if isNew { self.report.rows += 1 }
                    try self.flushIfFull()
                    return self.waiting.requests
                },
                settled: {
                    try self.flush()
                    try self.settleAll()
                    return self.refusedRows
                }), into: self.waiting.requests)
        try adoption.run()
        self.report.timeZone = database.timeZone ?? self.report.timeZone
        self.report.unchanged += adoption.unchangedRows
        self.report.changedRows += adoption.changedRows
        self.report.goneRows += adoption.goneRows
        self.report.returnedRows += adoption.returnedRows
        self.report.findings.merge(adoption.findings) { $0 + $1 }
    }

    func finish() throws {
        try self.flush()
        try self.settleAll()
        try self.finishAssembly()
        let ledger = self.ledger
        try Blocking.wait { try await ledger.settle() }
        let masked = try Blocking.wait { await ledger.maskedSecrets }
        self.report.maskedSecrets += masked - self.maskedBefore
        self.assembler?.store.forgetRecent()
    }

    private func flushIfFull() throws {
        if self.waiting.requests.count >= self.options.batch { try self.flush() }
    }

    private func takeWaiting() -> Batch {
        defer { self.waiting = Batch(requests: RequestBatch(capacity: self.options.batch), files: [(self.file, 0)]) }
        return self.waiting
    }

    /// Sends off what waits, once there is room for it.
    private func flush() throws {
        if self.options.isStrict { return try self.executeWaiting() }
        if self.waiting.requests.count == 0 { return }
        let batch = self.takeWaiting()
        if self.queue.isFull, let (batch, answer) = self.queue.pop() { try self.settle(batch, answer) }
        self.queue.push(batch, batch.requests.requests)
    }

    /// Executes what waits up to a refusal, which ends a strict import.
    private func executeWaiting() throws {
        let batch = self.takeWaiting()
        let ledger = self.ledger
        var done = 0
        while done < batch.requests.count {
            let rest = Array(batch.requests.requests[done...])
            let outcomes = try Blocking.wait { try await ledger.execute(rest, stoppingAtRefusal: true) }
            try self.count(batch, from: done, outcomes)
            done += outcomes.count
        }
    }

    private func settleAll() throws {
        while let (batch, answer) = self.queue.pop() { try self.settle(batch, answer) }
    }

    /// Waits until the ledger says what became of a batch.
    private func settle(_ batch: Batch?, _ answer: Task<[Ledger.Outcome], any Error>) throws {
        let outcomes = try Blocking.wait { try await answer.value }
        if let batch { try self.count(batch, outcomes) }
    }

    /// Counts what became of the requests of the batch from `start` on.
    private func count(_ batch: Batch, from start: Int = 0, _ outcomes: [Ledger.Outcome]) throws {
        for (index, outcome) in zip(start..., outcomes) {
            let origin = batch.requests.origins[index]
            if let reason = origin.refusal { try self.refuse(origin.place, reason, in: batch.file(of: index)) }
            switch outcome {
            case .accepted(_, let last) where last <= self.start:
                // Answered with the receipt of its idempotency key.
                if origin.part == .main { self.report.unchanged += 1 }
            case .accepted:
                if origin.part == .main { self.report.accepted += 1 }
                self.report.maskedSecrets += origin.maskedSecrets
                if let trace = origin.trace { self.changed.insert(trace) }
            case .unchanged: if origin.part == .main { self.report.unchanged += 1 }
            case .refused(let rejection) where origin.part == .preparation && rejection.isOvertaken: break
            case .refused(let rejection):
                if let trace = origin.trace { self.assembler?.store.distrust(trace) }
                let reason = "\(batch.requests.requests[index].name): \(rejection)"
                try self.refuse(origin.place, reason, in: batch.file(of: index))
            }
        }
    }

    /// Refuses what cannot be read; in a strict import what came before it stands first.
    @discardableResult
    private func refuse(reading place: RequestBatch.Place, _ reason: String) throws -> Bool {
        if self.options.isStrict { try self.executeWaiting() }
        return try self.refuse(place, reason, in: self.file)
    }

    /// Returns whether the place was not refused before.
    @discardableResult
    private func refuse(_ place: RequestBatch.Place, _ reason: String, in file: String) throws -> Bool {
        // Of a row or a trace, the first reason is reported: the rest mostly fails for want of that.
        switch place {
        case .row, .trace: if !self.refusedRows.insert(place).inserted { return false }
        case .line: break
        }
        self.report.refused += 1
        self.refused(ImportRefusal(file: file, place: place, reason: reason))
        if self.options.isStrict { throw Ended() }
        return true
    }
}

extension Rejection {
    /// Whether what was asked for was overtaken by what stands.
    fileprivate var isOvertaken: Bool { self.reason == .alreadyExists || self.reason == .invalidTransition }
}
