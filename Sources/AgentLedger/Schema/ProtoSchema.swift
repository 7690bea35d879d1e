import LedgerDomain
import LedgerEvents
import LedgerLog

/// The log's records as one `.proto` file, from the same lists of fields that write them: with it, any protobuf library
/// reads a ledger.
package enum ProtoSchema {
    package static let package = "agentledger.v1"

    package static func text() -> String {
        var nested = NestedMessages(
            defaults: Dictionary(
                DomainEvent.cases.map { (self.messageName(of: $0.type).replacing("Recorded", with: ""), $0.defaults) },
                uniquingKeysWith: { first, _ in first }))
        let events = DomainEvent.cases.map { event in
            let defaults = event.defaults
            let fields = event.fields().map { self.line($0, of: event.type.name, default: defaults[$0.name], &nested) }
            return self.message(
                self.messageName(of: event.type), fields, comment: "\(event.type), version \(event.schemaVersion).")
        }
        let envelope = FieldDescription.list(Envelope.self).map { self.line($0, of: "Event", default: nil, &nested) }
        let record = self.message(
            "Event", envelope + self.recordFields,
            comment: "One record of the log. `type` says which message `payload` is: workflow_execution.started is\n"
                + "WorkflowExecutionStarted. The bytes are those that the Merkle tree hashes.")
        nested.add("Tag", FieldDescription.list(EventTag.self))
        return ([self.preamble, record, self.decimal, self.money] + nested.messages + events).joined(separator: "\n")
    }

    /// `workflow_execution.started` is `WorkflowExecutionStarted`.
    package static func messageName(of type: EventType) -> String {
        type.name.split { $0 == "." || $0 == "_" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static let preamble = """
        // The events of an AgentLedger. Numbers and names are kept for ever: there will be more, never others.
        // A field that is absent has its default. UUIDs are 16 bytes, most significant first. JSON is text in UTF-8, or, if
        // it begins with a zero byte, packed: then come the length of the text as a varint, and the text deflated (RFC 1951).
        syntax = "proto3";

        package \(Self.package);

        """

    /// What stands in a record behind the envelope.
    private static let recordFields = [
        "repeated Tag tags = 14;  // What the event touches.", "bytes payload = 15;",
    ]

    private static let decimal = """
        // units + picos / 10^12, both of one sign.
        message Decimal {
          sint64 units = 1;
          sint64 picos = 2;
        }

        """

    private static let money = """
        message Money {
          sint64 units = 1;
          sint64 picos = 2;
          string currency = 3;  // ISO 4217.
        }

        """

    fileprivate static func message(_ name: String, _ fields: [String], comment: String? = nil) -> String {
        let head = comment.map { $0.split(separator: "\n").map { "// \($0)\n" }.joined() } ?? ""
        return head + "message \(name) {\n" + fields.map { "  \($0)\n" }.joined() + "}\n"
    }

    fileprivate static func line(
        _ field: FieldDescription, of owner: String, default value: String?, _ nested: inout NestedMessages
    ) -> String {
        if case .record(let name, let fields) = field.shape.kind { nested.add(name, fields) }
        let label =
            switch field.shape.cardinality {
            case .required: ""
            case .optional: "optional "
            case .repeated: "repeated "
            }
        // The log's writer packs floats only; a reader takes both.
        let options = field.shape.cardinality == .repeated && field.shape.kind.isLeftUnpacked ? " [packed = false]" : ""
        var line = "\(label)\(field.shape.kind.protoType) \(field.name) = \(field.number)\(options);"
        let unit = FieldMeaning.unit(of: field, in: owner).map { "\($0)." }
        let remark = field.shape.kind.remark(default: field.shape.cardinality == .required ? value : nil)
        if let remark = unit ?? remark { line += "  // \(remark)" }
        return line
    }
}

/// The messages inside others, each once, in the order in which they are met.
private struct NestedMessages {
    private var seen: [String: [FieldDescription]] = [:]
    private(set) var messages: [String] = []
    /// By message and field: what a field means that has no bytes. A fact inside an event is what its own event records.
    private let defaults: [String: [String: String]]

    init(defaults: [String: [String: String]]) { self.defaults = defaults }

    mutating func add(_ name: String, _ fields: [FieldDescription]) {
        if let known = self.seen[name] {
            precondition(known == fields, "two different messages are named \(name)")
            return
        }
        self.seen[name] = fields
        let lines = fields.map { ProtoSchema.line($0, of: name, default: self.defaults[name]?[$0.name], &self) }
        self.messages.append(ProtoSchema.message(name, lines))
    }
}

extension FieldKind {
    /// As `Scalars.swift` and `MoneyCoding.swift` write it.
    fileprivate var protoType: String {
        switch self {
        case .boolean: "bool"
        case .integer, .quantity: "int64"
        case .unsigned: "uint32"
        case .float: "float"
        case .double: "double"
        case .bytes, .uuid, .json: "bytes"
        case .position, .hexadecimal: "fixed64"
        case .instant: "sfixed64"
        case .day: "sint32"
        case .decimal: "Decimal"
        case .money: "Money"
        case .text, .currency, .enumeration: "string"
        case .record(let name, _): name
        }
    }

    /// Whether protobuf would pack it and the log's writer does not.
    fileprivate var isLeftUnpacked: Bool {
        switch self {
        case .boolean, .integer, .unsigned, .double, .position, .hexadecimal, .instant, .day: true
        case .float, .text, .bytes, .uuid, .decimal, .quantity, .money, .currency, .json, .enumeration, .record: false
        }
    }

    fileprivate func remark(default value: String?) -> String? {
        switch self {
        case .uuid: "UUID."
        case .hexadecimal: "In JSON 16 hexadecimal digits."
        case .instant: "Microseconds since 1970-01-01T00:00:00Z."
        case .day: "Days since 1970-01-01."
        case .currency: "ISO 4217."
        case .quantity: "A Decimal, length-delimited, where it is not whole."
        case .json: "JSON" + (value.map { "; absent: \($0)." } ?? ".")
        case .enumeration(let names): names.joined(separator: ", ") + (value.map { "; absent: \($0)." } ?? ".")
        case .boolean, .integer, .unsigned, .float, .double, .text, .bytes, .position, .decimal, .money, .record: nil
        }
    }
}
