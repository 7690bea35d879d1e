/// Streams the lines of a file in constant memory: of a `.gz` file decompressed, of `-` from standard input.
///
/// A line ends with `\n` or `\r\n`, the last one also with the file. Empty lines are counted, not given; a byte order
/// mark at the start is dropped.
package struct LineReader {
    /// How far reading is, in bytes of the file as it lies on the disk.
    package struct Progress: Hashable, Sendable {
        package var bytesRead: Int
        /// nil for what has no size, such as a pipe.
        package var totalBytes: Int?

        package init(bytesRead: Int, totalBytes: Int?) {
            self.bytesRead = bytesRead
            self.totalBytes = totalBytes
        }
    }

    package let path: String
    package let lineLimitBytes: Int

    package init(path: String, lineLimitBytes: Int = 64 << 20) {
        self.path = path
        self.lineLimitBytes = lineLimitBytes
    }

    /// Gives each line to `body`, with its number, counted from 1, and its offset in the decompressed text. The bytes
    /// are lent for the call. `progress` is called after each chunk of up to 1 MiB.
    ///
    /// Throws `ImportError`, and what `body` throws.
    package func forEachLine(
        progress: (Progress) throws -> Void = { _ in },
        _ body: (_ number: Int, _ line: UnsafeRawBufferPointer, _ byteOffset: Int) throws -> Void
    ) throws {
        let file = try InputFile(path: self.path)
        let source: any ByteSource = self.path.hasSuffix(".gz") ? try GunzippedFile(file) : file
        try Self.forEachLine(
            of: source, lineLimitBytes: self.lineLimitBytes, isPlain: !self.path.hasSuffix(".gz"),
            { try progress(Progress(bytesRead: source.bytesRead, totalBytes: source.totalBytes)) }, body)
    }

    /// - Parameter isPlain: whether gzip is refused.
    static func forEachLine(
        of source: any ByteSource, lineLimitBytes: Int, isPlain: Bool = true, _ report: () throws -> Void,
        _ body: (_ number: Int, _ line: UnsafeRawBufferPointer, _ byteOffset: Int) throws -> Void
    ) throws {
        var window = LineWindow(lineLimitBytes: lineLimitBytes)
        var isFirst = true
        while true {
            let count = try window.fill(from: source)
            if isFirst {
                if isPlain { try window.refuseGzip(source.name) }
                window.dropByteOrderMark()
                isFirst = false
            }
            if count == 0 { break }
            while let line = try window.nextLine(source.name) {
                if !line.bytes.isEmpty { try body(line.number, line.bytes, line.offset) }
            }
            try report()
        }
        if let line = try window.lastLine(source.name), !line.bytes.isEmpty {
            try body(line.number, line.bytes, line.offset)
        }
    }
}
