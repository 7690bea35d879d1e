import LedgerEvents

/// What one pass over an object of attributes finds: for each concept, the value under the best of its names.
///
/// Values are lent from the text: use them only while it is read.
struct AttributeValues {
    /// Small: all of them are set up for every span.
    private struct Slot {
        /// Where the value begins, counted from `text`.
        var start: UInt32 = 0
        /// 0: there is none.
        var byteCount: UInt32 = 0
        /// Place of the name in the table, for what says where a value came from.
        var row: Int16 = -1
        var rank: UInt8 = .max
        /// Whether the value was found to be a count.
        var isCount = false
    }

    private var slots = [Slot](repeating: Slot(), count: Self.concepts)
    private static let concepts = Concept.allCases.count
    /// The first value in the text; the others follow it.
    private var text: UnsafeRawPointer?
    /// The second value of concepts that several attributes add to: details of usage.
    private(set) var details: [UnsafeRawBufferPointer] = []
    /// Attributes that are no field, as members of an object.
    private(set) var extra: [UInt8] = []

    /// The longest value that is repeated with a call, in bytes of JSON.
    static let longestExtra = 256
    /// What all repeated values of one call may take together.
    static let mostExtra = 32_768

    init(_ reader: inout JSONReader, dialects: Set<Dialect>, keepsExtra: Bool) {
        try? Self.members(of: &reader) { key, raw in
            key.withUTF8 { self.add($0, key, raw, dialects, keepsExtra) }
        }
    }

