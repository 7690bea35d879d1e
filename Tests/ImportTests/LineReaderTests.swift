import LedgerImporters
import Testing

@Suite("Lines of a file")
struct LineReaderTests {
    struct Found: Equatable {
        var number: Int
        var text: String
        var offset: Int
    }

    private func lines(_ path: String, lineLimitBytes: Int = 64 << 20) throws -> [Found] {
        var found: [Found] = []
        try LineReader(path: path, lineLimitBytes: lineLimitBytes).forEachLine { number, line, offset in
            found.append(Found(number: number, text: String(decoding: line, as: UTF8.self), offset: offset))
        }
        return found
    }

    @Test("a line ends with a line break of either kind, the last one with the file; empty lines count but do not come")
    func lineBreaks() throws {
        let file = try TemporaryFile("one\r\ntwo\n\n\r\nfive".utf8)
        #expect(
            try self.lines(file.path) == [
                Found(number: 1, text: "one", offset: 0), Found(number: 2, text: "two", offset: 5),
                Found(number: 5, text: "five", offset: 12),
            ])
    }

    @Test("an empty file has no lines")
    func empty() throws {
        let file = try TemporaryFile([])
        #expect(try self.lines(file.path) == [])
    }

    @Test("a byte order mark is not part of the first line")
    func byteOrderMark() throws {
        let file = try TemporaryFile([0xEF, 0xBB, 0xBF] + Array("a\nb\n".utf8))
        #expect(
            try self.lines(file.path) == [
                Found(number: 1, text: "a", offset: 3), Found(number: 2, text: "b", offset: 5),
            ])
    }

    @Test("lines of any length come whole, wherever the chunks end", arguments: [false, true])
    func longLines(isCompressed: Bool) throws {
        let lengths = [1, 1 << 20, 3, (1 << 20) - 1, 5_000_000, 70, (1 << 20) + 1, 2]
        let texts = lengths.enumerated().map { number, length in
            String(repeating: Character(Unicode.Scalar(UInt8(97 + number))), count: length)
        }
        let bytes = Array(texts.joined(separator: "\n").utf8)
        let name = isCompressed ? "lines.jsonl.gz" : "lines.jsonl"
        let file = try TemporaryFile(isCompressed ? TemporaryFile.gzip(bytes) : bytes, name: name)
        var offset = 0
        var expected: [Found] = []
        for (index, text) in texts.enumerated() {
            expected.append(Found(number: index + 1, text: text, offset: offset))
            offset += text.utf8.count + 1
        }
        // Not as one expectation: a failure would print megabytes.
        let found = try self.lines(file.path)
        #expect(found.map(\.offset) == expected.map(\.offset))
        #expect((found == expected) == true)
    }

    @Test("a line beyond the limit is refused by its number", arguments: [99, 2_000_000])
    func limit(length: Int) throws {
        let file = try TemporaryFile("ok\n\(String(repeating: "x", count: length + 1))\n".utf8)
        let error = #expect(throws: ImportError.self) { try self.lines(file.path, lineLimitBytes: length) }
        #expect(error?.code == .lineTooLong)
        #expect(error?.message.contains("\(file.path), line 2: longer than") == true)
    }

    @Test("gzip members that follow one another are one text, and zeros after them are padding")
    func members() throws {
        let bytes = try TemporaryFile.gzip("a\nb".utf8) + TemporaryFile.gzip("c\n".utf8) + [0, 0, 0]
        let file = try TemporaryFile(bytes, name: "two.gz")
        #expect(try self.lines(file.path).map(\.text) == ["a", "bc"])
    }

    @Test("progress counts the file's bytes as they lie on the disk")
    func progress() throws {
        let bytes = try TemporaryFile.gzip(String(repeating: "some line\n", count: 300_000).utf8)
        let file = try TemporaryFile(bytes, name: "lines.gz")
        var steps: [LineReader.Progress] = []
        var count = 0
        try LineReader(path: file.path).forEachLine(progress: { steps.append($0) }) { _, _, _ in count += 1 }
        #expect(count == 300_000)
        #expect(steps.count >= 3)
        #expect(steps.last == LineReader.Progress(bytesRead: bytes.count, totalBytes: bytes.count))
    }

    @Test("a file that is missing, a directory, and a file behind a file are one clear error each")
    func unreadable() throws {
        let file = try TemporaryFile("x".utf8)
        let missing = #expect(throws: ImportError.self) { try self.lines(file.path + ".not") }
        #expect(missing?.code == .missing)
        #expect(
            missing?.message == "cannot read \(file.path).not: there is no such file; check the path, or give - for "
                + "standard input")
        #expect(#expect(throws: ImportError.self) { try self.lines(file.path + "/x") }?.code == .missing)
        let directory = #expect(throws: ImportError.self) { try self.lines("/") }
        #expect(directory?.code == .notAFile)
        #expect(directory?.message == "cannot read /: it is a directory; name the files in it")
    }

    @Test("a truncated gzip gives the lines that are whole, then says so")
    func truncated() throws {
        let text = (0..<200_000).map { "line \($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()
        let whole = try TemporaryFile.gzip(text.utf8)
        let file = try TemporaryFile(whole.prefix(whole.count - 1000), name: "cut.gz")
        var count = 0
        let error = #expect(throws: ImportError.self) {
            try LineReader(path: file.path).forEachLine { _, _, _ in count += 1 }
        }
        #expect(count > 100_000)
        #expect(error?.code == .truncated)
        #expect(error?.message.contains("ends in the middle of its compressed data; copy it again (after line") == true)
        let empty = try TemporaryFile([], name: "empty.gz")
        #expect(#expect(throws: ImportError.self) { try self.lines(empty.path) }?.code == .truncated)
    }

    @Test("damaged gzip, gzip that is none, and gzip without its name are told apart from lines")
    func damaged() throws {
        var bytes = try TemporaryFile.gzip(String(repeating: "a line of text\n", count: 100).utf8)
        bytes[bytes.count - 6] ^= 0xFF
        let damaged = try TemporaryFile(bytes, name: "damaged.gz")
        #expect(#expect(throws: ImportError.self) { try self.lines(damaged.path) }?.code == .damaged)
        let plain = try TemporaryFile("{}\n".utf8, name: "plain.gz")
        #expect(#expect(throws: ImportError.self) { try self.lines(plain.path) }?.code == .damaged)
        let unnamed = try TemporaryFile(TemporaryFile.gzip("{}\n".utf8))
        let error = #expect(throws: ImportError.self) { try self.lines(unnamed.path) }
        #expect(
            error?.message.hasSuffix(
                "is gzip, but its name does not end in .gz; rename it, or pipe it through gunzip -c") == true)
    }
}
