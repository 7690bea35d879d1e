import LedgerEvents
import Seeded
import Testing

@Suite("Single-precision numbers")
struct FloatVectorTests {
    private struct Embedding: Record, Equatable {
        var model = ""
        var vector = FloatVector()

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
            try v.field(1, "model", &self.model)
            try v.field(2, "vector", &self.vector)
        }
    }

    private func embedding(_ values: Float...) -> Embedding {
        var embedding = Embedding()
        embedding.vector = FloatVector(values)
        return embedding
    }

    /// As protobuf writes `repeated float vector = 2`.
    @Test("stand packed behind one tag, least significant byte first")
    func golden() throws {
        let bytes: [UInt8] = [
            0x12, 0x0C,
            0x00, 0x00, 0x80, 0x3F,  // 1
            0x00, 0x00, 0x20, 0xC0,  // -2.5
            0xCD, 0xCC, 0xCC, 0x3D,  // 0.1
        ]
        #expect(try WireEncoder.encode(self.embedding(1, -2.5, 0.1)) == bytes)
        #expect(try WireDecoder.decode(Embedding.self, bytes) == self.embedding(1, -2.5, 0.1))
        #expect(try WireEncoder.encode(Embedding()) == [])
    }

    @Test("are read unpacked and in pieces, too")
    func otherForms() throws {
        let one: [UInt8] = [0x15, 0x00, 0x00, 0x80, 0x3F]
        let two: [UInt8] = [0x12, 0x04, 0x00, 0x00, 0x00, 0x40]
        #expect(try WireDecoder.decode(Embedding.self, one + two + [0x12, 0x00] + one) == self.embedding(1, 2, 1))
    }

    @Test("that are cut short or of another wire type are refused")
    func damage() {
        let wrong: [[UInt8]] = [
            [0x12, 0x03, 0x00, 0x00, 0x80], [0x12, 0x08, 0x00, 0x00, 0x80, 0x3F], [0x15, 0x00, 0x00], [0x10, 0x01],
            [0x11, 0, 0, 0, 0, 0, 0, 0, 0],
        ]
        for bytes in wrong {
            #expect(throws: (any Error).self, "\(bytes)") { try WireDecoder.decode(Embedding.self, bytes) }
        }
    }

    @Test("come back from bytes and from JSON as they were, in as few digits as that takes", arguments: [7 as UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<2000 {
            var embedding = Embedding()
            embedding.vector.values = (0..<Int(random.next() % 9)).compactMap { _ in
                let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
                return value.isFinite ? value : nil
            }
            #expect(
                try WireDecoder.decode(Embedding.self, WireEncoder.encode(embedding)) == embedding,
                "seed \(seed), round \(round)")
            let text = JSONWriter.text(embedding)
            let read = try JSONReader.reading(text) { try $0.record(Embedding.self) }
            #expect(read == embedding, "seed \(seed), round \(round): \(text)")
        }
        #expect(JSONWriter.text(self.embedding(0.1, 3, -1e-20)) == #"{"model":"","vector":[0.1,3.0,-1e-20]}"#)
    }

    @Test("beyond their range are refused, and so is what is no list of numbers")
    func range() {
        for text in ["[1e39]", "[-1e400]", "1", #"["one"]"#, "[null]", "[[1]]"] {
            #expect(throws: (any Error).self, "\(text)") {
                try JSONReader.reading(#"{"vector":\#(text)}"#) { try $0.record(Embedding.self) }
            }
        }
    }

    @Test("are described as a list of numbers of their own kind")
    func shape() {
        #expect(
            FieldDescription.list(Embedding.self).last?.shape == FieldShape(kind: .float, cardinality: .repeated))
    }
}
