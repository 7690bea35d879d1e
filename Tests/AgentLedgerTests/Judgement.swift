import LedgerDomain
import LedgerEvents
import LedgerViews

@testable import AgentLedger

extension Ledger {
    /// What would become of commands that are given one after the other: the refusal of the last, nil if it is accepted.
    /// Nothing is recorded.
    func judge(_ requests: [CommandRequest]) throws -> Rejection? {
        try self.advance()
        let batch = DecisionBatch(
            over: self.recent, log: self.log, count: requests.count, isExclusive: false, now: self.now()
        ) { [self] in self.makeID() }
        for (index, request) in requests.enumerated() {
            do {
                _ = try withUnsafePointer(to: request) { try batch.decide($0) }
            } catch let rejection as Rejection {
                if index == requests.count - 1 { return rejection }
            } catch let denied as Denied {
                if index == requests.count - 1 { return denied.rejection }
            }
        }
        return nil
    }

    /// The organization that a command is about.
    func organization(of request: CommandRequest) throws -> OrganizationID? {
        try self.advance()
        var attempt = AttemptReader(world: self.recent)
        try request.command.accept(&attempt)
        return attempt.thing.organization
    }
}

/// The entity that a command is about, and the kinds of things that its fields name.
struct References: EntityCommandVisitor, TargetedVisitor {
    var entity = ""
    var kind = ""
    var target: UInt128 = 0
    /// By field: the type of the id.
    var fields: [(number: Int, name: String, type: String, isList: Bool)] = []

    init(of command: DomainCommand) throws { try command.accept(&self) }

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        self.entity = String(describing: E.self)
        self.kind = E.kind
        self.target = command.target
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws {
        var lister = Lister()
        try payload.fields(&lister)
        self.fields = lister.fields
    }

    private struct Lister: FieldVisitor {
        var fields: [(number: Int, name: String, type: String, isList: Bool)] = []

        mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _: inout Value) {
            let type = String(describing: Value.self)
            guard let start = type.range(of: "ID<") else { return }
            let rest = type[start.upperBound...].prefix { $0 != ">" }
            self.fields.append((number, name.description, String(rest), type.hasPrefix("Array")))
        }
    }
}
