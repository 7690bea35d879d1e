import LedgerDomain
import LedgerEvents

/// Writes commands as JSON lines, as `agentledger import --format commands` reads them. Fields that hold their default
/// are left out.
package struct CommandWriter {
    private var data = DataWriter()

    package init() {}

    /// The lines written since they were last taken.
    package var bytes: [UInt8] { self.data.json.bytes }

    /// Forgets the lines; keeps the memory.
    package mutating func removeAll() { self.data.json.bytes.removeAll(keepingCapacity: true) }

    package mutating func write(_ request: CommandRequest) {
        self.data.json.beginObject()
        self.data.json.key("command")
        self.data.json.string(request.name)
        self.data.member("actor", request.actor)
        self.data.member("on_behalf_of", request.onBehalfOf)
        self.data.member("occurred_at", request.occurredAt)
        self.data.member("correlation_id", request.correlation)
        self.data.member("causation_id", request.causation)
        do {
            if let source = request.source {
                self.data.json.key("source")
                try self.data.record(source)
            }
            self.data.member("idempotency_key", request.idempotencyKey)
            self.data.json.key("data")
            try request.command.accept(&self.data)
        } catch {
            preconditionFailure("writing a command cannot fail: \(error)")
        }
        self.data.json.endObject()
        self.data.json.endLine()
    }
}

private struct DataWriter: EntityCommandVisitor, TargetedVisitor, FieldVisitor {
    var json = JSONWriter()
    /// Tells which fields hold their default: they have no bytes on the wire.
    private var wire = WireEncoder(WireBuffer(capacity: 1024))

    mutating func member<Value: FieldValue>(_ name: StaticString, _ value: Value) {
        if value.isAbsent { return }
        self.json.key(name)
        value.encodeJSON(&self.json)
    }

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws { try self.record(payload) }

    mutating func record<R: Record>(_ record: consuming R) throws {
        self.json.beginObject()
        try record.fields(&self)
        self.json.endObject()
    }

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        self.wire.buffer.removeAll()
        try value.encode(number, &self.wire)
        if self.wire.buffer.count > 0 { self.member(name, value) }
    }
}
