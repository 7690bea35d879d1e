import Glibc

/// The part of the text that is in memory: a line that is not whole yet, and the chunk after it.
struct LineWindow: ~Copyable {
    private let lineLimitBytes: Int
    private var window = ByteWindow()
    /// How many bytes at the front of the window hold no line break.
    private var searched = 0
    private var lines = 0

    init(lineLimitBytes: Int) { self.lineLimitBytes = lineLimitBytes }

    /// Whether a line has begun that is not whole.
    var hasPartialLine: Bool { self.window.end > self.window.start }

    /// Makes room after what is left and fills it.
    mutating func fill(from source: any ByteSource) throws(ImportError) -> Int {
        do throws(ImportError) {
            return try self.window.fill(from: source)
        } catch {
            guard self.lines > 0 else { throw error }
            throw ImportError(error.code, "\(error.message) (after line \(self.lines))", systemCode: error.systemCode)
        }
    }

    mutating func nextLine(_ name: String) throws(ImportError) -> Line? {
        let bytes = self.window.bytes
        guard let base = bytes.baseAddress,
            let found = memchr(base + self.searched, Int32(UInt8(ascii: "\n")), bytes.count - self.searched)
        else {
            self.searched = bytes.count
            try self.checkLength(bytes.count, name)
            return nil
        }
        return try self.take(upTo: UnsafeRawPointer(found) - base, name)
    }

    /// The last line, where the text does not end with a line break.
    mutating func lastLine(_ name: String) throws(ImportError) -> Line? {
        self.hasPartialLine ? try self.take(upTo: self.window.bytes.count, name) : nil
    }

    private mutating func take(upTo lineEnd: Int, _ name: String) throws(ImportError) -> Line {
        try self.checkLength(lineEnd, name)
        let all = self.window.bytes
        var bytes = UnsafeRawBufferPointer(rebasing: all[..<lineEnd])
        if bytes.last == UInt8(ascii: "\r") { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
        self.lines += 1
        let line = Line(number: self.lines, bytes: bytes, offset: self.window.position)
        self.window.drop(min(lineEnd + 1, all.count))
        self.searched = 0
        return line
    }

    private func checkLength(_ length: Int, _ name: String) throws(ImportError) {
        guard length > self.lineLimitBytes else { return }
        let limit = self.lineLimitBytes >= 1 << 20 ? "\(self.lineLimitBytes >> 20) MiB" : "\(self.lineLimitBytes) bytes"
        throw ImportError(
            .lineTooLong,
            "\(name), line \(self.lines + 1): longer than \(limit); is this a file of lines, one JSON "
                + "object each? If so, let the exporter write smaller batches")
    }

    func refuseGzip(_ name: String) throws(ImportError) {
        guard self.window.bytes.starts(with: [0x1F, 0x8B]) else { return }
        throw ImportError(
            .damaged, "\(name) is gzip, but its name does not end in .gz; rename it, or pipe it through gunzip -c")
    }

    mutating func dropByteOrderMark() {
        if self.window.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.window.drop(3) }
    }
}

/// One line, lent from the window.
struct Line {
    var number: Int
    var bytes: UnsafeRawBufferPointer
    var offset: Int
}
