import LedgerEvents

/// One event of the catalogue: its name, its fields, and how its bytes become an `Event`.
@usableFromInline package struct EventCase<Event>: Sendable {
    package let type: EventType
    package let schemaVersion: UInt32
    package let fields: @Sendable () -> [FieldDescription]
    /// Reads a payload of a schema version no later than this one's.
    package let decode: @Sendable (_ bytes: UnsafeRawBufferPointer, _ version: UInt32) throws -> Event

    package init<Payload: EntityPayload>(_ embed: @escaping @Sendable (consuming Payload) -> Event) {
        self.type = Payload.type
        self.schemaVersion = Payload.schemaVersion
        self.fields = { FieldDescription.list(Payload.self) }
        self.decode = { embed(try Payload.decode($0, version: $1)) }
    }

    init<Inner>(_ inner: EventCase<Inner>, _ embed: @escaping @Sendable (consuming Inner) -> Event) {
        self.type = inner.type
        self.schemaVersion = inner.schemaVersion
        self.fields = inner.fields
        self.decode = { embed(try inner.decode($0, $1)) }
    }
}

/// One command of the catalogue: its name, who may give it, its fields, and how JSON becomes a `Command`.
@usableFromInline package struct CommandCase<Command>: Sendable {
    package let name: String
    package let permission: Permission
    /// The type of what it carries.
    let payload: ObjectIdentifier
    /// Whether it makes a new thing, whose id may be left to us.
    package let creates: Bool
    package let fields: @Sendable () -> [FieldDescription]
    /// Reads the command's data; `newID` becomes the id of a new thing that was given none.
    package let decode: @Sendable (_ json: inout JSONReader, _ newID: () -> UInt128) throws -> Command

    /// - Parameter role: the least in the organization that may give it.
    package init<Payload: Targeted>(
        _ name: String, role: Role = .member, creates: Bool = false,
        _ embed: @escaping @Sendable (consuming Payload) -> Command
    ) {
        self.init(name, permission: .role(role), creates: creates, embed)
    }

    package init<Payload: Targeted>(
        _ name: String, permission: Permission, creates: Bool = false,
        _ embed: @escaping @Sendable (consuming Payload) -> Command
    ) {
        self.name = name
        self.permission = permission
        self.payload = ObjectIdentifier(Payload.self)
        self.creates = creates
        self.fields = { FieldDescription.list(Payload.self) }
        self.decode = { json, newID in
            var payload = try json.record(Payload.self)
            if creates, payload.id == .zero {
                var identifier = Identifier(id: payload.newID(newID()))
                try payload.fields(&identifier)
            }
            return embed(payload)
        }
    }

    init<Inner>(_ inner: CommandCase<Inner>, _ embed: @escaping @Sendable (consuming Inner) -> Command) {
        self.name = inner.name
        self.permission = inner.permission
        self.payload = inner.payload
        self.creates = inner.creates
        self.fields = inner.fields
        self.decode = { embed(try inner.decode(&$0, $1)) }
    }
}

/// Gives a record's first field an id where it has none.
private struct Identifier: FieldVisitor {
    let id: UInt128

    mutating func field<Value: FieldValue>(_ number: Int, _: StaticString, _ value: inout Value) {
        if number == 1 { value.identify(as: self.id) }
    }
}
