import AgentDomain
import EventSourcing
import Import

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

    private var traces: TraceImport<LedgerNames>
    private let commands: CommandReader
    /// Whether commands were read that the ledger has not answered for: what they make cannot be found by its name yet.
    private var hasUnsettledCommands = false
    private var file = ""
    /// Rows that were refused and told so.
    private var refusedRows: Set<RequestBatch.Place> = []

    init(_ ledger: Ledger, _ options: ImportOptions, _ refused: @escaping (ImportRefusal) -> Void) {
        self.ledger = ledger
        self.options = options
        self.queue = BatchQueue(ledger)
        self.refused = refused
        self.traces = TraceImport(
            slug: options.organization, names: LedgerNames(ledger: ledger), actor: options.actor,
            source: Source(channel: "otlp"))
        self.commands = CommandReader(defaultActor: options.actor)
    }

    func read(_ file: String, _ format: ImportFormat?, _ progress: Importer.Progress?) throws {
        if format == .postgres || format == nil && PlatformDatabase.isAddress(file) { return try self.adopt(file) }
        self.file = file == "-" ? "standard input" : file
        self.waiting.files.append((self.file, self.waiting.requests.count))
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
                case .postgres: preconditionFailure("a database has no lines")
                }
            } catch let error as JSONError {
                try self.refuse(reading: .line(number), error.description)
            } catch let error as FieldError {
                try self.refuse(reading: .line(number), error.description)
            } catch let error as CommandError {
                try self.refuse(reading: .line(number), error.description)
            }
        }
    }

    /// An OTLP request begins with its resource spans; everything else is taken for a command.
    private static func guess(_ line: UnsafeRawBufferPointer) -> ImportFormat {
        let start = String(decoding: line.prefix(4096), as: UTF8.self)
        return start.contains("\"resourceSpans\"") || start.contains("\"resource_spans\"") ? .otlp : .commands
    }

    private func readTraces(_ line: UnsafeRawBufferPointer, _ number: Int) throws {
        try self.settleCommands()
        try self.traces.read(line: line, number: number, into: self.waiting.requests)
        self.report.spans = self.traces.spans
        try self.flushIfFull()
    }

    private func readCommand(_ line: UnsafeRawBufferPointer, _ number: Int) throws {
        var request = try self.commands.read(line, now: self.ledger.now(), newID: self.ledger.makeID())
        if request.source == nil { request.source = Source(channel: "import") }
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
        let database = try PlatformDatabase(location)
        self.file = database.target
        self.waiting.files.append((self.file, self.waiting.requests.count))
        try database.read(
            try AdoptedStates(ledger: self.ledger), actor: self.options.actor, into: self.waiting.requests,
            refused: { try self.refuse(reading: $0, $1) },
            next: { isNew in
                if isNew { self.report.rows += 1 }
                try self.flushIfFull()
                return self.waiting.requests
            })
    }

    func finish() throws {
        try self.traces.finish(into: self.waiting.requests)
        try self.flush()
        try self.settleAll()
        let ledger = self.ledger
        try Blocking.wait { try await ledger.settle() }
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
            switch outcome {
            case .accepted: if origin.part == .main { self.report.accepted += 1 }
            case .unchanged: if origin.part == .main { self.report.unchanged += 1 }
            case .refused(let rejection) where origin.part == .preparation && rejection.isOvertaken: break
            case .refused(let rejection):
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
        // Of a row, the first reason is told: what else it asks for mostly fails for want of that.
        if case .row = place, !self.refusedRows.insert(place).inserted { return false }
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