    /// Calls `body` for each attribute, also of the form that keeps repeated keys (`TraceSpan.attributes`).
    static func members(
        of reader: inout JSONReader, _ body: (JSONKey, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try reader.object { reader, key in
            guard key == "$members", try reader.kind() == .array else { return try body(key, try reader.raw()) }
            try reader.array { reader in
                var name: JSONKey?
                try reader.array { reader in
                    if let name { try body(name, try reader.raw()) } else { name = try reader.borrowedString() }
                }
            }
        }
    }

    private mutating func add(
        _ key: UnsafeRawBufferPointer, _ name: JSONKey, _ raw: UnsafeRawBufferPointer, _ dialects: Set<Dialect>,
        _ keepsExtra: Bool
    ) {
        let row = DialectIndex.row(key)
        guard let row, case let entry = DialectIndex.entry(row), !entry.isPlain || dialects.contains(entry.dialect)
        else {
            if keepsExtra, raw.count <= Self.longestExtra, self.extra.count < Self.mostExtra,
                !DialectIndex.isContent(key)
            {
                self.keep(name, raw)
            }
            return
        }
        if entry.concept == .usageDetails { self.details.append(raw) }
        let place = Int(entry.concept.rawValue)
        guard entry.rank < self.slots[place].rank else { return }
        switch entry.rule {
        case .text:
            guard raw.count > 2, !Placeholder.isOne(raw) else { return }
        case .count:
            // A count that is none stands only until a valid one follows.
            if ScalarValue.count(raw) == nil {
                if self.slots[place].byteCount == 0 { self.put(raw, at: place) }
                return
            }
            self.slots[place].isCount = true
        case .decimal, .texts, .object, .kind, .mark, .kept: break
        }
        self.put(raw, at: place)
        self.slots[place].rank = entry.rank
        self.slots[place].row = Int16(row)
    }

    private mutating func put(_ raw: UnsafeRawBufferPointer, at place: Int) {
        guard let start = raw.baseAddress else { return }
        let text = self.text ?? start
        self.text = text
        self.slots[place].start = UInt32(start - text)
        self.slots[place].byteCount = UInt32(raw.count)
    }

    private mutating func keep(_ name: JSONKey, _ raw: UnsafeRawBufferPointer) {
        var json = JSONWriter()
        json.bytes = self.extra
        self.extra = []
        json.bytes.append(json.bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
        json.string(name)
        json.bytes.append(UInt8(ascii: ":"))
        json.bytes.append(contentsOf: raw)
        self.extra = json.bytes
    }

    var extraJSON: JSONText {
        if self.extra.isEmpty { return .emptyObject }
        return JSONText(uncheckedCanonical: String(decoding: self.extra + [UInt8(ascii: "}")], as: UTF8.self))
    }

    // MARK: Values

    func raw(_ concept: Concept) -> UnsafeRawBufferPointer? {
        let slot = self.slots[Int(concept.rawValue)]
        guard slot.byteCount > 0, let text else { return nil }
        return UnsafeRawBufferPointer(start: text + Int(slot.start), count: Int(slot.byteCount))
    }

    func text(_ concept: Concept) -> String? { self.raw(concept).flatMap { ScalarValue.text($0) } }

    func count(_ concept: Concept) -> Int? {
        self.slots[Int(concept.rawValue)].isCount ? self.raw(concept).flatMap { ScalarValue.count($0) } : nil
    }

    /// Whether there is a value, but no count.
    func isInvalidCount(_ concept: Concept) -> Bool {
        let slot = self.slots[Int(concept.rawValue)]
        return slot.byteCount > 0 && !slot.isCount
    }

    func decimal(_ concept: Concept) -> ExactDecimal? { self.raw(concept).flatMap { ScalarValue.decimal($0).nearest } }

    /// An amount of money; nil where there is none.
    func amount(_ concept: Concept) -> ExactDecimal.Parsed? {
        guard let raw = self.raw(concept) else { return nil }
        let text = ScalarValue.inside(raw)
        let amount = ScalarValue.amount(text)
        // A number that does not fit is an amount, too.
        if amount == .invalid, Double(String(decoding: text, as: UTF8.self)) == nil { return nil }
        return amount
    }

    /// The attribute that a concept's value came from.
    func key(_ concept: Concept) -> String? {
        let row = Int(self.slots[Int(concept.rawValue)].row)
        return row < 0 ? nil : DialectTable.rows[row].key
    }

    /// What a word among the kinds of spans says; nil where there is none, or it is not known.
    func kind(_ concept: Concept) -> DialectTable.Kind? {
        guard let raw = self.raw(concept), raw.count > 2, raw.first == UInt8(ascii: "\"") else { return nil }
        return DialectIndex.kind(UnsafeRawBufferPointer(rebasing: raw[1..<raw.count - 1]))
    }

    func texts(_ concept: Concept) -> [String] { self.raw(concept).map { ScalarValue.texts($0) } ?? [] }

    /// Whether the value marks a failure: `ERROR`, `error`, `failed`, true; for an attribute named `success`, false.
    var isMarkedFailed: Bool {
        guard let raw = self.raw(.failure) else { return false }
        switch ScalarValue.text(raw)?.lowercased() ?? "" {
        case "error", "failed", "failure", "crashed": return true
        case "true": return self.key(.failure) != "success"
        case "false": return self.key(.failure) == "success"
        default: return false
        }
    }
}

/// Single values of JSON, read from their text.
enum ScalarValue {
    /// The greatest count of one request: sums of any number of requests stay far from the end of Int.
    static let greatestCount = 1_000_000_000_000

    /// The text of a string; a number or boolean as it stands. Nil for null, lists and objects, and for empty texts.
    static func text(_ raw: UnsafeRawBufferPointer) -> String? {
        guard let first = raw.first else { return nil }
        switch first {
        case UInt8(ascii: "\""):
            var reader = JSONReader(raw)
            guard let text = try? reader.string(), !text.isEmpty else { return nil }
            return text
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"): return nil
        default: return String(decoding: raw, as: UTF8.self)
        }
    }

    /// A whole number of things: not negative, without a fraction, as a number or as a text.
    static func count(_ raw: UnsafeRawBufferPointer) -> Int? {
        var digits = raw
        if raw.first == UInt8(ascii: "\""), raw.count > 2 {
            digits = UnsafeRawBufferPointer(rebasing: raw[1..<raw.count - 1])
        }
        var value = 0
        if digits.isEmpty { return nil }
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10, value < Self.greatestCount else { return Self.wholeDecimal(digits) }
            value = value * 10 + Int(digit)
        }
        return value <= Self.greatestCount ? value : nil
    }

    private static func wholeDecimal(_ digits: UnsafeRawBufferPointer) -> Int? {
        guard case .exact(let decimal) = ExactDecimal.parse(digits), decimal >= .zero,
            decimal <= ExactDecimal(Self.greatestCount),
            decimal.picos % ExactDecimal.picosPerUnit == 0
        else { return nil }
        return Int(decimal.picos / ExactDecimal.picosPerUnit)
    }

    static func decimal(_ raw: UnsafeRawBufferPointer) -> ExactDecimal.Parsed { ExactDecimal.parse(self.inside(raw)) }

    /// The text of a number that may stand in quotes.
    static func inside(_ raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard raw.first == UInt8(ascii: "\""), raw.count > 2 else { return raw }
        return UnsafeRawBufferPointer(rebasing: raw[1..<raw.count - 1])
    }

    /// An amount of money. Sums of doubles end in digits that mean nothing, such as 0.00016499999999999997: where the text is
    /// as good as equal to a decimal of twelve digits, it is that one; any other that is finer is `rounded`.
    static func amount(_ text: UnsafeRawBufferPointer) -> ExactDecimal.Parsed {
        let parsed = ExactDecimal.parse(text)
        guard case .rounded(let nearest) = parsed, let double = Double(String(decoding: text, as: UTF8.self)),
            let rounded = Double(nearest.description), (double - rounded).magnitude <= 8 * double.ulp
        else { return parsed }
        return .exact(nearest)
    }

    /// A list of texts, such a list as JSON text, or a single text.
    static func texts(_ raw: UnsafeRawBufferPointer) -> [String] {
        if raw.first == UInt8(ascii: "[") { return Self.list(raw) ?? [] }
        guard let text = Self.text(raw) else { return [] }
        if text.utf8.first == UInt8(ascii: "[") {
            var text = text
            if let list = text.withUTF8({ Self.list(UnsafeRawBufferPointer($0)) }) { return list }
        }
        return [text]
    }

    private static func list(_ raw: UnsafeRawBufferPointer) -> [String]? {
        var reader = JSONReader(raw)
        var list: [String] = []
        do {
            try reader.array { reader in
                if try reader.kind() == .string { list.append(try reader.string()) } else { try reader.skip() }
            }
            return list
        } catch { return nil }
    }
}

/// Texts that stand where a value was removed.
enum Placeholder {
    private static let beginnings: [[UInt8]] = [
        "\"[Scrubbed", "\"[REDACTED", "\"[redacted", "\"<redacted", "\"REDACTED\"", "\"***",
    ]
    .map { Array($0.utf8) }

    static func isOne(_ raw: UnsafeRawBufferPointer) -> Bool {
        guard raw.count > 2, raw[0] == UInt8(ascii: "\"") else { return false }
        switch raw[1] {
        case UInt8(ascii: "["), UInt8(ascii: "<"), UInt8(ascii: "R"), UInt8(ascii: "*"):
            return self.beginnings.contains { raw.count >= $0.count && raw.prefix($0.count).elementsEqual($0) }
        default: return false
        }
    }
}
