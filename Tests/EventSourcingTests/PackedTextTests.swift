import LedgerEvents
import Seeded
import Testing

@Suite("Long JSON texts in events")
struct PackedTextTests {
    private struct Note: Record, Equatable {
        var text = JSONText.emptyObject
        var after = 0

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
            try v.field(1, "text", &self.text)
            try v.field(2, "after", &self.after)
        }
    }

    private func encode(_ note: Note, packs: Bool) throws -> [UInt8] {
        var (note, encoder) = (note, WireEncoder(WireBuffer(capacity: 64), packsJSON: packs))
        try note.fields(&encoder)
        return Array(encoder.buffer.bytes)
    }

    private func decode(_ bytes: [UInt8]) throws -> Note {
        try bytes.withUnsafeBytes { try WireDecoder.decode(Note.self, $0) }
    }

    /// A list of numbers, so many bytes long.
    private func text(bytes: Int, _ digit: () -> Character) throws -> JSONText {
        try JSONText(parsing: "\"" + String((0..<bytes - 2).map { _ in digit() }) + "\"")
    }

    @Test("are packed and come out as they were, at every length around the limit")
    func roundTrip() throws {
        var random = SplitMix64(seed: 7)
        for bytes in Array(1000...1050) + [2048, 65_536, 1 << 20] {
            let note = Note(
                text: try self.text(bytes: bytes) { Character(String(random.next() % 10)) }, after: bytes)
            let packed = try self.encode(note, packs: true)
            #expect(try self.decode(packed) == note)
            let plain = try self.encode(note, packs: false)
            #expect(try self.decode(plain) == note)
            #expect(bytes < 1024 ? packed == plain : packed.count < plain.count * 3 / 4, "\(bytes) bytes")
        }
    }

    @Test("are left as they are where packing does not make them shorter")
    func incompressible() throws {
        var random = SplitMix64(seed: 7)
        let letters = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/àéîõüæßøåç¡¿«»°±µ¶·".unicodeScalars)
        let note = Note(
            text: try JSONText(
                parsing: "\""
                    + String(
                        String.UnicodeScalarView(
                            (0..<300).map { _ in
                                letters[Int(random.next() % UInt64(letters.count))]
                            })) + "\""))
        #expect(try self.encode(note, packs: true) == self.encode(note, packs: false))
    }

    @Test("that are damaged are refused with an error, whatever bytes they hold")
    func damaged() throws {
        let note = Note(text: try self.text(bytes: 3000) { "7" }, after: 5)
        let bytes = try self.encode(note, packs: true)
        var random = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            var changed = bytes
            changed[Int(random.next() % UInt64(bytes.count))] ^= UInt8(truncatingIfNeeded: 1 << (random.next() % 8))
            _ = try? self.decode(changed)
        }
        for count in bytes.indices { _ = try? self.decode(Array(bytes[..<count])) }
        // The declared length is looked at before room is made for it.
        #expect(throws: FieldError.self) {
            try self.decode([0x0A, 0x0B, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x03])
        }
    }
}
