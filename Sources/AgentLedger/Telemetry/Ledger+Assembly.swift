import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerTelemetry

extension Ledger {
    /// How long nothing may arrive of a trace before it is assembled from what is known.
    package static let quietSeconds: Int64 = 600

    /// Assembles the traces that are complete, and those that have been quiet for a while.
    /// - Parameters:
    ///   - time: by the ledger's clock; nil: only what is complete.
    ///   - quietSeconds: how long nothing may have arrived of a trace.
    /// - Returns: what was done, as a policy's entry of a report.
    func assembleTraces(quietAt time: Instant?, quietSeconds: Int64) async throws -> PolicyReport.Entry {
        let ready = try self.traces(in: TraceAssembly.ready)
        let quiet = try time.map {
            try self.quietTraces(in: TraceAssembly.pending, since: $0.advanced(bySeconds: -quietSeconds))
        }
        if ready.isEmpty, quiet?.isEmpty ?? true { return PolicyReport.Entry(policy: Self.assemblyPolicy) }
        return try await self.assembling { assembler, sender in
            try assembler.assemble(ready, isLast: true, into: sender.batch)
            try assembler.finish(sender.batch)
            try assembler.assemble(quiet ?? [], reason: .quiet, isLast: true, into: sender.batch)
        }
    }

    /// Assembles all traces that were assembled before.
    func assembleAgain() async throws -> PolicyReport.Entry {
        let traces = try self.assembledTraces()
        return try await self.assembling { assembler, sender in
            try assembler.assemble(traces, again: true, isLast: true, into: sender.batch)
        }
    }

    private func assembling(
        _ body: @escaping @Sendable (TraceAssembler, AssemblySender) throws -> Void
    ) async throws -> PolicyReport.Entry {
        try await Blocking.onOwnThread {
            let sender = AssemblySender(self)
            let assembler = TraceAssembler(
                self, directory: NameDirectory(LedgerNames(ledger: self)),
                actor: .system("policy/\(Self.assemblyPolicy)")
            ) { try sender.send(isAll: $0) }
            try body(assembler, sender)
            try assembler.finish(sender.batch)
            return sender.entry
        }
    }

    static let assemblyPolicy = "trace_assembly"
}

/// Executes the requests of an assembly and counts what became of them.
private final class AssemblySender {
    private let ledger: Ledger
    private(set) var batch = RequestBatch()
    private(set) var entry = PolicyReport.Entry(policy: Ledger.assemblyPolicy)

    private static let most = 6144

    init(_ ledger: Ledger) { self.ledger = ledger }

    func send(isAll: Bool) throws {
        guard self.batch.count > 0, isAll || self.batch.count >= Self.most else { return }
        let requests = self.batch.requests
        self.batch = RequestBatch()
        let before = try self.ledger.log.head()
        let outcomes = try Blocking.wait { [ledger] in try await ledger.execute(requests) }
        for (request, outcome) in zip(requests, outcomes) {
            if case .traceAssembly = request.command { self.entry.seen += 1 }
            switch outcome {
            case .accepted: self.entry.accepted += 1
            case .unchanged: self.entry.unchanged += 1
            case .refused(let rejection):
                self.entry.refused += 1
                guard self.entry.refusals.count < PolicyReport.Entry.refusalsKept else { continue }
                self.entry.refusals.append(
                    PolicyReport.Refusal(
                        cause: before, command: request.name, id: request.command.target, rejection: rejection))
            }
        }
    }
}
