import AgentDomain
import EventSourcing

/// The fields of a command or an event, each encoded; empty where nothing is stated.
struct StatedFields: TargetedVisitor, PayloadVisitor {
    private var kind: ObjectIdentifier?
    private var fields: [(name: StaticString, bytes: [UInt8])] = []

    init(of command: some EntityCommand) throws { try command.accept(&self) }

    init(of event: some EntityEvent) throws { try event.accept(&self) }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws { try self.read(&payload) }

    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws { try self.read(&payload) }

    private mutating func read<Payload: Record>(_ payload: inout Payload) throws {
        self.kind = ObjectIdentifier(Payload.self)
        var reader = FieldBytes()
        try payload.fields(&reader)
        self.fields = reader.fields
    }

    /// Refuses a command that states what is recorded otherwise: the ledger determines it.
    func require(in recorded: StatedFields) throws(Rejection) {
        guard self.kind == recorded.kind else { return }
        for (stated, recorded) in zip(self.fields, recorded.fields)
        where !stated.bytes.isEmpty && stated.bytes != recorded.bytes {
            throw .invalid(
                stated.name.description, "is determined by the ledger, which finds another value; leave it out")
        }
    }
}

private struct FieldBytes: FieldVisitor {
    var fields: [(name: StaticString, bytes: [UInt8])] = []

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        var encoder = WireEncoder(ByteBuffer(capacity: 64))
        try value.encode(number, &encoder)
        self.fields.append((name, Array(encoder.buffer.bytes)))
    }
}
