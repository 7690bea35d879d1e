/// Streams the lines of a file in constant memory: of a `.gz` file decompressed, of `-` from standard input.
///
/// A line ends with `\n` or `\r\n`, the last one also with the file. Empty lines are counted, not given; a byte order
/// mark at the start is dropped.
public struct LineReader {
    /// How far reading is, in bytes of the file as it lies on the disk.
    public struct Progress: Hashable, Sendable {
        public var bytesRead: Int
        /// nil for what has no size, such as a pipe.
        public var totalBytes: Int?

        public init(bytesRead: Int, totalBytes: Int?) {
            self.bytesRead = bytesRead
            self.totalBytes = totalBytes
        }
    }

    public let path: String
    public let lineLimitBytes: Int

    public init(path: String, lineLimitBytes: Int = 64 << 20) {
        self.path = path
        self.lineLimitBytes = lineLimitBytes
    }

    /// Gives each line to `body`, with its number, counted from 1, and its offset in the decompressed text. The bytes
    /// are lent for the call. `progress` is called after each chunk of up to 1 MiB.
    ///
    /// Throws `ImportError`, and what `body` throws.
    public func forEachLine(
        progress: (Progress) throws -> Void = { _ in },
        _ body: (_ number: Int, _ line: UnsafeRawBufferPointer, _ byteOffset: Int) throws -> Void
    ) throws {
        let file = try InputFile(path: self.path)
        let isCompressed = self.path.hasSuffix(".gz")
        let source: any ByteSource = isCompressed ? try GunzippedFile(file) : file
        var window = LineWindow(lineLimitBytes: self.lineLimitBytes)
        var isFirst = true
        while true {
            let count = try window.fill(from: source)
            if isFirst {
                if !isCompressed { try window.refuseGzip(source.name) }
                window.dropByteOrderMark()
                isFirst = false
            }
            if count == 0 { break }
            while let line = try window.nextLine(source.name) {
                if !line.bytes.isEmpty { try body(line.number, line.bytes, line.offset) }
            }
            try progress(Progress(bytesRead: source.bytesRead, totalBytes: source.totalBytes))
        }
        if let line = try window.lastLine(source.name), !line.bytes.isEmpty {
            try body(line.number, line.bytes, line.offset)
        }
    }
}
