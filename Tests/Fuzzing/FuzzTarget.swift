/// A reader of bytes from outside, with inputs that it takes: damaged ones may be refused, and nothing else.
package struct FuzzTarget: Sendable {
    package let name: String
    /// Sound inputs, to be damaged.
    let samples: [[UInt8]]
    /// Bytes that mean something to the reader.
    let telling: [UInt8]
    /// Reads one input and uses what comes of it. Returns whether it was taken; throws `Unsound` when what was taken does
    /// not hold together.
    let read: @Sendable (UnsafeRawBufferPointer) throws -> Bool

    package static var all: [FuzzTarget] {
        get throws { [try self.records(), self.otlp, self.otlpProtobuf, self.commands] }
    }

    /// The samples that are refused as they are, which should be none.
    package func refusedSamples() throws -> [String] {
        try self.samples.filter { try !$0.withUnsafeBytes { try self.read($0) } }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Reads input number `round` of a seed; whether it was taken.
    package func run(seed: UInt64, round: UInt64) throws -> Bool {
        var mutation = Mutation(seed: seed &+ round &* 0xD134_2543_DE82_EF95, telling: self.telling)
        let input = mutation.input(from: self.samples)
        do {
            return try input.withUnsafeBytes { try self.read($0) }
        } catch let unsound as Unsound {
            throw Failure(target: self.name, seed: seed, round: round, what: unsound.what)
        }
    }

    /// What a reader took does not hold together.
    struct Unsound: Error {
        let what: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package let target: String
        package let seed: UInt64
        package let round: UInt64
        package let what: String

        package var description: String {
            "\(self.what); again with: fuzz \(self.target) --seed \(self.seed) --from \(self.round) --inputs 1"
        }
    }

    static let tellingJSON = Array("\"\\{}[]:,0-.eun1 \u{e9}".utf8) + [0x00, 0x80, 0xFF]
}
