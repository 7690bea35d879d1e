import Foundation
import LedgerEvents

/// What a writer was told: that a batch (or a command) stands at these positions, and what the whole log hashed to
/// then.
struct Acknowledgement: Sendable {
    /// The batch's or command's.
    var number: Int
    var first: UInt64
    var last: UInt64
    var size: UInt64
    /// Hexadecimal.
    var root: String
    /// When, by the machine's monotonic clock.
    var microseconds: Int64

    var line: String {
        "\(self.number) \(self.first) \(self.last) \(self.size) \(self.root) \(self.microseconds)\n"
    }
}

extension Acknowledgement {
    init?(line: Substring) {
        let parts = line.split(separator: " ")
        guard parts.count == 6, let number = Int(parts[0]), let first = UInt64(parts[1]), let last = UInt64(parts[2]),
            let size = UInt64(parts[3]), let microseconds = Int64(parts[5])
        else { return nil }
        self.init(
            number: number, first: first, last: last, size: size, root: String(parts[4]), microseconds: microseconds)
    }
}

/// A file beside the ledger, on which nothing of the ledger depends: each acknowledgement is on the device before the
/// writer goes on.
final class Witness: Sendable {
    private let descriptor: Int32

    init(path: String) throws {
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        if self.descriptor < 0 { throw Failure("opening \(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(self.descriptor) }

    func note(_ acknowledgements: [Acknowledgement]) throws {
        let bytes = Array(acknowledgements.map(\.line).joined().utf8)
        guard write(self.descriptor, bytes, bytes.count) == bytes.count, fdatasync(self.descriptor) == 0 else {
            throw Failure("writing the witness: \(String(cString: strerror(errno)))")
        }
    }

    /// What a file holds; nothing when there is none.
    static func read(_ path: String) throws -> [Acknowledgement] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").map {
            guard let acknowledgement = Acknowledgement(line: $0) else { throw Failure("\(path) has a line \"\($0)\"") }
            return acknowledgement
        }
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}

/// What keeps the suite itself from going on.
struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
