import LedgerEvents
import Seeded
import Testing

private enum Thing: Identified {
    static let kind = "thing"
}

@Suite("Identifiers")
struct IdentifierTests {
    @Test("the text of an id reads back as the id, with or without dashes, in either case", arguments: [1 as UInt64])
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<10_000 {
            let id = ID<Thing>(bits: UInt128(random.next()) << 64 | UInt128(random.next()))
            let text = id.description
            #expect(text.utf8.count == 36, "seed \(seed)")
            #expect(ID<Thing>(text) == id, "seed \(seed)")
            #expect(ID<Thing>(text.uppercased()) == id, "seed \(seed)")
            #expect(ID<Thing>(text.filter { $0 != "-" }) == id, "seed \(seed)")
        }
    }

    @Test("the canonical form is lower-case, 8-4-4-4-12")
    func canonical() {
        let id = ID<Thing>(bits: 0x2ED6_657D_E927_568B_95E1_2665_A8AE_A6A2)
        #expect(id.description == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(ID<Thing>.zero.description == "00000000-0000-0000-0000-000000000000")
    }

    @Test(
        "what is not a UUID is no id",
        arguments: [
            "", "1", "2ed6657d-e927-568b-95e1-2665a8aea6a", "2ed6657d-e927-568b-95e1-2665a8aea6a22",
            "2ed6657de-927-568b-95e1-2665a8aea6a2", "2ed6657d_e927_568b_95e1_2665a8aea6a2",
            "2ed6657d-e927-568b-95e1-2665a8aea6g2", "{2ed6657d-e927-568b-95e1-2665a8aea6}",
            " 2ed6657d-e927-568b-95e1-2665a8aea6a", "2ed6657d-e927-568b-95e1-2665a8aeaé2",
            "--------------------------------", "------------------------------------",
        ])
    func garbage(text: String) {
        #expect(ID<Thing>(text) == nil)
    }

    @Test("of all bytes, an id's text takes digits and letters up to f at the places of digits, and dashes between")
    func everyByte() {
        let text = Array("2ed6657d-e927-568b-95e1-2665a8aea6a2".utf8)
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = text
                bytes[place] = byte
                let isTaken = bytes.withUnsafeBytes { UUIDText.parse($0) } != nil
                let isRight = text[place] == UInt8(ascii: "-") ? byte == UInt8(ascii: "-") : digits.contains(byte)
                #expect(isTaken == isRight, "byte \(byte) at \(place)")
            }
        }
    }

    @Test("ids sort as their texts do", arguments: [2 as UInt64])
    func order(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let ids = (0..<500).map { _ in ID<Thing>(bits: UInt128(random.next()) << 64 | UInt128(random.next())) }
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted(), "seed \(seed)")
    }

    @Test("ids of one generator strictly increase, also when the clock stands still or goes back")
    func increasing() throws {
        let noon = try #require(Instant("2025-08-01T12:00:00Z"))
        let clocks: [(String, (Int64) -> Instant)] = [
            ("stands still", { _ in noon }),
            ("goes back", { noon.advanced(bySeconds: -$0) }),
            ("before 1970", { Instant(microseconds: -1_000_000 - $0) }),
            ("jumps", { noon.advanced(bySeconds: $0 % 7 * 3 - $0 % 5) }),
            ("runs", { Instant(microseconds: noon.microseconds + $0 * 100) }),
        ]
        for (name, clock) in clocks {
            var generator = UUIDv7Generator(random: SplitMix64(seed: 3))
            var last: UInt128 = 0
            for step in 0..<20_000 as Range<Int64> {
                let next = generator.next(at: clock(step))
                // Compared in passing: an expectation for each takes longer than the ids.
                if next <= last || next >> 76 & 0xF != 7 || next >> 62 & 0b11 != 0b10 {
                    Issue.record("the clock \(name), step \(step): \(UUIDText.format(next))")
                }
                last = next
            }
        }
    }

    @Test("an id of version 7 begins with the milliseconds of its time")
    func milliseconds() throws {
        // RFC 9562, appendix A.6: 2022-02-22 14:22:22.00 GMT-05:00.
        let instant = try #require(Instant("2022-02-22T14:22:22-05:00"))
        var generator = UUIDv7Generator(random: SplitMix64(seed: 4))
        #expect(UUIDText.format(generator.next(at: instant)).hasPrefix("017f22e2-79b0-7"))
    }

    @Test("names give the ids of RFC 9562, appendix A.4")
    func nameBased() throws {
        let dns = try #require(UUIDText.parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
        let www = UUIDv5.named("www.example.com", in: dns)
        #expect(UUIDText.format(www) == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        // Python: uuid.uuid5(uuid.NAMESPACE_DNS, 'python.org').
        #expect(UUIDText.format(UUIDv5.named("python.org", in: dns)) == "886313e1-3b8a-5372-9b90-0c9aee199e5d")
        #expect(UUIDv5.named("www.example.com", in: dns) != UUIDv5.named("www.example.com", in: 0))
    }

    @Test("names with a time give the same ids each time, in the order of time")
    func nameAndTimeBased() throws {
        let instant = try #require(Instant("2022-02-22T14:22:22.000500-05:00"))
        let id = UUIDv8.named("span".utf8, in: 7, at: instant)
        #expect(UUIDText.format(id).hasPrefix("017f22e2-79b0-8800-"))
        #expect(UUIDText.format(id).dropFirst(19).first.map { "89ab".contains($0) } == true)
        #expect(UUIDv8.named("span".utf8, in: 7, at: instant) == id)
        #expect(UUIDv8.named("other".utf8, in: 7, at: instant) != id)
        #expect(UUIDv8.named("span".utf8, in: 8, at: instant) != id)
        let later = Instant(microseconds: instant.microseconds + 1)
        #expect(UUIDv8.named("a".utf8, in: 7, at: later) > UUIDv8.named("z".utf8, in: 7, at: instant))
        #expect(UUIDv8.named("a".utf8, in: 7, at: Instant(microseconds: .min)) >> 80 == 0)
    }
}

