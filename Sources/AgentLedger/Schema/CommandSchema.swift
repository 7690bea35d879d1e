import LedgerDomain
import LedgerEvents

/// The commands as one JSON Schema (draft 2020-12), from the lists of fields that read them. What a field alone does
/// not say, such as which transitions a state allows, the ledger checks.
package enum CommandSchema {
    package static func json() -> String {
        var json = JSONWriter(pretty: true)
        json.object {
            $0.member("$schema", "https://json-schema.org/draft/2020-12/schema")
            $0.member("title", "AgentLedger command")
            $0.key("oneOf")
            $0.list(DomainCommand.cases) { json, command in
                json.object { $0.member("$ref", "#/$defs/\(command.name)") }
            }
            $0.key("$defs")
            $0.object { json in
                Self.envelope(&json)
                for command in DomainCommand.cases { Self.definition(of: command, &json) }
            }
        }
        return json.text
    }

    /// What every command may say beside its data.
    private static let common: KeyValuePairs<String, FieldShape> = [
        "on_behalf_of": FieldShape(kind: Principal.kind, cardinality: .optional),
        "occurred_at": FieldShape(kind: .instant, cardinality: .optional),
        "correlation_id": FieldShape(kind: .uuid, cardinality: .optional),
        "causation_id": FieldShape(kind: .uuid, cardinality: .optional),
        "source": FieldShape(kind: EventSource.kind, cardinality: .optional),
        "idempotency_key": FieldShape(kind: .text, cardinality: .optional),
    ]

    private static func envelope(_ json: inout JSONWriter) {
        json.key("envelope")
        json.object { json in
            json.member("type", "object")
            json.key("properties")
            json.object { json in
                json.key("actor")
                json.object { Principal.kind.members(&$0) }
                for (name, shape) in Self.common {
                    json.key(name)
                    json.object { shape.members(&$0) }
                }
            }
        }
    }

    private static func definition(of command: CommandCase<DomainCommand>, _ json: inout JSONWriter) {
        let shown = CatalogExamples.commands[command.name]
        let fields = command.fields()
        let required = fields.filter { if case .refused = command.absence(of: $0) { true } else { false } }.map(\.name)
        json.key(command.name)
        json.object { json in
            json.member("description", self.description(of: command, shown))
            json.member("$ref", "#/$defs/envelope")
            json.key("properties")
            json.object { json in
                json.key("command")
                json.object { $0.member("const", command.name) }
                json.key("data")
                json.object { json in
                    json.member("type", "object")
                    json.key("properties")
                    json.object { json in
                        for field in fields { self.property(field, of: command, &json) }
                    }
                    json.key("additionalProperties")
                    json.bool(false)
                    json.key("required")
                    json.list(required) { $0.string($1) }
                    Self.conditions(of: command, fields, &json)
                }
            }
            json.key("required")
            json.list(["command"] + (required.isEmpty ? [] : ["data"])) { $0.string($1) }
            json.key("unevaluatedProperties")
            json.bool(false)
            if let shown {
                json.key("examples")
                json.list([shown.line]) { $0.raw($1) }
            }
        }
    }

    private static func description(
        of command: CommandCase<DomainCommand>, _ shown: CatalogExamples.Command?
    ) -> String {
        var reasons: [String] = []
        for refusal in shown?.refusals ?? [] where reasons.last != refusal.reason.rawValue {
            reasons.append(refusal.reason.rawValue)
        }
        let head = "For: \(command.permission.words)."
        return reasons.isEmpty ? head : head + " Refused as: \(reasons.joined(separator: ", "))."
    }

    /// Fields that are required because of others. What depends on the state of a thing is not said here.
    private static func conditions(
        of command: CommandCase<DomainCommand>, _ fields: [FieldDescription], _ json: inout JSONWriter
    ) {
        let conditions = fields.compactMap { field in
            FieldMeaning.condition(of: field, in: command.name).map { (name: field.name, condition: $0) }
        }
        .filter { if case .state = $0.condition { false } else { true } }
        if conditions.isEmpty { return }
        json.key("allOf")
        json.list(conditions) { json, entry in
            json.object { json in
                json.key("if")
                json.object { Self.write(entry.condition, &$0) }
                json.key("then")
                json.object { $0.required([entry.name]) }
            }
        }
    }

    private static func write(_ condition: RequiredWhere, _ json: inout JSONWriter) {
        switch condition {
        case .value(let field, let values, let isDefault):
            json.key("properties")
            json.object { json in
                json.key(field)
                json.object { json in
                    json.key("enum")
                    json.list(values) { $0.string($1) }
                }
            }
            if !isDefault { json.required([field]) }
        case .leftOut(let fields):
            // A field that is absent fits any schema.
            json.key("properties")
            json.object { json in
                for field in fields {
                    json.key(field)
                    json.object { $0.member("type", "null") }
                }
            }
        case .given(let fields):
            json.key("anyOf")
            json.list(fields) { json, field in
                json.object { json in
                    json.key("properties")
                    json.object { json in
                        json.key(field)
                        json.object { json in
                            json.key("not")
                            json.object { $0.member("type", "null") }
                        }
                    }
                    json.required([field])
                }
            }
        case .state: break
        }
    }

    /// What the field takes, its unit, and what stands in for it.
    private static func property(
        _ field: FieldDescription, of command: CommandCase<DomainCommand>, _ json: inout JSONWriter
    ) {
        json.key(field.name)
        json.object { json in
            field.shape.members(&json)
            var words = FieldMeaning.unit(of: field, in: command.name).map { ["Unit: \($0)."] } ?? []
            switch command.absence(of: field) {
            case .refused, .nothing: break
            case .filledIn(let filling): words.append("Left out: \(filling).")
            case .value(let value):
                json.key("default")
                json.raw(value)
            }
            if !words.isEmpty { json.member("description", words.joined(separator: " ")) }
        }
    }
}

