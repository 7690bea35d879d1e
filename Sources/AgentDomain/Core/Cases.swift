import EventSourcing

/// One event of the catalogue: its name, its fields, and how its bytes become an `Event`.
public struct EventCase<Event>: Sendable {
    public let type: EventType
    public let schemaVersion: UInt32
    public let fields: @Sendable () -> [FieldDescription]
    public let decode: @Sendable (UnsafeRawBufferPointer) throws -> Event

    public init<Payload: EntityPayload>(_ embed: @escaping @Sendable (Payload) -> Event) {
        self.type = Payload.type
        self.schemaVersion = Payload.schemaVersion
        self.fields = { FieldDescription.list(Payload.self) }
        self.decode = { embed(try WireDecoder.decode(Payload.self, $0)) }
    }

    init<Inner>(_ inner: EventCase<Inner>, _ embed: @escaping @Sendable (Inner) -> Event) {
        self.type = inner.type
        self.schemaVersion = inner.schemaVersion
        self.fields = inner.fields
        self.decode = { embed(try inner.decode($0)) }
    }
}

/// One command of the catalogue: its name, who may give it, its fields, and how JSON becomes a `Command`.
public struct CommandCase<Command>: Sendable {
    public let name: String
    /// The least role in the organization that may give it.
    public let role: Role
    public let fields: @Sendable () -> [FieldDescription]
    public let decode: @Sendable (inout JSONReader) throws -> Command

    public init<Payload: Targeted>(
        _ name: String, role: Role = .member, _ embed: @escaping @Sendable (Payload) -> Command
    ) {
        self.name = name
        self.role = role
        self.fields = { FieldDescription.list(Payload.self) }
        self.decode = { embed(try $0.record(Payload.self)) }
    }

    init<Inner>(_ inner: CommandCase<Inner>, _ embed: @escaping @Sendable (Inner) -> Command) {
        self.name = inner.name
        self.role = inner.role
        self.fields = inner.fields
        self.decode = { embed(try inner.decode(&$0)) }
    }
}
