import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerLog
import LedgerTelemetry
import LedgerViews

/// Assembles traces of a ledger: finds what belongs together, reads its spans, and adds the requests that bring the
/// ledger's rows to what the spans say. Used from a thread of its own, which may wait for the ledger.
final class TraceAssembler {
    private let ledger: Ledger
    let store: SpanStore
    private let directory: NameDirectory<LedgerNames>
    private let actor: Principal
    /// Traces whose assembly may not be in the log yet: their states are out of date.
    private var inFlight: Set<TraceAssemblyID> = []
    private let send: Send

    /// Joins with traces that were assembled before.
    private var leftForLater: Set<TraceJoinID> = []

    /// Sends off the requests of a batch once there are enough of them; with `isAll`, sends all and waits until they are
    /// in the log.
    typealias Send = (_ isAll: Bool) throws -> Void

    init(_ ledger: Ledger, directory: NameDirectory<LedgerNames>, actor: Principal, send: @escaping Send) {
        self.ledger = ledger
        self.send = send
        self.store = SpanStore(ledger.log)
        self.directory = directory
        self.actor = actor
    }

    /// Adds the requests for those of some traces that are ready.
    /// - Parameters:
    ///   - again: whether traces are assembled of which nothing new arrived.
    ///   - reason: why traces that are not complete are assembled all the same; nil: they are left.
    ///   - isLast: whether this is the last time for now. Until then traces that were assembled before are left, however
    ///     they grow, so that the whole costs no more than linear time.
    func assemble(
        _ ids: some Sequence<TraceAssemblyID>, reason: TraceAssembled.Reason? = nil, again: Bool = false,
        isLast: Bool, into batch: @autoclosure () -> RequestBatch
    ) throws {
        var done: Set<TraceAssemblyID> = []
        let sorted = ids.sorted()
        for start in stride(from: 0, to: sorted.count, by: Self.portion) {
            let portion = Array(sorted[start..<min(start + Self.portion, sorted.count)])
            try self.assemble(
                try self.states(portion), reason: reason, again: again, isLast: isLast, done: &done, into: batch())
        }
    }

    /// The same for traces whose states are known.
    func assemble(_ states: [State], into batch: @autoclosure () -> RequestBatch) throws {
        var done: Set<TraceAssemblyID> = []
        try self.assemble(states, reason: nil, again: false, isLast: false, done: &done, into: batch())
    }

    private func assemble(
        _ states: [State], reason: TraceAssembled.Reason?, again: Bool, isLast: Bool,
        done: inout Set<TraceAssemblyID>, into batch: @autoclosure () -> RequestBatch
    ) throws {
        for state in states where !done.contains(state.trace.id) {
            let isReady = state.trace.isReady || reason != nil || again && state.trace.assemblies > 0
            guard state.trace.isWaiting || again, isReady else { continue }
            if !isLast, state.trace.assemblies > 0 || self.inFlight.contains(state.trace.id) { continue }
            guard let members = try self.members(with: state, isForced: reason != nil, isLast: isLast) else {
                continue
            }
            try self.assemble(members, reason, batch())
            for member in members where member.isReady {
                done.insert(member.state.trace.id)
                self.inFlight.insert(member.state.trace.id)
            }
            try self.send(false)
            if self.inFlight.count > Self.mostInFlight { try self.sendAll() }
        }
    }

    private static let mostInFlight = 20_000

    private func sendAll() throws {
        try self.send(true)
        self.inFlight.removeAll(keepingCapacity: true)
    }

    /// Sends all requests and waits until they are in the log; then withdraws the workflows and agents that nothing names
    /// any more, and dates the others by what still does.
    func finish(_ batch: @autoclosure () -> RequestBatch) throws {
        try self.sendAll()
        let doubts = try Blocking.wait { [ledger] in try await ledger.thingsInDoubt() }
        if doubts.isEmpty { return }
        for doubt in doubts {
            var request = CommandRequest(doubt.command, actor: self.actor, occurredAt: doubt.occurredAt)
            request.source = EventSource(channel: EventSource.telemetryChannel)
            request.isReport = true
            request.keepsSecrets = true
            batch().append(request, RequestBatch.Origin(place: doubt.place, part: .preparation))
            try self.send(false)
        }
        try self.sendAll()
        self.directory.forgetThings()
    }

    /// Traces whose states are asked for at once.
    private static let portion = 512

    // MARK: One connected set of traces

    struct State {
        var trace: TraceAssembly
        /// Of the ledger when the state was read.
        var position: Position
        /// Whether the organization has a run with the trace's own id: an earlier version recorded it.
        var hasEarlierRun: Bool
    }

