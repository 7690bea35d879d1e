import LedgerDomain
import LedgerEvents
import LedgerLog

/// One event of the log, decoded.
public struct RecordedEvent: Sendable {
    /// Position, type, times, actor and causes.
    public let envelope: Envelope
    /// What the event is about, such as `workflow:ID`.
    public let tags: [EventTag]
    /// What happened: a value of the type that the event's type names, such as `WorkflowCreated` or `ModelCall`.
    public let payload: any Sendable
    /// The payload as JSON.
    public let data: JSONText

    init(_ stored: borrowing StoredEvent) throws {
        let (event, envelope) = try DomainEvent.decode(stored)
        var reader = PayloadReader()
        try event.accept(&reader)
        self.envelope = envelope
        self.tags = try stored.tags()
        self.payload = reader.payload
        self.data = event.audit.data
    }
}

private struct PayloadReader: EntityEventVisitor, PayloadVisitor {
    var payload: any Sendable = ()

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws { try event.accept(&self) }

    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) { self.payload = payload }
}
