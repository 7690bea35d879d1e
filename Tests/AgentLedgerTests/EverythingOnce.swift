import LedgerDomain
import LedgerEvents
import LedgerSimulation

@testable import AgentLedger

/// A few hundred commands of a large simulated company: one of each name, with all that has to happen before it and the
/// first that happens to the same things. An empty ledger accepts them all.
struct EverythingOnce {
    private typealias EventTag = LedgerEvents.EventTag

    private struct Told {
        var request: CommandRequest
        var subject: EventTag
        /// Everything else that the command names, who gives it too.
        var others: [EventTag]
    }

    private let commands: [Told]
    private var bySubject: [EventTag: [Int]] = [:]
    private var kept: Set<Int> = []
    private var wanted: Set<EventTag> = []
    /// Wanted, and not yet gone through.
    private var open: [EventTag] = []

    /// Of the commands of one name about one thing, so many are enough.
    private static let repeats = 2
    /// They bring together what others make: kept as soon as all that they name is.
    private static let connecting: Set<String> = [
        "membership.add", "workflow_trigger.fire", "deliverable_version.add", "price.set",
    ]

    /// In the order in which they happen.
    static func requests(of simulation: CompanySimulation) throws -> [CommandRequest] {
        var selection = try EverythingOnce(simulation)
        selection.select()
        return selection.kept.sorted().map { selection.commands[$0].request }
    }

    private init(_ simulation: CompanySimulation) throws {
        self.commands = try simulation.map { request in
            var mentions = Mentions()
            try request.command.accept(&mentions)
            let giver = request.actor.user.map { UserID(bits: $0).tag }
            return Told(
                request: request, subject: mentions.subject,
                others: mentions.named.filter { $0 != mentions.subject } + [giver].compactMap(\.self))
        }
        for (index, command) in self.commands.enumerated() {
            self.bySubject[command.subject, default: []].append(index)
        }
    }

    private mutating func select() {
        var names: Set<String> = []
        for (index, command) in self.commands.enumerated() where names.insert(command.request.name).inserted {
            self.keep(index)
        }
        let connecting = self.commands.indices.filter { Self.connecting.contains(self.commands[$0].request.name) }
        repeat {
            while let tag = self.open.popLast() { self.keepFirst(of: tag) }
            for index in connecting where self.commands[index].others.allSatisfy(self.wanted.contains) {
                self.keep(index)
            }
        } while !self.open.isEmpty
    }

    private mutating func keepFirst(of subject: EventTag) {
        var counts: [String: Int] = [:]
        for index in self.bySubject[subject] ?? [] where !self.kept.contains(index) {
            counts[self.commands[index].request.name, default: 0] += 1
            if counts[self.commands[index].request.name, default: 0] <= Self.repeats { self.keep(index) }
        }
    }

    private mutating func keep(_ index: Int) {
        self.kept.insert(index)
        for tag in [self.commands[index].subject] + self.commands[index].others
        where self.wanted.insert(tag).inserted {
            self.open.append(tag)
        }
    }

    private struct Mentions: EntityCommandVisitor, TargetedVisitor {
        var subject = ID<PolicyClock>.zero.tag
        var named: [EventTag] = []

        mutating func visit<E: Entity>(
            _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
        ) throws {
            self.subject = ID<E>(bits: command.target).tag
            try command.accept(&self)
        }

        mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws {
            var collector = TagCollector(mentions: [])
            try payload.fields(&collector)
            self.named = collector.tags
        }
    }
}
