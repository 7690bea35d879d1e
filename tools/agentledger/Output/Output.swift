import Glibc

/// Whoever read our output has gone: no failure, they have what they wanted.
struct OutputClosed: Error {}

/// Standard output, written in large pieces.
final class Output {
    // SAFETY: only the main thread prints.
    nonisolated(unsafe) static let standard = Output()

    private var pending: [UInt8] = []
    private static let chunk = 64 << 10

    func print(_ line: String) throws {
        try self.write(line.utf8)
        try self.write(CollectionOfOne(UInt8(ascii: "\n")))
    }

    func write(_ bytes: some Sequence<UInt8>) throws {
        self.pending.append(contentsOf: bytes)
        if self.pending.count >= Self.chunk { try self.flush() }
    }

    func flush() throws {
        defer { self.pending.removeAll(keepingCapacity: true) }
        try self.pending.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EPIPE { throw OutputClosed() }
                if count < 0 {
                    throw Failure(
                        "writing to standard output: \(String(cString: strerror(errno)))", category: .environment)
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Prints what is not the whole answer: where the exit status is, too, it counts even when nobody reads on.
    static func untilClosed(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch is OutputClosed {
            return
        }
    }

    /// For what is said beside the data, where nothing can be done when it cannot be written.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// What is said on standard error.
enum Diagnostics {
    /// A failure: `agentledger: …`.
    static func say(_ message: String) { self.note("agentledger: \(message)") }

    static func note(_ line: String) {
        ProgressLine.clear()
        Pager.finish()
        Output.write(line + "\n", to: STDERR_FILENO)
    }
}

/// Whether a person is looking, and how wide their window is.
enum Terminal {
    static let isOutput = isatty(STDOUT_FILENO) == 1
    static let isError = isatty(STDERR_FILENO) == 1
    static let isInput = isatty(STDIN_FILENO) == 1
    private static let outputColumns = columns(of: STDOUT_FILENO)

    /// Of standard output as it was when the command began: a pager may stand before the terminal since.
    static func columns() -> Int { self.outputColumns }

    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
