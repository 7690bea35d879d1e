/// Reads a file that a collector goes on writing to: what is there, then what is appended, until it is stopped.
///
/// A file that is renamed and begun anew is read until nothing was added to it for `linger`, beside the new one: a writer
/// may hold the old file open. A file that is truncated is read from its start again. A line or request that is not whole
/// waits for the rest of it. A file that gets and loses the name between two polls is not seen.
package struct FollowedFile: Sendable {
    package let path: String
    package let limitBytes: Int
    /// How long to wait for more.
    package let pollInterval: Duration
    /// How long a renamed file is read after the last addition to it.
    package let linger: Duration

    package init(
        path: String, limitBytes: Int = 64 << 20, pollInterval: Duration = .milliseconds(500),
        linger: Duration = .seconds(60)
    ) {
        self.path = path
        self.limitBytes = limitBytes
        self.pollInterval = pollInterval
        self.linger = linger
    }

    /// Renamed files that are kept open at once; the oldest is closed when there are more.
    private static let renamedFilesAtMost = 8

    /// Calls `body` with each line or request: its number from 1 and its offset in the file that it came from, which
    /// start anew with each file. Calls `onIdle` whenever all that is there was read.
    ///
    /// Returns when `isStopped` does, which is called between chunks and while waiting. Throws `ImportError`, also if
    /// the first line is not what can be imported or the file does not exist at the start, and rethrows what `body` throws.
    package func forEachChunk(
        isStopped: () -> Bool, onIdle: () throws -> Void = {},
        _ body: (_ number: Int, _ chunk: ImportedChunk, _ byteOffset: Int) throws -> Void
    ) throws {
        let framing = try self.framing()
        var filter = ForeignFileFilter(path: self.path, name: self.path)
        let open = { FollowedPart($0, framing, limitBytes: self.limitBytes) }
        var current = open(try GrowingFile(path: self.path))
        var renamed: [FollowedPart] = []
        while !isStopped() {
            var hasRead = false
            for part in renamed + [current] where try part.read(isStopped, &filter, body) { hasRead = true }
            if hasRead { continue }
            try onIdle()
            while let oldest = renamed.first,
                renamed.count > Self.renamedFilesAtMost || oldest.quietTime() >= self.linger
            {
                renamed.removeFirst()
                try oldest.giveRest(&filter, body)
            }
            switch try current.file.change(at: self.path) {
            case .none:
                self.pause(isStopped)
                // It may have grown beyond its old length since.
                if try current.file.isTruncated() { try current.restart(&filter, body) }
            case .truncated: try current.restart(&filter, body)
            case .replaced(let next):
                renamed.append(current)
                current = open(next)
            }
        }
    }

    private func framing() throws -> RequestFraming {
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
        return framing ?? .lines
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

/// One file, and what was read of it and not given yet.
private final class FollowedPart {
    let file: GrowingFile
    private let framing: RequestFraming
    private let limitBytes: Int
    private var lines: LineWindow
    private var requests: RequestWindow
    private var lastAddition = ContinuousClock.now

    init(_ file: GrowingFile, _ framing: RequestFraming, limitBytes: Int) {
        self.file = file
        self.framing = framing
        self.limitBytes = limitBytes
        self.lines = LineWindow(lineLimitBytes: limitBytes)
        self.requests = RequestWindow(limitBytes: limitBytes)
    }

    func quietTime() -> Duration { self.lastAddition.duration(to: .now) }

    /// Gives all that is whole. False if nothing was added to the file.
    func read(
        _ isStopped: () -> Bool, _ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void
    ) throws -> Bool {
        var hasRead = false
        while !isStopped(), try self.fill() > 0 {
            hasRead = true
            self.lastAddition = .now
            try self.giveWhole(&filter, body)
        }
        return hasRead
    }

    private func fill() throws -> Int {
        self.framing == .lines ? try self.lines.fill(from: self.file) : try self.requests.fill(from: self.file)
    }

    private func giveWhole(
        _ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void
    ) throws {
        if self.framing == .lines {
            while let line = try self.lines.nextLine(self.file.name) { try self.give(line, &filter, body) }
        } else {
            while let request = try self.requests.next(self.file.name) {
                try body(request.number, .request(request.bytes), request.offset)
            }
        }
    }

    /// Gives the rest and reads a truncated file from its start.
    func restart(_ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void) throws {
        try self.giveRest(&filter, body)
        self.lines = LineWindow(lineLimitBytes: self.limitBytes)
        self.requests = RequestWindow(limitBytes: self.limitBytes)
        self.file.restart()
    }

    /// Gives what never became whole, so that it is reported and not lost.
    func giveRest(_ filter: inout ForeignFileFilter, _ body: (Int, ImportedChunk, Int) throws -> Void) throws {
        if let line = try self.lines.lastLine(self.file.name) { try self.give(line, &filter, body) }
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
