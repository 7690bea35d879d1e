import LedgerEvents
import Seeded
import Testing

@Suite("Records as protobuf bytes")
struct WireCodecTests {
    @Test("every record reads back as it was, and writes the same bytes again", arguments: [0xC0DE as UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<2000 {
            let record = EveryField.random(&random)
            let bytes = try WireEncoder.encode(record)
            let read = try WireDecoder.decode(EveryField.self, bytes)
            #expect(read == record, "seed \(seed), round \(round)")
            #expect(try WireEncoder.encode(read) == bytes, "seed \(seed), round \(round)")
        }
    }

    @Test("absent means default: an empty record has no bytes, and no bytes are an empty record")
    func defaults() throws {
        #expect(try WireEncoder.encode(EveryField()) == [])
        #expect(try WireDecoder.decode(EveryField.self, []) == EveryField())
    }

    @Test("an optional that holds a default is not the same as none")
    func optionalDefaults() throws {
        var record = EveryField()
        record.optionals.integer = 0
        record.optionals.text = ""
        record.optionals.instant = .zero
        record.optionals.inner = Inner()
        let bytes = try WireEncoder.encode(record)
        let read = try WireDecoder.decode(EveryField.self, bytes)
        #expect(read.optionals.integer == 0)
        #expect(read.optionals.text == "")
        #expect(read.optionals.instant == .zero)
        #expect(read.optionals.inner == Inner())
        #expect(read.optionals.boolean == nil)
    }

    @Test("fields that are not known are passed over, whatever their wire type and wherever they stand")
    func unknownFields() throws {
        struct Known: Record, Equatable {
            var first = 0
            var second = ""

            mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
                try v.field(3, "first", &self.first)
                try v.field(6, "second", &self.second)
            }
        }
        let bytes: [UInt8] =
            [0x08, 0xFF, 0x01]  // 1: varint
            + [0x11, 1, 2, 3, 4, 5, 6, 7, 8]  // 2: fixed64
            + [0x18, 42]  // 3: first
            + [0x25, 1, 2, 3, 4]  // 4: fixed32
            + [0x2A, 3, 0xFF, 0xFE, 0xFD]  // 5: delimited
            + [0x32, 2, 0x68, 0x69]  // 6: second
            + [0xC2, 0x3E, 1, 0]  // 1000: delimited
        let known = try WireDecoder.decode(Known.self, bytes)
        #expect(known.first == 42)
        #expect(known.second == "hi")
        for count in 1..<3 {
            #expect(throws: WireError.self, "an unknown field cut short") {
                try WireDecoder.decode(Known.self, bytes.dropLast(count) + [])
            }
        }
    }

    @Test("field numbers that go down are refused, and so are number 0 and wire types that are none")
    func order() throws {
        let wrong: [([UInt8], String)] = [
            ([0x10, 1, 0x08, 1], "2 before 1"), ([0x00, 1], "number 0"), ([0x0B], "a group begins"),
            ([0x0C], "a group ends"), ([0x0E, 1], "wire type 6"), ([0x0F, 1], "wire type 7"),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 1], "number 2^29"),
        ]
        for (bytes, name) in wrong {
            #expect(throws: WireError.self, "\(name)") { try WireDecoder.decode(EveryField.self, bytes) }
        }
    }

    @Test("a record that is cut short anywhere but between two fields is refused", arguments: [0x0C07 as UInt64])
    func truncation(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let bytes = try WireEncoder.encode(EveryField.random(&random))
            let boundaries = try Self.boundaries(bytes)
            for count in 0..<bytes.count {
                let isWhole = (try? WireDecoder.decode(EveryField.self, Array(bytes[..<count]))) != nil
                #expect(isWhole == boundaries.contains(count), "seed \(seed): \(count) of \(bytes.count) bytes")
            }
        }
    }

    /// Where fields of the outermost record end.
    private static func boundaries(_ bytes: [UInt8]) throws -> Set<Int> {
        var boundaries: Set<Int> = [0]
        var at = 0
        func varint() -> Int {
            var (value, shift) = (0, 0)
            while true {
                let byte = bytes[at]
                at += 1
                value |= Int(byte & 0x7F) << min(shift, 62)
                shift += 7
                if byte < 0x80 { return value }
            }
        }
        while at < bytes.count {
            switch varint() & 7 {
            case 0: _ = varint()
            case 1: at += 8
            case 2:
                let length = varint()
                at += length
            default: at += 4
            }
            boundaries.insert(at)
        }
        return boundaries
    }

    @Test("50,000 damaged records: refused or read, but never a trap", arguments: [0xDA3A6E as UInt64])
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var refused = 0
        for _ in 0..<500 {
            let bytes = try WireEncoder.encode(EveryField.random(&random))
            for _ in 0..<100 {
                var damaged = bytes
                for _ in 0...(random.next() % 3) {
                    let place = Int(random.next() % UInt64(damaged.count))
                    damaged[place] = Bool.random(using: &random) ? UInt8(random.next() & 0xFF) : damaged[place] ^ 0x80
                }
                if (try? WireDecoder.decode(EveryField.self, damaged)) == nil { refused += 1 }
            }
        }
        #expect(refused > 5000, "seed \(seed)")
    }

    @Test("a field of another wire type is refused, and the error says which field it was")
    func wireType() {
        // 2, "integer", is a varint; here it is length-delimited.
        let error = #expect(throws: WireError.self) { try WireDecoder.decode(EveryField.self, [0x12, 1, 65]) }
        #expect(error?.message.contains("field 2") == true, "\(String(describing: error))")
    }

    @Test("values that a field cannot hold are refused with the way to the field")
    func values() throws {
        func refusal(_ bytes: [UInt8]) -> String {
            do {
                _ = try WireDecoder.decode(EveryField.self, bytes)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal([0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F]).contains("field unsigned"))
        #expect(refusal([0x2A, 1, 0xFF]).contains("UTF-8"))
        #expect(refusal([0x32, 2, 1, 2]).contains("a UUID has 16 bytes, not 2"))
        #expect(refusal([0x62, 3, 0x75, 0x73, 0x64]).contains("field currency: \"usd\""))
        #expect(refusal([0x82, 0x01, 4, 0x67, 0x6F, 0x6C, 0x64]).contains("field colour: \"gold\" is not one of: red"))
        // 18: optionals, in it 14: colour.
        #expect(refusal([0x92, 0x01, 6, 0x72, 4, 0x67, 0x6F, 0x6C, 0x64]).contains("field optionals.colour"))
        #expect(refusal([0x10] + Array(repeating: 0xFF, count: 11)).contains("longer than 10 bytes"))
        #expect(refusal([0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]).contains("runs over the end"))
    }

    @Test(
        "messages behind lengths of one, two and three bytes",
        arguments: [0, 1, 125, 126, 127, 128, 16_381, 16_384, 70_000])
    func lengths(count: Int) throws {
        var record = EveryField()
        var deepest = Deepest()
        deepest.text = String(repeating: "x", count: count)
        record.inner.deeper = [deepest, deepest]
        record.inner.number = 7
        record.type = "after.it"
        #expect(try WireDecoder.decode(EveryField.self, WireEncoder.encode(record)) == record)
    }

    @Test("a scalar that stands twice: the last one counts; a list takes both")
    func repetition() throws {
        #expect(try WireDecoder.decode(EveryField.self, [0x10, 1, 0x10, 2]).integer == 2)
        #expect(try WireDecoder.decode(Lists.self, [0x10, 1, 0x10, 2]).integers == [1, 2])
    }

    @Test("an amount that no message can hold is refused when it is written, not cut")
    func hugeAmount() {
        var record = EveryField()
        record.decimal = ExactDecimal(picos: 9_223_372_036_854_775_808 * ExactDecimal.picosPerUnit)
        #expect(throws: FieldError.self) { try WireEncoder.encode(record) }
    }

    @Test("google's protobuf library writes the same bytes for the same record")
    func protobuf() throws {
        let bytes = try Fixture.bytes(ofHex: "protobuf-every-field.hex")
        #expect(try WireEncoder.encode(Fixture.everyField) == bytes)
        #expect(try WireDecoder.decode(EveryField.self, bytes) == Fixture.everyField)
    }
}
