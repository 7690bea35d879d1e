import LedgerEvents
import Seeded
import Testing

/// Real-looking texts, damaged at random: the reader may refuse them but never traps, and what it accepts it accepts
/// again, equally.
@Suite("JSON under mutation")
struct JSONMutationTests {
    static let texts = [
        #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tau2"}}]}}]}"#,
        #"{"traceId":"33bcb5d2ac744f5d8ee4afa36a837a4b","kind":3,"start":"1754065244332523000","cost":0.0012580}"#,
        #"{"command":"workflow_execution.pause","actor":"user:1","data":{"reason":"a \"b\" \\ \n ¿é€😀","n":null}}"#,
        #"["\u00e9\ud83d\ude00", -0.5e-3, 1E400, 18446744073709551615, true, false, null, [], {}, [[[{"a":[]}]]]]"#,
    ].map { Array($0.utf8) }

    @Test(
        "200,000 damaged texts: no trap, and the accepted ones read again as equal", arguments: [0xA9E7_1ED6 as UInt64])
    func damaged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for round in 0..<200_000 {
            let text = Self.damage(Self.texts[Int(random.next() % UInt64(Self.texts.count))], &random)
            let isValid = text.withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                return (try? reader.skip()) != nil && (try? reader.end()) != nil
            }
            let walked = text.withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                return (try? Self.walk(&reader)) != nil && (try? reader.end()) != nil
            }
            #expect(isValid == walked, "seed \(seed), round \(round)")
            let canonical = text.withUnsafeBytes { try? JSONText(parsing: $0) }
            guard isValid else {
                #expect(canonical == nil, "seed \(seed), round \(round)")
                continue
            }
            accepted += 1
            // Valid, but for a key that stands twice.
            guard let canonical else { continue }
            let again = Array(canonical.text.utf8).withUnsafeBytes { try? JSONText(canonical: $0) }
            #expect(again == canonical, "seed \(seed), round \(round)")
        }
        #expect(accepted > 10_000, "seed \(seed)")
    }

    /// Reads a value by every door it has.
    static func walk(_ reader: inout JSONReader) throws {
        switch try reader.kind() {
        case .object:
            try reader.object { reader, key in
                _ = key.string
                _ = key == "traceId"
                try Self.walk(&reader)
            }
        case .array: try reader.array { try Self.walk(&$0) }
        case .string:
            let copy = reader
            _ = try? reader.int64()
            reader = copy
            let string = try reader.string()
            reader = copy
            try reader.withString { #expect($0.elementsEqual(string.utf8)) }
        case .number:
            let copy = reader
            _ = try? reader.int64()
            reader = copy
            _ = try? reader.uint64()
            reader = copy
            _ = try? reader.double()
            reader = copy
            try reader.decimalText { #expect(!$0.isEmpty) }
        case .bool: _ = try reader.bool()
        case .null: #expect(try reader.null())
        }
    }

    static func damage(_ text: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var text = text
        let telling = Array("\"\\{}[]:,0-+.eEu/tfn \u{1}é".utf8) + [0x00, 0x80, 0xC0, 0xED, 0xF4, 0xFF]
        for _ in 0...(random.next() % 3) where !text.isEmpty {
            let place = Int(random.next() % UInt64(text.count))
            let end = min(text.count, place + Int(random.next() % 9))
            switch random.next() % 7 {
            case 0: text[place] ^= 1 << UInt8(random.next() % 8)
            case 1: text[place] = telling[Int(random.next() % UInt64(telling.count))]
            case 2: text.insert(telling[Int(random.next() % UInt64(telling.count))], at: place)
            case 3: text.removeSubrange(place..<end)
            case 4: text.insert(contentsOf: Array(text[place..<end]), at: place)
            case 5: text.removeSubrange(place...)
            default: text[place] = UInt8(ascii: "0") + UInt8(random.next() % 10)
            }
        }
        return text
    }
}
