import Foundation
import LedgerImporters
import Synchronization
import Testing

/// A real writer in a thread of its own, and a reader that follows it.
@Suite("Followed files")
struct FollowedFileTests {
    /// What was read, shared by reader and writer.
    final class Log: Sendable {
        private struct State {
            var lines: [String] = []
            var isStopped = false
            var result: Result<Void, any Error>?
        }

        private let state = Mutex(State())
        var lines: [String] { self.state.withLock { $0.lines } }
        var isStopped: Bool { self.state.withLock { $0.isStopped } }
        func add(_ line: String) { self.state.withLock { $0.lines.append(line) } }
        func finish(_ result: Result<Void, any Error>) { self.state.withLock { $0.result = result } }

        /// Stops the reader and waits for it.
        func stop() throws {
            self.state.withLock { $0.isStopped = true }
            try self.wait { self.state.withLock { $0.result } != nil }
            try self.state.withLock { $0.result }?.get()
        }

        func wait(for count: Int) throws { try self.wait { self.lines.count >= count } }

        /// Blocks: a task that sleeps waits for all others that are awake, and they may be many.
        private func wait(until isSo: () -> Bool) throws {
            let end = ContinuousClock.now + .seconds(60)
            while !isSo() {
                try #require(.now < end, "the reader has come to \(self.lines.count) lines")
                usleep(5000)
            }
        }
    }

    private func line(_ number: Int) -> String { #"{"resourceSpans":[],"n":\#(number)}"# }

    /// Follows the file in a thread of its own: it blocks.
    private func follow(_ path: String, _ log: Log, linger: Duration = .seconds(60)) {
        let followed = FollowedFile(path: path, pollInterval: .milliseconds(20), linger: linger)
        Thread.detachNewThread {
            log.finish(
                Result {
                    try followed.forEachChunk(isStopped: { log.isStopped }) { _, chunk, _ in
                        switch chunk {
                        case .line(let bytes, _): log.add(String(decoding: bytes, as: UTF8.self))
                        case .request(let bytes): log.add("request of \(bytes.count)")
                        }
                    }
                })
        }
    }

    private func append(_ text: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    @Test("give what is appended, line by line once it is whole")
    func appended() throws {
        let file = try TemporaryFile((self.line(1) + "\n").utf8)
        let log = Log()
        self.follow(file.path, log)
        try log.wait(for: 1)
        try self.append(String(self.line(2).prefix(9)), to: file.path)
        usleep(100000)
        #expect(log.lines.count == 1)
        try self.append(self.line(2).dropFirst(9) + "\n" + self.line(3) + "\n", to: file.path)
        try log.wait(for: 3)
        try log.stop()
        #expect(log.lines == (1...3).map(self.line))
    }

    @Test("lose and repeat nothing when they are renamed and begun anew, while the writer goes on")
    func rotated() throws {
        let file = try TemporaryFile([])
        let path = file.path
        let log = Log()
        self.follow(path, log)
        let count = 2000
        var late: [(path: String, line: String)] = []
        for number in 1...count {
            if number % 250 == 0 {
                // The new file has its name once the reader knows the old one, however slow the machine is.
                try log.wait(for: number - 1 - late.count)
                let old = "\(path).\(number)"
                try FileManager.default.moveItem(atPath: path, toPath: old)
                try Data().write(to: URL(filePath: path))
                late.append((old, self.line(number)))
            } else {
                try self.append(self.line(number) + "\n", to: path)
            }
        }
        // A writer that held all the old files until now.
        try log.wait(for: count - late.count)
        usleep(100000)
        for (old, line) in late { try self.append(line + "\n", to: old) }
        try log.wait(for: count)
        try log.stop()
        #expect(log.lines.count == count)
        #expect(Set(log.lines) == Set((1...count).map(self.line)))
    }

    @Test("are read from the start when they are truncated, even if they grew beyond their old length since")
    func truncated() throws {
        let file = try TemporaryFile((self.line(1) + "\n" + self.line(2) + "\n").utf8)
        let log = Log()
        self.follow(file.path, log)
        try log.wait(for: 2)
        try FileHandle(forWritingTo: URL(filePath: file.path)).truncate(atOffset: 0)
        try self.append(self.line(3) + "\n", to: file.path)
        try log.wait(for: 3)
        let handle = try FileHandle(forWritingTo: URL(filePath: file.path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data((4...9).map { self.line($0) + "\n" }.joined().utf8))
        try handle.close()
        try log.wait(for: 9)
        try log.stop()
        #expect(log.lines == (1...9).map(self.line))
    }

    @Test("may hold protobuf, and tell of a line or request that never became whole")
    func remains() throws {
        let file = try TemporaryFile(
            RequestFileTests.prefixed([RequestFileTests.request]) + [0, 0, 0, 7, 1], name: "a.pb.bin")
        let log = Log()
        self.follow(file.path, log, linger: .milliseconds(100))
        try log.wait(for: 1)
        try Data(RequestFileTests.prefixed([RequestFileTests.request])).write(
            to: URL(filePath: file.path), options: .atomic)
        try log.wait(for: 3)
        try log.stop()
        #expect(log.lines == ["request of 7", "request of 7", "request of 5"])
    }

    @Test("must be plain files of many requests")
    func refused() throws {
        let file = try TemporaryFile([], name: "a.pb")
        for path in [file.path, file.path + ".jsonl.gz", "/dev/null", "/no/such/file.jsonl"] {
            #expect(throws: ImportError.self) {
                try FollowedFile(path: path).forEachChunk(isStopped: { true }) { _, _, _ in }
            }
        }
    }
}
