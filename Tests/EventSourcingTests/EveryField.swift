import LedgerEvents
import Seeded

/// Not the one that Testing has.
typealias EventTag = LedgerEvents.EventTag

enum Sample: Identified {
    static let kind = "sample"
}

enum Colour: String, Enumeration {
    case red, green, blue

    static var defaultValue: Colour { .red }
}

struct Inner: NestedRecord {
    var text = ""
    var number: Int?
    var deeper: [Deepest] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "text", &self.text)
        try v.field(2, "number", &self.number)
        try v.field(3, "deeper", &self.deeper)
    }
}

struct Deepest: NestedRecord {
    var text = ""

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try v.field(1, "text", &self.text) }
}

/// A record with a field of every type: plain, optional and repeated, under numbers of one, two and three bytes.
struct EveryField: Record, Equatable {
    var boolean = false
    var integer = 0
    var unsigned: UInt32 = 0
    var double = 0.0
    var text = ""
    var id = ID<Sample>.zero
    var position = Position.start
    var instant = Instant.zero
    var day = Day.zero
    var decimal = ExactDecimal.zero
    var money = Money.zero
    var currency = Currency.none
    var json = JSONText.emptyObject
    var colour = Colour.red
    var inner = Inner()
    var optionals = Optionals()
    var lists = Lists()
    var type = EventType("")

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "boolean", &self.boolean)
        try v.field(2, "integer", &self.integer)
        try v.field(3, "unsigned", &self.unsigned)
        try v.field(4, "double", &self.double)
        try v.field(5, "text", &self.text)
        try v.field(6, "id", &self.id)
        try v.field(7, "position", &self.position)
        try v.field(8, "instant", &self.instant)
        try v.field(9, "day", &self.day)
        try v.field(10, "decimal", &self.decimal)
        try v.field(11, "money", &self.money)
        try v.field(12, "currency", &self.currency)
        try v.field(15, "json", &self.json)
        try v.field(16, "colour", &self.colour)
        try v.field(17, "inner", &self.inner)
        try v.field(18, "optionals", &self.optionals)
        try v.field(2047, "lists", &self.lists)
        try v.field(2048, "type", &self.type)
    }
}

struct Optionals: NestedRecord {
    var boolean: Bool?
    var integer: Int?
    var unsigned: UInt32?
    var double: Double?
    var text: String?
    var id: ID<Sample>?
    var position: Position?
    var instant: Instant?
    var day: Day?
    var decimal: ExactDecimal?
    var money: Money?
    var currency: Currency?
    var json: JSONText?
    var colour: Colour?
    var inner: Inner?

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "boolean", &self.boolean)
        try v.field(2, "integer", &self.integer)
        try v.field(3, "unsigned", &self.unsigned)
        try v.field(4, "double", &self.double)
        try v.field(5, "text", &self.text)
        try v.field(6, "id", &self.id)
        try v.field(7, "position", &self.position)
        try v.field(8, "instant", &self.instant)
        try v.field(9, "day", &self.day)
        try v.field(10, "decimal", &self.decimal)
        try v.field(11, "money", &self.money)
        try v.field(12, "currency", &self.currency)
        try v.field(13, "json", &self.json)
        try v.field(14, "colour", &self.colour)
        try v.field(15, "inner", &self.inner)
    }
}

struct Lists: NestedRecord {
    var booleans: [Bool] = []
    var integers: [Int] = []
    var doubles: [Double] = []
    var texts: [String] = []
    var ids: [ID<Sample>] = []
    var instants: [Instant] = []
    var decimals: [ExactDecimal] = []
    var colours: [Colour] = []
    var inners: [Inner] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "booleans", &self.booleans)
        try v.field(2, "integers", &self.integers)
        try v.field(3, "doubles", &self.doubles)
        try v.field(4, "texts", &self.texts)
        try v.field(5, "ids", &self.ids)
        try v.field(6, "instants", &self.instants)
        try v.field(7, "decimals", &self.decimals)
        try v.field(8, "colours", &self.colours)
        try v.field(9, "inners", &self.inners)
    }
}

// Random values. Half of them are the ones that break things.
extension EveryField {
    static func random(_ random: inout SplitMix64) -> EveryField {
        var record = EveryField()
        record.boolean = .random(using: &random)
        record.integer = .arbitrary(&random)
        record.unsigned = UInt32(truncatingIfNeeded: Int.arbitrary(&random))
        record.double = .arbitrary(&random)
        record.text = .arbitrary(&random)
        record.id = .arbitrary(&random)
        record.position = Position(UInt64(Int.arbitrary(&random).magnitude >> 1))
        record.instant = .arbitrary(&random)
        record.day = .arbitrary(&random)
        record.decimal = .arbitrary(&random)
        record.money = Money(.arbitrary(&random), .usd)
        record.currency = .usd
        record.json = .arbitrary(&random)
        record.colour = Colour.allCases.randomElement(using: &random) ?? .red
        record.inner = .arbitrary(&random)
        record.type = EventType(String.arbitrary(&random))
        if .random(using: &random) { record.optionals = .arbitrary(&random) }
        if .random(using: &random) { record.lists = .arbitrary(&random) }
        return record
    }
}

