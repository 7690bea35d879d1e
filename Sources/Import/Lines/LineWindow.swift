import Glibc

/// The part of the text that is in memory: a line that is not whole yet, and the chunk after it.
struct LineWindow: ~Copyable {
    private let lineLimitBytes: Int
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    private var start = 0
    /// Up to here no line ends after `start`.
    private var searched = 0
    private var end = 0
    /// Offset in the text of the buffer's first byte.
    private var offset = 0
    private var lines = 0

    init(lineLimitBytes: Int) { self.lineLimitBytes = lineLimitBytes }

    deinit { self.buffer.deallocate() }

    /// Makes room behind what is left and fills it.
    mutating func fill(from source: any ByteSource) throws(ImportError) -> Int {
        let left = self.end - self.start
        if self.start > 0 {
            self.buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.buffer[self.start..<self.end]))
            self.offset += self.start
            (self.start, self.searched, self.end) = (0, self.searched - self.start, left)
        }
        if left == self.buffer.count {
            let wider = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * left, alignment: 16)
            wider.copyMemory(from: UnsafeRawBufferPointer(self.buffer))
            self.buffer.deallocate()
            self.buffer = wider
        }
        do throws(ImportError) {
            let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: self.buffer[self.end...]))
            self.end += count
            return count
        } catch {
            guard self.lines > 0 else { throw error }
            throw ImportError(error.code, "\(error.message) (after line \(self.lines))", systemCode: error.systemCode)
        }
    }

    mutating func nextLine(_ name: String) throws(ImportError) -> Line? {
        guard let base = self.buffer.baseAddress,
            let found = memchr(base + self.searched, Int32(UInt8(ascii: "\n")), self.end - self.searched)
        else {
            self.searched = self.end
            try self.checkLength(self.end - self.start, name)
            return nil
        }
        return try self.take(upTo: UnsafeRawPointer(found) - UnsafeRawPointer(base), name)
    }

    /// The last line, where the text does not end with a line break.
    mutating func lastLine(_ name: String) throws(ImportError) -> Line? {
        self.start == self.end ? nil : try self.take(upTo: self.end, name)
    }

    private mutating func take(upTo lineEnd: Int, _ name: String) throws(ImportError) -> Line {
        try self.checkLength(lineEnd - self.start, name)
        var bytes = UnsafeRawBufferPointer(rebasing: self.buffer[self.start..<lineEnd])
        if bytes.last == UInt8(ascii: "\r") { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
        self.lines += 1
        let line = Line(number: self.lines, bytes: bytes, offset: self.offset + self.start)
        self.start = min(lineEnd + 1, self.end)
        self.searched = self.start
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
        guard self.end - self.start >= 2, self.buffer[self.start] == 0x1F, self.buffer[self.start + 1] == 0x8B else {
            return
        }
        throw ImportError(
            .damaged, "\(name) is gzip, but its name does not end in .gz; rename it, or pipe it through gunzip -c")
    }

    mutating func dropByteOrderMark() {
        guard self.end >= 3, self.buffer[0] == 0xEF, self.buffer[1] == 0xBB, self.buffer[2] == 0xBF else { return }
        (self.start, self.searched) = (3, 3)
    }
}

/// One line, lent from the window.
struct Line {
    var number: Int
    var bytes: UnsafeRawBufferPointer
    var offset: Int
}
