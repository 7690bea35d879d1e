import LedgerDomain
import LedgerEvents

/// The fields of a command or an event, one encoded behind the other; of one that states nothing there are no bytes.
struct StatedFields: TargetedVisitor, PayloadVisitor {
    private var kind: ObjectIdentifier?
    private var fields = FieldEncoder()
    /// The type of the event that has these fields; nil where none has.
    private(set) var type: EventType?

    init(of command: some EntityCommand) throws { try command.accept(&self) }

    init(of event: some EntityEvent) throws { try event.accept(&self) }

    init(of payload: some EntityPayload) throws { try self.visit(payload) }

    /// Nil of an event that says nothing of an entity.
    init?(of event: DomainEvent) throws {
        var reader = EventFields()
        try event.accept(&reader)
        guard let fields = reader.fields else { return nil }
        self = fields
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws { try self.read(&payload) }

    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws { try self.read(&payload) }

    private mutating func read<Payload: Record>(_ payload: inout Payload) throws {
        self.kind = ObjectIdentifier(Payload.self)
        self.type = (Payload.self as? any EntityPayload.Type)?.type
        try payload.fields(&self.fields)
    }

    /// The first field that is stated here and is recorded otherwise.
    /// - Parameter withChoices: whether choices, such as a role, count also where they are the usual one and take no bytes.
    func firstDifference(from recorded: StatedFields, withChoices: Bool = false) -> StaticString? {
        self.kind == recorded.kind ? self.fields.firstDifference(from: recorded.fields, withChoices: withChoices) : nil
    }

    /// Refuses a command that states what is recorded otherwise: the ledger determines it.
    func require(in recorded: StatedFields) throws(Rejection) {
        guard let name = self.firstDifference(from: recorded) else { return }
        throw .invalid(name.description, "is determined by the ledger, which finds another value; leave it out")
    }
}

private struct EventFields: EntityEventVisitor {
    var fields: StatedFields?

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        self.fields = try StatedFields(of: event)
    }
}

private struct FieldEncoder: FieldVisitor {
    private var encoder = WireEncoder(WireBuffer(capacity: 512))
    private var ends: [(name: StaticString, end: Int, isChoice: Bool)] = []

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        try value.encode(number, &self.encoder)
        // The ledger fills in texts, numbers and ids that are left out, never these.
        let isChoice = Value.self is any Enumeration.Type || Value.self == Bool.self
        self.ends.append((name, self.encoder.buffer.bytes.count, isChoice))
    }

    /// The first field that is stated here and is another one there.
    func firstDifference(from other: FieldEncoder, withChoices: Bool) -> StaticString? {
        let (mine, theirs) = (self.encoder.buffer.bytes, other.encoder.buffer.bytes)
        // Mostly nothing was added.
        if mine.elementsEqual(theirs) { return nil }
        var (start, otherStart) = (0, 0)
        for (field, otherField) in zip(self.ends, other.ends) {
            let stated = mine[start..<field.end]
            let isStated = !stated.isEmpty || withChoices && field.isChoice
            if isStated, !stated.elementsEqual(theirs[otherStart..<otherField.end]) { return field.name }
            (start, otherStart) = (field.end, otherField.end)
        }
        return nil
    }
}