extension Optionals {
    static func arbitrary(_ random: inout SplitMix64) -> Optionals {
        var record = Optionals()
        if .random(using: &random) { record.boolean = .random(using: &random) }
        if .random(using: &random) { record.integer = .arbitrary(&random) }
        if .random(using: &random) { record.unsigned = 0 }
        if .random(using: &random) { record.double = .arbitrary(&random) }
        if .random(using: &random) { record.text = .arbitrary(&random) }
        if .random(using: &random) { record.id = .arbitrary(&random) }
        if .random(using: &random) { record.position = .start }
        if .random(using: &random) { record.instant = .zero }
        if .random(using: &random) { record.day = .zero }
        if .random(using: &random) { record.decimal = .zero }
        if .random(using: &random) { record.money = Money(.arbitrary(&random), .usd) }
        if .random(using: &random) { record.currency = .usd }
        if .random(using: &random) { record.json = .emptyObject }
        if .random(using: &random) { record.colour = .red }
        if .random(using: &random) { record.inner = .arbitrary(&random) }
        return record
    }
}

extension Lists {
    static func arbitrary(_ random: inout SplitMix64) -> Lists {
        var record = Lists()
        func count(_ random: inout SplitMix64) -> Range<Int> { 0..<Int.random(in: 0...4, using: &random) }
        record.booleans = count(&random).map { _ in .random(using: &random) }
        record.integers = count(&random).map { _ in .arbitrary(&random) }
        record.doubles = count(&random).map { _ in .arbitrary(&random) }
        record.texts = count(&random).map { _ in .arbitrary(&random) }
        record.ids = count(&random).map { _ in .arbitrary(&random) }
        record.instants = count(&random).map { _ in .arbitrary(&random) }
        record.decimals = count(&random).map { _ in .arbitrary(&random) }
        record.colours = count(&random).map { _ in Colour.allCases.randomElement(using: &random) ?? .red }
        record.inners = count(&random).map { _ in .arbitrary(&random) }
        return record
    }
}

extension Int {
    static func arbitrary(_ random: inout SplitMix64) -> Int {
        let telling = [0, 1, -1, 127, 128, 16_383, 16_384, Int(UInt32.max), .min, .max]
        return Bool.random(using: &random)
            ? telling.randomElement(using: &random) ?? 0 : Int(bitPattern: UInt(random.next()))
    }
}

extension Double {
    static func arbitrary(_ random: inout SplitMix64) -> Double {
        let telling = [0, 0.1, -1.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e15, 1 / 3]
        return Bool.random(using: &random)
            ? telling.randomElement(using: &random) ?? 0 : .random(in: -1e18...1e18, using: &random)
    }
}

extension String {
    static func arbitrary(_ random: inout SplitMix64) -> String {
        let letters = Array("aB9 \"\\/\n\t\u{0}\u{1F}é€😀e\u{301}")
        let count = [0, 1, 5, 127, 128, 129, 300].randomElement(using: &random) ?? 0
        return String((0..<count).map { _ in letters.randomElement(using: &random) ?? "a" })
    }
}

extension ID {
    static func arbitrary(_ random: inout SplitMix64) -> ID {
        ID(bits: UInt128(random.next()) << 64 | UInt128(random.next()))
    }
}

extension Instant {
    static func arbitrary(_ random: inout SplitMix64) -> Instant {
        Instant(microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
    }
}

extension Day {
    static func arbitrary(_ random: inout SplitMix64) -> Day {
        Day(daysSince1970: .random(in: -719_162...2_932_896, using: &random))
    }
}

extension ExactDecimal {
    /// Within what a record holds: ±9.2e18.
    static func arbitrary(_ random: inout SplitMix64) -> ExactDecimal {
        let units = Int128(Int.arbitrary(&random))
        let picos = Int128(random.next() % 1_000_000_000_000)
        if units == Int128(Int.min) { return ExactDecimal(picos: units * ExactDecimal.picosPerUnit) }
        return ExactDecimal(picos: units * ExactDecimal.picosPerUnit + (units < 0 ? -picos : picos))
    }
}

extension JSONText {
    static func arbitrary(_ random: inout SplitMix64) -> JSONText {
        let texts = [
            "{}", "[]", "null", "0", "\"\"", #"{"a":1}"#, #"{"b":{"a":[1,2.50,1e3,null,true]}}"#, #""é😀\n\"""#,
        ]
        return JSONText(uncheckedCanonical: texts.randomElement(using: &random) ?? "{}")
    }
}

extension Inner {
    static func arbitrary(_ random: inout SplitMix64) -> Inner {
        var inner = Inner()
        inner.text = .arbitrary(&random)
        if .random(using: &random) { inner.number = .arbitrary(&random) }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            var deepest = Deepest()
            deepest.text = .arbitrary(&random)
            inner.deeper.append(deepest)
        }
        return inner
    }
}
