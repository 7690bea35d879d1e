import LedgerTelemetry

/// A part of a file, lent for the call.
package enum ImportedChunk {
    case line(UnsafeRawBufferPointer, LineForm)
    /// An OTLP request in protobuf; `OTLPSignal(of:)` tells its signal.
    case request(UnsafeRawBufferPointer)
}

/// How requests lie in a file.
package enum RequestFraming: Hashable, Sendable {
    /// JSON, one line each.
    case lines
    /// One request in protobuf is all of the file.
    case whole
    /// Each request in protobuf after its length: four bytes, big-endian.
    case lengthPrefixed

    /// By the extension, also below `.gz`; nil for another one.
    package init?(path: String) {
        let name = path.hasSuffix(".gz") ? path.dropLast(3) : path[...]
        if name == "-" || [".jsonl", ".json", ".ndjson"].contains(where: name.hasSuffix) {
            self = .lines
        } else if name.hasSuffix(".bin") {
            self = .lengthPrefixed
        } else if [".pb", ".protobuf", ".binpb"].contains(where: name.hasSuffix) {
            self = .whole
        } else {
            return nil
        }
    }

    /// By the first bytes. A request begins with the tag of its field 1, which is also a line break.
    package init(head: some Collection<UInt8>) {
        let bytes = Array(head.prefix(6))
        if bytes.count > 4, bytes[0] == 0, bytes[4] == 0x0A {
            self = .lengthPrefixed
        } else if bytes.count > 2, bytes[0] == 0x0A, ![0x0A, 0x0D, 0x20, UInt8(ascii: "{")].contains(bytes[1]),
            bytes[2] == 0x0A || bytes[1] >= 0x80
        {
            self = .whole
        } else {
            self = .lines
        }
    }
}

/// Reads the requests and commands of a file, whatever its form: lines of JSON, protobuf, gzip of them; `-` is standard
/// input, in lines. Needs constant memory.
package struct RequestFile: Sendable {
    package let path: String
    /// The largest line or request.
    package let limitBytes: Int

    package init(path: String, limitBytes: Int = 64 << 20) {
        self.path = path
        self.limitBytes = limitBytes
    }

    /// Calls `body` with each line or request, its number from 1, and its offset in the decompressed file. `progress`
    /// is called after each chunk of up to 1 MiB.
    ///
    /// Throws `ImportError`, also if the first line is not what can be imported, and rethrows what `body` throws. Empty
    /// lines are counted only.
    package func forEachChunk(
        progress: (LineReader.Progress) throws -> Void = { _ in },
        _ body: (_ number: Int, _ chunk: ImportedChunk, _ byteOffset: Int) throws -> Void
    ) throws {
        let raw = PeekedSource(try InputFile(path: self.path))
        var source: any ByteSource = raw
        var framing = RequestFraming(path: self.path)
        if self.path.hasSuffix(".gz") || framing == nil, try raw.peek().starts(with: [0x1F, 0x8B]) {
            source = try GunzippedFile(raw)
        }
        if framing == nil {
            let text = PeekedSource(source)
            framing = RequestFraming(head: try text.peek())
            source = text
        }
        func report() throws {
            try progress(LineReader.Progress(bytesRead: source.bytesRead, totalBytes: source.totalBytes))
        }
        switch framing ?? .lines {
        case .lines: try self.readLines(source, report, body)
        case .lengthPrefixed: try self.readRequests(source, report, body)
        case .whole: try self.readWhole(source, report, body)
        }
    }

    private func readLines(
        _ source: any ByteSource, _ report: () throws -> Void,
        _ body: (_ number: Int, _ chunk: ImportedChunk, _ byteOffset: Int) throws -> Void
    ) throws {
        var filter = ForeignFileFilter(path: self.path, name: source.name)
        try LineReader.forEachLine(of: source, lineLimitBytes: self.limitBytes, report) { number, line, offset in
            try body(number, .line(line, filter.form(of: line, number)), offset)
        }
    }

    private func readRequests(
        _ source: any ByteSource, _ report: () throws -> Void,
        _ body: (_ number: Int, _ chunk: ImportedChunk, _ byteOffset: Int) throws -> Void
    ) throws {
        var window = RequestWindow(limitBytes: self.limitBytes)
        while try window.fill(from: source) > 0 {
            while let request = try window.next(source.name) {
                try body(request.number, .request(request.bytes), request.offset)
            }
            try report()
        }
        try window.finish(source.name)
    }

    private func readWhole(
        _ source: any ByteSource, _ report: () throws -> Void,
        _ body: (_ number: Int, _ chunk: ImportedChunk, _ byteOffset: Int) throws -> Void
    ) throws {
        var window = ByteWindow()
        while try window.fill(from: source) > 0 {
            guard window.bytes.count <= self.limitBytes else {
                throw ImportError(
                    .lineTooLong,
                    "\(source.name): longer than \(self.limitBytes) bytes, which one request may have; let the exporter "
                        + "write smaller batches, or name a file of many requests, each after its length, *.pb.bin")
            }
            try report()
        }
        if window.bytes.count > 0 { try body(1, .request(window.bytes), 0) }
    }
}

/// Says once what a file is that holds nothing to import, rather than line by line.
struct ForeignFileFilter {
    let path: String
    let name: String
    private var isKnown = false

    init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// The form of a line. Throws if it is foreign and all before it were, too.
    mutating func form(of line: UnsafeRawBufferPointer, _ number: Int) throws -> LineForm {
        let form = LineForm(line)
        if case .foreign(let kind) = form, !self.isKnown {
            throw ImportError(
                .foreign, "cannot import \(self.name), line \(number): \(kind.remedy(for: self.path))")
        }
        self.isKnown = true
        return form
    }
}