    private func states(_ ids: [TraceAssemblyID]) throws -> [State] {
        try Blocking.wait { [ledger] in try await ledger.traceStates(ids) }
    }

    /// A trace with all that its spans are connected with; nil where that is better left until later.
    private func members(with first: State, isForced: Bool, isLast: Bool) throws -> [Member]? {
        var first = first
        if self.inFlight.contains(first.trace.id) {
            try self.sendAll()
            guard let now = try self.states([first.trace.id]).first, now.trace.isWaiting else { return nil }
            first = now
        }
        var members: [Member] = []
        var seen: Set<TraceAssemblyID> = [first.trace.id]
        var searched: Set<TraceJoinID> = []
        var open = [first]
        while let state = open.popLast() {
            let recorded = try self.store.recorded(of: state.trace, through: state.position)
            let member = Member(state, recorded, isForced: isForced && state.trace.id == first.trace.id)
            members.append(member)
            var others: Set<TraceAssemblyID> = []
            let lookups = try member.lookups { try self.store.isCarried($0, through: state.position) }
            if !isLast, !self.leftForLater.isDisjoint(with: lookups) { return nil }
            // What many traces share is looked for once.
            for join in lookups where searched.insert(join).inserted {
                others.formUnion(try self.store.traces(with: join, through: state.position))
            }
            let new = others.filter { seen.insert($0).inserted }.sorted()
            if new.isEmpty { continue }
            if new.contains(where: self.inFlight.contains) {
                guard isLast else { return self.leave(lookups) }
                try self.sendAll()
            }
            let states = try self.states(new)
            if !isLast, states.contains(where: { $0.trace.assemblies > 0 }) { return self.leave(lookups) }
            open += states
        }
        return members
    }

    /// Leaves traces that share something until the end, when all of them are known.
    private func leave(_ joins: Set<TraceJoinID>) -> [Member]? {
        if self.leftForLater.count > Self.mostInFlight { self.leftForLater.removeAll(keepingCapacity: true) }
        self.leftForLater.formUnion(joins)
        return nil
    }

    private struct Member {
        let state: State
        let recorded: SpanStore.Recorded
        let isReady: Bool
        /// Whether all of its spans are known, as far as one can know.
        let isComplete: Bool

        init(_ state: State, _ recorded: SpanStore.Recorded, isForced: Bool) {
            self.state = state
            self.recorded = recorded
            self.isReady = isForced || state.trace.isComplete || state.trace.assemblies > 0
            self.isComplete = state.trace.isComplete
        }

        /// What its spans may share with other traces.
        func lookups(hasClients: (TraceJoinID) throws -> Bool) rethrows -> Set<TraceJoinID> {
            var lookups: Set<TraceJoinID> = []
            for span in self.recorded.spans.values { lookups.formUnion(try span.lookups(hasClients: hasClients)) }
            for record in self.recorded.logs.values { lookups.formUnion(try record.lookups(hasClients: hasClients)) }
            return lookups
        }

        /// What the ids of its rows are made from. Another organization's trace may have the same id.
        var identity: UInt128 {
            let trace = self.state.trace
            return self.state.hasEarlierRun ? trace.trace.bits : trace.id.bits
        }

        var input: TraceInput {
            TraceInput(
                trace: self.state.trace.trace, identity: self.identity, isReady: self.isReady,
                spans: Array(self.recorded.spans.values), logs: Array(self.recorded.logs.values))
        }
    }

    private func assemble(_ members: [Member], _ reason: TraceAssembled.Reason?, _ batch: RequestBatch) throws {
        let rows = Assembly.rows(of: members.map(\.input))
        let ready = members.filter(\.isReady)
        guard let first = ready.first else { return }
        var known = try self.known(ready, rows)
        known.isFirst =
            ready.allSatisfy { $0.state.trace.assemblies == 0 } && known.runs.isEmpty && known.agentExecutions.isEmpty
        var requests = AssemblyRequests(
            first.state.trace.organization, directory: self.directory, actor: self.actor, known: known, into: batch)
        let latest = Self.latestSpan(of: ready)
        requests.correctedBecause = EventID(bits: latest.id)
        requests.correctedAt = latest.at
        try requests.add(rows)
        let derived = rows.derivedByTrace()
        for member in ready {
            self.mark(member, derived[member.state.trace.trace] ?? DerivedRows(), reason, latest.at, &requests)
        }
    }

