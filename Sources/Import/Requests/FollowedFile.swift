/// Reads a file that a collector goes on writing to: what is there, then what is appended, until it is stopped.
///
/// A file that is renamed and begun anew is read to its end first; one that is truncated is read from its start again. A
/// line or request that is not whole waits for the rest of it.
public struct FollowedFile: Sendable {
    public let path: String
    public let limitBytes: Int
    /// How long to wait for more.
    public let pollInterval: Duration

    public init(path: String, limitBytes: Int = 64 << 20, pollInterval: Duration = .milliseconds(500)) {
        self.path = path
        self.limitBytes = limitBytes
        self.pollInterval = pollInterval
    }

    /// Calls `body` with each line or request: its number from 1 and its offset in the file that it came from, which
    /// start anew with each file. Calls `onIdle` whenever all that is there was read.
    ///
    /// Returns when `isStopped` does, which is called between chunks and while waiting. Throws `ImportError`, also if
    /// the first line is not what can be imported or the file does not exist at the start, and rethrows what `body` throws.
    public func forEachChunk(
        isStopped: () -> Bool, onIdle: () throws -> Void = {},
        _ body: (_ number: Int, _ chunk: ImportedChunk, _ byteOffset: Int) throws -> Void
    ) throws {
        if self.path.hasSuffix(".gz") {
            throw ImportError(
                .foreign, "cannot follow \(self.path): a gzip file is not appended to; follow plain files")
        }
        var framing = RequestFraming(path: self.path)
        if framing == nil {
            framing = RequestFraming(head: try PeekedSource(InputFile(path: self.path)).peek())
        }
        if framing == .whole {
            throw ImportError(
                .foreign,
                "cannot follow \(self.path): one request is all of the file; follow lines of JSON, or *.pb.bin")
        }
        var filter = ForeignFileFilter(path: self.path, name: self.path)
        var file = try GrowingFile(path: self.path)
        repeat {
            var chunks = FollowedChunks(framing ?? .lines, limitBytes: self.limitBytes)
            var isLast = false
            while !isLast, !isStopped() {
                if try chunks.fill(from: file) > 0 {
                    try chunks.forEachWhole(file.name, &filter, body)
                    continue
                }
                try onIdle()
                switch try file.change(at: self.path) {
                case .none:
                    self.pause(isStopped)
                    // It may have grown beyond its old length since.
                    isLast = try file.isTruncated()
                case .truncated: isLast = true
                case .replaced(let next):
                    // The writer may hold the old file a moment longer than its name.
                    self.pause(isStopped)
                    while try chunks.fill(from: file) > 0 { try chunks.forEachWhole(file.name, &filter, body) }
                    file = next
                    isLast = true
                }
            }
            if isLast {
                try chunks.rest(file.name, &filter, body)
                file.restart()
            }
        } while !isStopped()
    }

    /// Waits for the interval, in steps short enough to stop without delay.
    private func pause(_ isStopped: () -> Bool) {
        let end = ContinuousClock.now + self.pollInterval
        while !isStopped() {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return }
            GrowingFile.sleep(min(left, .milliseconds(50)))
        }
    }
}

/// What was read of one file and not given yet.
private struct FollowedChunks: ~Copyable {
    private var lines: LineWindow
    private var requests: RequestWindow
    private let framing: RequestFraming

    init(_ framing: RequestFraming, limitBytes: Int) {
        self.framing = framing
        self.lines = LineWindow(lineLimitBytes: limitBytes)
        self.requests = RequestWindow(limitBytes: limitBytes)
    }

    mutating func fill(from file: GrowingFile) throws -> Int {
        self.framing == .lines ? try self.lines.fill(from: file) : try self.requests.fill(from: file)
    }

    mutating func forEachWhole(
        _ name: String, _ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void
    ) throws {
        if self.framing == .lines {
            while let line = try self.lines.nextLine(name) { try self.give(line, &filter, body) }
        } else {
            while let request = try self.requests.next(name) {
                try body(request.number, .request(request.bytes), request.offset)
            }
        }
    }

    /// Gives what never became whole, so that it is reported and not lost.
    mutating func rest(
        _ name: String, _ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void
    ) throws {
        if let line = try self.lines.lastLine(name) { try self.give(line, &filter, body) }
        if let request = self.requests.rest() { try body(request.number, .request(request.bytes), request.offset) }
    }

    private func give(
        _ line: Line, _ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void
    ) throws {
        // A writer that keeps its place after a truncation leaves a hole of zeros.
        let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.drop { $0 == 0 })
        if bytes.isEmpty { return }
        try body(line.number, .line(bytes, filter.form(of: bytes, line.number)), line.offset)
    }
}