extension FieldShape {
    fileprivate func members(_ json: inout JSONWriter) {
        switch self.cardinality {
        case .required: self.kind.members(&json)
        case .optional:
            json.key("anyOf")
            json.beginArray()
            json.object { self.kind.members(&$0) }
            json.object { $0.member("type", "null") }
            json.endArray()
        case .repeated:
            json.member("type", "array")
            json.key("items")
            json.object { self.kind.members(&$0) }
        }
    }
}

extension FieldKind {
    /// What JSON forms the reader takes; numbers may stand in strings, for 64 bits are more than a double holds.
    fileprivate func members(_ json: inout JSONWriter) {
        switch self {
        case .boolean: json.member("type", "boolean")
        case .integer, .unsigned, .position: json.number(pattern: "^-?[0-9]+$", type: "integer")
        case .float, .double: json.number(pattern: Self.decimalPattern, type: "number")
        case .decimal, .quantity: json.number(pattern: Self.decimalPattern, type: "number")
        case .text, .bytes: json.member("type", "string")
        case .hexadecimal: json.text(pattern: "^[0-9a-fA-F]{16}$")
        case .uuid: json.text(pattern: "^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")
        case .instant:
            let time = "[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
            json.text(pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(\(time))?$")
        case .day: json.text(pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        case .currency: json.text(pattern: "^[A-Z]{3}$")
        case .json: break  // Any JSON.
        case .enumeration(let names):
            json.key("enum")
            json.list(names) { $0.string($1) }
        case .money:
            json.member("type", "object")
            json.properties([
                ("amount", FieldShape(kind: .decimal, cardinality: .required)),
                ("currency", FieldShape(kind: .currency, cardinality: .required)),
            ])
            json.key("required")
            json.list(["amount", "currency"]) { $0.string($1) }
        case .record("Actor", _): json.text(pattern: "^(user|api_key):[0-9a-fA-F-]{32,36}$|^system:.+$")
        case .record("Tag", _): json.text(pattern: "^[^:]+:.+$")
        case .record(_, let fields):
            json.member("type", "object")
            json.properties(fields.map { ($0.name, $0.shape) })
        }
    }

    private static let decimalPattern = "^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"
}

extension JSONWriter {
    fileprivate mutating func object(_ body: (inout JSONWriter) -> Void) {
        self.beginObject()
        body(&self)
        self.endObject()
    }

    fileprivate mutating func list<Element>(_ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
        self.beginArray()
        for element in elements { body(&self, element) }
        self.endArray()
    }

    fileprivate mutating func member(_ name: String, _ value: String) {
        self.key(name)
        self.string(value)
    }

    fileprivate mutating func required(_ names: [String]) {
        self.key("required")
        self.list(names) { $0.string($1) }
    }

    fileprivate mutating func text(pattern: String) {
        self.member("type", "string")
        self.member("pattern", pattern)
    }

    fileprivate mutating func number(pattern: String, type: String) {
        self.key("type")
        self.list([type, "string"]) { $0.string($1) }
        self.member("pattern", pattern)
    }

    /// `properties`, and that there are no others.
    fileprivate mutating func properties(_ fields: [(name: String, shape: FieldShape)]) {
        self.key("properties")
        self.object { json in
            for field in fields {
                json.key(field.name)
                json.object { field.shape.members(&$0) }
            }
        }
        self.key("additionalProperties")
        self.bool(false)
    }
}