    /// What the ledger has of the rows, and of what was derived before.
    private func known(_ ready: [Member], _ rows: AssembledRows) throws -> AssemblyRequests.KnownRows {
        var known = AssemblyRequests.KnownRows()
        for member in ready { known.derived.append(member.state.trace.derived) }
        let isNew = ready.allSatisfy { $0.state.trace.assemblies == 0 && !$0.state.hasEarlierRun }
        // The first assembly of a trace whose run nobody has: only a conversation's run may be there.
        let runs = rows.runs.map(\.id)
        let parts = isNew ? [] : rows.agentExecutions.map(\.id)
        let own = Set(ready.map(\.identity))
        if isNew, runs.allSatisfy({ own.contains($0.bits) }) { return known }
        (known.runs, known.agentExecutions) = try Blocking.wait { [ledger] in try await ledger.existing(runs, parts) }
        return known
    }

    private static func latestSpan(of members: [Member]) -> (id: UInt128, at: Instant) {
        var latest: (id: UInt128, at: Instant) = (0, .zero)
        for member in members {
            let trace = member.state.trace
            for (span, reading) in member.recorded.spans where reading.finish > latest.at {
                latest = (TraceSpan.id(of: span, in: trace.trace, of: trace.organization).bits, reading.finish)
            }
        }
        return latest
    }

    /// Puts on record what was derived from a trace.
    private func mark(
        _ member: Member, _ derived: DerivedRows, _ reason: TraceAssembled.Reason?, _ instant: Instant,
        _ requests: inout AssemblyRequests
    ) {
        let trace = member.state.trace
        var assembled = TraceAssembled()
        assembled.id = trace.id
        assembled.through = trace.isWaiting ? trace.waitingThrough : member.state.position
        assembled.spanCount = trace.spanCount
        assembled.reason = trace.assemblies > 0 ? .corrected : member.isComplete ? .complete : reason ?? .requested
        for part in derived.parts(of: Self.listed) {
            assembled.derived = part
            requests.add(
                .traceAssembly(.assemble(assembled)), at: instant, requests.correctedBecause,
                trace.trace)
            assembled.isContinued = true
        }
    }

    /// Ids in one event: a record holds a few megabytes.
    private static let listed = 50_000
}

extension PolicyCommand {
    /// What it is about.
    fileprivate var place: RequestBatch.Place {
        switch self.command {
        case .workflow(.withdraw(let workflow)): .row(table: "workflows", key: "\(workflow.id)")
        case .workflow(.redate(let workflow)): .row(table: "workflows", key: "\(workflow.id)")
        case .agent(.withdraw(let agent)): .row(table: "agents", key: "\(agent.id)")
        case .agent(.redate(let agent)): .row(table: "agents", key: "\(agent.id)")
        default: preconditionFailure("\(self.command.name) is about no workflow and no agent")
        }
    }
}

extension AssembledRows {
    /// The ids of the rows, by the traces that they are listed under.
    fileprivate func derivedByTrace() -> [TraceID: DerivedRows] {
        var derived: [TraceID: DerivedRows] = [:]
        for run in self.runs { derived[run.trace, default: DerivedRows()].runs.append(run.id) }
        for part in self.agentExecutions { derived[part.trace, default: DerivedRows()].agentExecutions.append(part.id) }
        for row in self.modelCalls { derived[row.trace, default: DerivedRows()].modelCalls.append(row.fact.id) }
        for row in self.toolCalls { derived[row.trace, default: DerivedRows()].toolCalls.append(row.fact.id) }
        for row in self.logLines { derived[row.trace, default: DerivedRows()].logLines.append(row.fact.id) }
        for row in self.evaluations { derived[row.trace, default: DerivedRows()].evaluations.append(row.fact.id) }
        return derived
    }
}

extension DerivedRows {
    /// The same ids in parts of at most so many of each kind; at least one.
    fileprivate func parts(of size: Int) -> [DerivedRows] {
        let longest =
            [
                self.runs.count, self.agentExecutions.count, self.modelCalls.count, self.toolCalls.count,
                self.logLines.count, self.evaluations.count,
            ].max() ?? 0
        if longest <= size { return [self] }
        return stride(from: 0, to: longest, by: size).map { start in
            func slice<T>(_ ids: [T]) -> [T] { Array(ids.dropFirst(start).prefix(size)) }
            var part = DerivedRows()
            part.runs = slice(self.runs)
            part.agentExecutions = slice(self.agentExecutions)
            part.modelCalls = slice(self.modelCalls)
            part.toolCalls = slice(self.toolCalls)
            part.logLines = slice(self.logLines)
            part.evaluations = slice(self.evaluations)
            return part
        }
    }
}