@Suite("Tags")
struct TagTests {
    let text = "2ed6657d-e927-568b-95e1-2665a8aea6a2"

    @Test("a tag has one form: a canonical UUID is an id, however it was given")
    func oneForm() throws {
        let bits = try #require(UUIDText.parse(self.text))
        let tag = EventTag(kind: "agent", id: bits)
        #expect(EventTag(kind: "agent", text: self.text) == tag)
        #expect(EventTag(kind: "agent", text: self.text.uppercased()) == tag)
        #expect(EventTag("agent:\(self.text)") == tag)
        let bytes = try WireEncoder.encode(tag)
        #expect(try WireEncoder.encode(EventTag(kind: "agent", text: self.text)) == bytes)
    }

    @Test("32 digits without dashes stay a text")
    func undashed() {
        let digits = self.text.filter { $0 != "-" }
        #expect(EventTag(kind: "trace", text: digits).value == .text(digits))
    }

    @Test("a text that no index could hold becomes its name-based id")
    func long() {
        let fits = String(repeating: "a", count: 200)
        #expect(EventTag(kind: "name", text: fits).value == .text(fits))
        let long = fits + "a"
        #expect(EventTag(kind: "name", text: long).value == .id(UUIDv5.named(long, in: 0)))
        // The limit counts bytes, not characters.
        let accents = String(repeating: "é", count: 101)
        #expect(EventTag(kind: "name", text: accents).id != nil)
    }

    @Test("tags survive text, bytes and JSON", arguments: ["organization_slug:acme", "a:b:c", "user:\u{1F600}", "k: "])
    func roundTrips(text: String) throws {
        let tag = try #require(EventTag(text))
        #expect(tag.description == text)
        #expect(try WireDecoder.decode(EventTag.self, WireEncoder.encode(tag)) == tag)
        var json = JSONWriter()
        tag.encodeJSON(&json)
        #expect(try JSONReader.reading(json.text) { try EventTag(json: &$0) } == tag)
    }

    @Test("what has no kind or no value is no tag", arguments: ["", ":", "a", "a:", ":a"])
    func garbage(text: String) {
        #expect(EventTag(text) == nil)
    }

    @Test("actors are users, keys and systems, and nothing else")
    func actors() throws {
        #expect(Principal("user:\(self.text)")?.user == UUIDText.parse(self.text))
        #expect(Principal("api_key:\(self.text)")?.user == nil)
        #expect(Principal("system:import")?.isSystem == true)
        for text in ["user:ada", "api_key:1", "system:\(self.text)", "robot:r2d2", "ada"] {
            #expect(Principal(text) == nil, "\(text)")
        }
    }
}
