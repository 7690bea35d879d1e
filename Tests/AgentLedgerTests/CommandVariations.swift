import LedgerDomain
import LedgerEvents

/// A command line as JSON.
struct CommandObject {
    var line: [String: Any]
    var data: [String: Any]

    func with(_ data: [String: Any]) -> [String: Any] { self.line.merging(["data": data]) { _, new in new } }
}

/// A command with something changed in it that a ledger may mind.
struct CommandVariations {
    struct Variant {
        var line: [String: Any]
        /// The field that was left out.
        var dropped: String?
    }

    /// The data of the command of this name that was varied before: what is taken.
    private var before: [String: [String: Any]] = [:]

    private static let stranger = "0198c000-0000-7000-8000-00000000dead"

    mutating func variants(of object: CommandObject, _ command: CommandCase<DomainCommand>) -> [Variant] {
        let data = object.data
        var variants = [
            Variant(line: object.line.merging(["actor": "user:\(Self.stranger)"]) { _, new in new })
        ]
        for field in command.fields() {
            var values = Self.values(field.shape)
            if let taken = self.before[command.name]?[field.name] { values.append(taken) }
            for value in values {
                variants.append(Variant(line: object.with(data.merging([field.name: value]) { _, new in new })))
            }
            let isLeftToLedger = command.creates && field.number == 1
            if data[field.name] != nil, !isLeftToLedger {
                var fewer = data
                fewer[field.name] = nil
                variants.append(Variant(line: object.with(fewer), dropped: field.name))
            }
        }
        // The thing that there is already, with other contents.
        if let known = self.before[command.name], let first = command.fields().first, let id = known[first.name] {
            variants.append(Variant(line: object.with(data.merging([first.name: id]) { _, new in new })))
        }
        self.before[command.name] = data
        return variants
    }

    /// Values that are readable and odd.
    private static func values(_ shape: FieldShape) -> [Any] {
        let values: [Any] =
            switch shape.kind {
            case .boolean: [true, false]
            case .integer, .unsigned, .position: [-1, 0, 7, 101, "9000000000000000000"]
            case .float: []
            case .double: [-1, 1e300]
            case .text: ["", "Not, so! ", "1.2.3.4", String(repeating: "long ", count: 5000)]
            case .bytes: [""]
            case .uuid: [self.stranger]
            case .hexadecimal: ["00f067aa0ba902b7"]
            case .instant: ["1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"]
            case .day: ["1970-01-01", "2200-01-01"]
            case .decimal, .quantity: ["-1", "0.12345", "100000000000000"]
            case .money: [["amount": "-1", "currency": "USD"], ["amount": "1", "currency": "CHF"]]
            case .currency: ["CHF", "EUR"]
            case .json: [[1], "text", ["api_key": "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"]]
            case .enumeration(let names): names
            case .record: []
            }
        return shape.cardinality == .repeated ? [[], values, [values.first, values.first].compactMap { $0 }] : values
    }
}
