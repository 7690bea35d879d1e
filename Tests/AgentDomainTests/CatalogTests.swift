import LedgerDomain
import LedgerEvents
import Testing

@Suite("The catalogue")
struct CatalogTests {
    @Test("names every event and every command once, after the thing and what happens to it")
    func names() {
        let events = DomainEvent.cases.map(\.type.name)
        let commands = DomainCommand.cases.map(\.name)
        #expect(Set(events).count == events.count)
        #expect(Set(commands).count == commands.count)
        for name in events + commands {
            #expect(name.wholeMatch(of: /[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*/) != nil, "\(name)")
        }
    }

    @Test("has the id first in every event, under number 1")
    func ids() {
        for event in DomainEvent.cases {
            let first = event.fields().first
            #expect(first?.number == 1, "\(event.type)")
            #expect(first?.shape == FieldShape(kind: .uuid, cardinality: .required), "\(event.type)")
            #expect(first?.name.hasSuffix("_id") == true, "\(event.type)")
        }
    }

    /// What a field holds before it is read is what its absence means: else a zero would come back as something else.
    @Test("begins every payload and every state empty", arguments: DomainEvent.cases.indices)
    func emptyRecords(index: Int) throws {
        let known = DomainEvent.cases[index]
        let empty = try [UInt8]().withUnsafeBytes { try known.decode($0, known.schemaVersion) }
        var bytes = EmptyBytes()
        try empty.accept(&bytes)
        let type = DomainEvent.cases[index].type
        if self.named.contains(type) { return }
        #expect(bytes.payload == [], "\(type)")
        #expect(bytes.state == [], "the state behind \(type)")
    }

    @Test("says of every event whether only the log keeps what it is about, as its entity does")
    func keptInLog() throws {
        for event in DomainEvent.cases {
            let empty = try [UInt8]().withUnsafeBytes { try event.decode($0, 1) }
            var entity = Keeping()
            try empty.accept(&entity)
            #expect(empty.isKeptInLog == entity.isKeptInLog, "\(event.type)")
        }
    }

    @Test("refuses a number that is finer than it stores, in every decimal of every command")
    func tooFine() {
        var checked = 0
        for command in DomainCommand.cases {
            for field in command.fields() {
                for value in Self.tooFine(field.shape) {
                    checked += 1
                    let error = #expect(throws: (any Error).self, "\(command.name) \(field.name)") {
                        try JSONReader.reading(#"{"\#(field.name)":\#(value)}"#) { try command.decode(&$0) { 7 } }
                    }
                    #expect("\(error as Any)".contains("finer than"), "\(command.name): \(error as Any)")
                }
            }
        }
        #expect(checked > 10)
    }

    /// Values of a field that have a decimal with thirteen digits in one place.
    private static func tooFine(_ shape: FieldShape) -> [String] {
        let values: [String] =
            switch shape.kind {
            case .decimal, .quantity: ["0.0000000000005", #""1.0000000000001""#]
            case .money: [#"{"amount":"0.0000000000005","currency":"USD"}"#]
            case .record(_, let fields):
                fields.flatMap { field in self.tooFine(field.shape).map { #"{"\#(field.name)":\#($0)}"# } }
            case _: []
            }
        return shape.cardinality == .repeated ? values.map { "[\($0)]" } : values
    }

    /// These begin with a currency or an operation, which are never stored empty.
    private let named: Set<EventType> = [
        "model_call.recorded", "model_call.revised", "price.set", "invoice.drafted",
    ]

    @Test("reads commands from JSON, gives new things an id, and names the fields where one is unknown")
    func json() throws {
        let create = try #require(DomainCommand.cases.first { $0.name == "organization.create" })
        func decode(_ text: String) throws -> DomainCommand {
            try JSONText(parsing: text).reading { try create.decode(&$0) { 7 } }
        }
        let command = try decode(#"{"name":"ACME","slug":"acme","subscription_tier":"business"}"#)
        let expected = OrganizationCreated.with {
            $0.id = OrganizationID(bits: 7)
            $0.name = "ACME"
            $0.slug = "acme"
            $0.tier = .business
        }
        #expect(command == .organization(.create(expected)))
        #expect(throws: FieldError.self) { try decode(#"{"nam":"ACME"}"#) }
        #expect(throws: FieldError.self) { try decode(#"{"subscription_tier":"gold"}"#) }
    }
}

private struct EmptyBytes: EntityEventVisitor, PayloadVisitor {
    var payload: [UInt8] = []
    var state: [UInt8] = []

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        self.state = try WireEncoder.encode(E())
        try event.accept(&self)
    }

    mutating func visit<Payload: EntityPayload>(_ payload: Payload) throws {
        self.payload = try WireEncoder.encode(payload)
    }
}

private struct Keeping: EntityEventVisitor {
    var isKeptInLog = false

    mutating func visit<E: Entity>(_: E.Type, _: E.Rules.Event) { self.isKeptInLog = E.isKeptInLog }
}
