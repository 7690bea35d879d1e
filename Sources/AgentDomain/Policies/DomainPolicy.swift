import LedgerEvents

/// What is to be done by itself when something happens: answers events with commands.
///
/// Pure: the time is that of the event, and what else it looks at are the states, which have come at least as far as
/// the event. It may be asked about one event again; the commands are told apart by policy, event, name and what they
/// are about, so that none is given twice. One that is no longer fit is refused like anyone's.
@usableFromInline package protocol DomainPolicy: Sendable {
    /// Stored, in actors and idempotency keys: never renamed.
    static var name: String { get }
    /// What the policy does, in one line.
    static var summary: String { get }
    /// The events that it answers. Others are not shown to it.
    static var hears: [EventType] { get }
    /// The names of the commands that it may give.
    static var gives: [String] { get }
    static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext) -> [PolicyCommand]
}

/// A command that a policy gives.
@usableFromInline package struct PolicyCommand: Equatable, Sendable {
    package var command: DomainCommand
    /// When what it leads to happens.
    package var occurredAt: Instant

    package init(_ command: DomainCommand, at occurredAt: Instant) {
        self.command = command
        self.occurredAt = occurredAt
    }
}

extension DomainPolicy {
    package static var actor: Principal { .system("\(Principal.policyPrefix)\(self.name)") }

    /// The command as a request: who gives it, because of what, and under which key it is given once.
    package static func request(_ given: PolicyCommand, because cause: Envelope) -> CommandRequest {
        let name = given.command.name
        precondition(self.gives.contains(name), "\(self.name) does not say that it gives \(name)")
        var request = CommandRequest(given.command, actor: self.actor, occurredAt: given.occurredAt)
        request.correlation = cause.correlation
        request.causation = cause.id
        let target = UUIDText.format(given.command.target)
        request.idempotencyKey = "policy/\(self.name)/\(cause.id)/\(name)/\(target)"
        return request
    }
}

extension Principal {
    fileprivate static let policyPrefix = "policy/"
}

/// Every policy there is, in the order in which they are asked. A new one is one line here.
package enum PolicyCatalog {
    package static let policies: [any DomainPolicy.Type] = [
        ExecutionTimeout.self, RetryScheduling.self, OverdueInvoices.self, MonthlyQuotaReset.self,
        InvoiceDrafting.self, AlertEvaluation.self, ScheduledTriggers.self,
    ]
}

extension DomainCommand {
    /// The id of the thing that the command is about.
    package var target: UInt128 {
        var reader = CommandTarget()
        do {
            try self.accept(&reader)
        } catch {
            preconditionFailure("reading a target cannot fail: \(error)")
        }
        return reader.target
    }
}

private struct CommandTarget: EntityCommandVisitor {
    var target: UInt128 = 0

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) {
        self.target = command.target
    }
}
