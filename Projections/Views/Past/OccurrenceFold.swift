import LedgerDomain
import LedgerEvents
import LedgerLog

/// Folds events in the order in which they occurred, ties by position.
///
/// An event that cannot be applied in that order is applied where it was recorded: after all events that were recorded
/// before it. It cannot be applied if it, or anything that its tags name, was created by an event that was recorded before
/// it and is not applied yet, or if it would bring its thing to a status that does not follow from the one that it has.
struct OccurrenceFold {
    private struct Entry {
        var occurredAt: Instant
        var position: Position
    }

    private struct Thing: Hashable {
        var kind: String
        var id: UInt128
    }

    private let log: any EventLog
    /// In the order of recording.
    private var entries: [Entry] = []
    /// The place in `entries` of the first event of a thing.
    private var creations: [Thing: Int] = [:]
    private var isApplied: [Bool] = []
    /// The first event in the order of recording that is not applied.
    private var next = 0
    private var waiting: Set<Int> = []
    /// Events that were applied where they were recorded.
    private(set) var appliedWhereRecorded = 0

    /// Whether the events occurred in the order in which they were recorded.
    static func isInOrder(_ log: any EventLog, through position: Position) throws -> Bool {
        var last = Instant(microseconds: .min)
        do {
            try log.read(.all, after: .start, through: position, limit: .max) { stored in
                if stored.occurredAt < last { throw OutOfOrder() }
                last = stored.occurredAt
            }
        } catch is OutOfOrder {
            return false
        }
        return true
    }

    private struct OutOfOrder: Error {}

    init(_ log: any EventLog, through position: Position) throws {
        self.log = log
        var reader = EventReader()
        try log.read(.all, after: .start, through: position, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            let target = event.target
            let thing = Thing(kind: target.kind, id: target.id)
            if self.creations[thing] == nil { self.creations[thing] = self.entries.count }
            self.entries.append(Entry(occurredAt: envelope.occurredAt, position: envelope.position))
        }
        self.isApplied = Array(repeating: false, count: self.entries.count)
    }

    mutating func run(into states: StateCache, _ progress: ((_ done: Int, _ of: Int) -> Void)?) throws {
        let order = self.entries.indices.sorted { a, b in
            (self.entries[a].occurredAt, a) < (self.entries[b].occurredAt, b)
        }
        var reader = EventReader()
        for (done, place) in order.enumerated() {
            if done % 4096 == 0 { progress?(done, order.count) }
            if try self.apply(place, mustFollow: place != self.next, to: states, &reader) {
                try self.applyWaiting(to: states, &reader)
            } else {
                self.waiting.insert(place)
            }
        }
    }

    /// Applies events that wait and are where they were recorded by now.
    private mutating func applyWaiting(to states: StateCache, _ reader: inout EventReader) throws {
        while true {
            while self.next < self.isApplied.count, self.isApplied[self.next] { self.next += 1 }
            guard self.waiting.remove(self.next) != nil else { return }
            _ = try self.apply(self.next, mustFollow: false, to: states, &reader)
            self.appliedWhereRecorded += 1
        }
    }

    /// - Parameter mustFollow: false for an event that is where it was recorded. Returns whether it was applied.
    private mutating func apply(
        _ place: Int, mustFollow: Bool, to states: StateCache, _ reader: inout EventReader
    ) throws -> Bool {
        let position = self.entries[place].position
        var found: (event: DomainEvent, envelope: Envelope)?
        var isReady = true
        try self.log.read(.all, after: Position(position.value - 1), through: position, limit: 1) { stored in
            let decoded = try reader.read(stored)
            if mustFollow {
                isReady = try self.isEverythingCreated(for: place, decoded.event, stored.tags())
            }
            found = decoded
        }
        guard isReady, let (event, envelope) = found else { return false }
        if mustFollow {
            var check = TransitionCheck(states: states, envelope: envelope)
            try event.accept(&check)
            guard check.isAllowed else { return false }
        }
        Views.apply(event, envelope, to: states)
        self.isApplied[place] = true
        return true
    }

    private func isEverythingCreated(for place: Int, _ event: DomainEvent, _ tags: [EventTag]) throws -> Bool {
        let target = event.target
        let named = tags.compactMap { tag in tag.id.map { Thing(kind: tag.kind, id: $0) } }
        for thing in [Thing(kind: target.kind, id: target.id)] + named {
            if let creation = self.creations[thing], creation < place, !self.isApplied[creation] { return false }
        }
        return true
    }
}

/// Whether an event brings its thing to a status that follows from the one that it has.
private struct TransitionCheck: EntityEventVisitor {
    let states: StateCache
    let envelope: Envelope
    var isAllowed = true

    init(states: StateCache, envelope: Envelope) {
        self.states = states
        self.envelope = envelope
    }

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) {
        guard E.self is any StatusBearing.Type, let before = self.states.find(ID<E>(bits: event.target)) else { return }
        var after: E? = before
        E.Rules.evolve(&after, by: event, self.envelope)
        guard let old = before as? any StatusBearing, let new = after as? any StatusBearing else { return }
        self.isAllowed = old.mayBecome(new)
    }
}

/// A thing whose status changes along given ways.
private protocol StatusBearing {
    associatedtype Status: FollowedStatus

    var status: Status { get }
}

private protocol FollowedStatus: Equatable {
    var successors: [Self] { get }
}

extension StatusBearing {
    fileprivate func mayBecome(_ other: any StatusBearing) -> Bool {
        guard let status = other.status as? Status else { return true }
        return status == self.status || self.status.successors.contains(status)
    }
}

extension Organization: StatusBearing {}
extension Organization.Status: FollowedStatus {}
extension User: StatusBearing {}
extension User.Status: FollowedStatus {}
extension Agent: StatusBearing {}
extension Agent.Status: FollowedStatus {}
extension Workflow: StatusBearing {}
extension Workflow.Status: FollowedStatus {}
extension WorkflowExecution: StatusBearing {}
extension WorkflowExecution.Status: FollowedStatus {}
extension AgentExecution: StatusBearing {}
extension AgentExecution.Status: FollowedStatus {}
extension Invoice: StatusBearing {}
extension Invoice.Status: FollowedStatus {}
extension AgentTask: StatusBearing {}
extension AgentTask.Status: FollowedStatus {}
extension Project: StatusBearing {}
extension Project.Status: FollowedStatus {}
extension ProjectStep: StatusBearing {}
extension ProjectStep.Status: FollowedStatus {}
extension Integration: StatusBearing {}
extension Integration.Status: FollowedStatus {}
extension MarketplaceListing: StatusBearing {}
extension MarketplaceListing.Status: FollowedStatus {}
