import AgentDomain
import EventSourcing

/// The fields of a command or an event, one encoded behind the other; of one that states nothing there are no bytes.
struct StatedFields: TargetedVisitor, PayloadVisitor {
    private var kind: ObjectIdentifier?
    private var fields = FieldEncoder()

    init(of command: some EntityCommand) throws { try command.accept(&self) }

    init(of event: some EntityEvent) throws { try event.accept(&self) }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws { try self.read(&payload) }

    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws { try self.read(&payload) }

    private mutating func read<Payload: Record>(_ payload: inout Payload) throws {
        self.kind = ObjectIdentifier(Payload.self)
        try payload.fields(&self.fields)
    }

    /// Refuses a command that states what is recorded otherwise: the ledger determines it.
    func require(in recorded: StatedFields) throws(Rejection) {
        guard self.kind == recorded.kind, let name = self.fields.firstDifference(from: recorded.fields) else { return }
        throw .invalid(name.description, "is determined by the ledger, which finds another value; leave it out")
    }
}

private struct FieldEncoder: FieldVisitor {
    private var encoder = WireEncoder(ByteBuffer(capacity: 512))
    private var ends: [(name: StaticString, end: Int)] = []

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        try value.encode(number, &self.encoder)
        self.ends.append((name, self.encoder.buffer.bytes.count))
    }

    /// The first field that is stated here and is another one there.
    func firstDifference(from other: FieldEncoder) -> StaticString? {
        let (mine, theirs) = (self.encoder.buffer.bytes, other.encoder.buffer.bytes)
        // Mostly nothing was added.
        if mine.elementsEqual(theirs) { return nil }
        var (start, otherStart) = (0, 0)
        for (field, otherField) in zip(self.ends, other.ends) {
            let stated = mine[start..<field.end]
            if !stated.isEmpty, !stated.elementsEqual(theirs[otherStart..<otherField.end]) { return field.name }
            (start, otherStart) = (field.end, otherField.end)
        }
        return nil
    }
}
