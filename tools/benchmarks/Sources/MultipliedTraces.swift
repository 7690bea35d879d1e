import Foundation

/// The recorded runs of the demo, over and over: each copy under ids of its own and 90 seconds after the one before,
/// so that it is other work. Everything else stays as it was recorded.
final class MultipliedTraces {
    private let folder: String
    /// 550 spans a copy.
    static let spansPerCopy = 550

    init(folder: String) { self.folder = folder }

    /// A new file with so many copies.
    func file(_ copies: Int) throws -> String {
        let path = "\(self.folder)/traces-\(copies).otlp.jsonl"
        let template = try Template(Self.recorded)
        guard let file = fopen(path, "w") else { throw Program.Failure(description: "cannot write \(path)") }
        defer { fclose(file) }
        for copy in 0..<copies {
            let bytes = template.copy(UInt64(copy))
            guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
                throw Program.Failure(description: "cannot write \(path): is the disk full?")
            }
        }
        Progress.say("made \(copies * Self.spansPerCopy) spans of \(copies) copies of \(Self.recorded)")
        return path
    }

    private static var recorded: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../demo/tau2-airline.otlp.jsonl").standardized.path
    }

    /// The recorded lines with the places of what differs between copies.
    private struct Template {
        private var bytes: [UInt8]
        /// Where the 16 hexadecimal digits of a span's id, or of half a trace's, begin.
        private var ids: [Int] = []
        /// Where the 19 digits of a time begin.
        private var times: [Int] = []

        init(_ path: String) throws {
            self.bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            for place in self.places(behind: "\"traceId\":\"") { self.ids += [place, place + 16] }
            self.ids += self.places(behind: "\"spanId\":\"") + self.places(behind: "\"parentSpanId\":\"")
            self.times = self.places(behind: "imeUnixNano\":\"")
        }

        private func places(behind text: String) -> [Int] {
            let wanted = Array(text.utf8)
            return self.bytes.indices.dropLast(wanted.count).filter { place in
                self.bytes[place] == wanted[0] && self.bytes[place..<place + wanted.count].elementsEqual(wanted)
            }.map { $0 + wanted.count }
        }

        func copy(_ number: UInt64) -> [UInt8] {
            var bytes = self.bytes
            // The first copy keeps its ids.
            var random = SplitMix64(state: number)
            let mask = number == 0 ? 0 : random.next()
            for place in self.ids where bytes[place] != UInt8(ascii: "\"") {
                for digit in 0..<16 {
                    let value = Self.value(bytes[place + digit]) ^ UInt8(mask >> (4 * UInt64(digit)) & 15)
                    bytes[place + digit] = Self.digits[Int(value)]
                }
            }
            for place in self.times {
                var time = bytes[place..<place + 19].reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
                time += number * 90_000_000_000
                for digit in (place..<place + 19).reversed() {
                    bytes[digit] = UInt8(ascii: "0") + UInt8(time % 10)
                    time /= 10
                }
            }
            return bytes
        }

        private static let digits = Array("0123456789abcdef".utf8)

        private static func value(_ digit: UInt8) -> UInt8 {
            digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : (digit | 0x20) - UInt8(ascii: "a") + 10
        }
    }
}
