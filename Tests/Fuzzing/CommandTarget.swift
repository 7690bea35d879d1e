import LedgerDomain
import LedgerEvents
import LedgerImporters

extension FuzzTarget {
    /// Command lines, one of each command.
    static let commands = FuzzTarget(
        name: "commands", samples: Self.commandSamples, telling: Self.tellingJSON
    ) { bytes in
        do {
            let request = try Self.reader.read(bytes, now: .zero, newID: 9)
            var writer = DataWriter()
            try request.command.accept(&writer)
            return true
        } catch {
            return false
        }
    }

    private static let reader = CommandReader(defaultActor: .system("fuzz"))

    /// Each command with every field at a value that its type takes.
    private static let commandSamples: [[UInt8]] = DomainCommand.cases.map { known in
        let data = known.fields().map { #""\#($0.name)":\#(Self.example(of: $0))"# }.joined(separator: ",")
        let id = "0198a2f1-0000-7000-8000-000000000001"
        return Array(
            (#"{"command":"\#(known.name)","actor":"user:\#(id)","occurred_at":"2025-08-01T12:00:00.5Z","#
                + #""correlation_id":"\#(id)","idempotency_key":"k-1","source":{"channel":"api"},"data":{\#(data)}}"#)
                .utf8)
    }

    private static func example(of field: FieldDescription) -> String {
        let example = self.example(of: field.shape.kind)
        return field.shape.cardinality == .repeated ? "[\(example),\(example)]" : example
    }

    private static func example(of kind: FieldKind) -> String {
        switch kind {
        case .boolean: "true"
        case .integer, .unsigned, .position: "17"
        case .float, .double: "0.5"
        case .text: #""word \u00e9""#
        case .bytes: #""AAEC""#
        case .hexadecimal: #""00f067aa0ba902b7""#
        case .uuid: #""0198a2f1-0000-7000-8000-000000000001""#
        case .instant: #""2025-08-01T00:00:00.000001Z""#
        case .day: #""2025-08-01""#
        case .decimal, .quantity: #""1.25""#
        case .money: #"{"amount":"1.25","currency":"USD"}"#
        case .currency: #""USD""#
        case .json: #"{"a":[1,"b",null]}"#
        case .enumeration(let words): #""\#(words.last ?? "")""#
        case .record(_, let fields):
            "{\(fields.map { #""\#($0.name)":\#(self.example(of: $0))"# }.joined(separator: ","))}"
        }
    }
}

private struct DataWriter: EntityCommandVisitor, TargetedVisitor {
    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws {
        _ = try WireEncoder.encode(payload)
    }
}
