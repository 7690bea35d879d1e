import LedgerEvents

/// A gzip file, decompressed as it is read (RFC 1952). Members that follow one another are one text, as `cat a.gz b.gz`
/// makes them; zeros after the last one are padding.
final class GunzippedFile: ByteSource {
    private let file: any ByteSource
    private let input: UnsafeMutableRawBufferPointer
    private let stream: ZlibStream
    private var state = State.insideMember

    private enum State { case insideMember, betweenMembers, ended }

    var name: String { self.file.name }
    var bytesRead: Int { self.file.bytesRead }
    var totalBytes: Int? { self.file.totalBytes }

    init(_ file: any ByteSource) throws(ImportError) {
        guard let stream = ZlibStream.reading(.gzip) else {
            throw ImportError(.unreadable, "cannot read \(file.name): zlib did not start; there is no memory for it")
        }
        self.file = file
        self.stream = stream
        self.input = .allocate(byteCount: 1 << 18, alignment: 16)
    }

    deinit { self.input.deallocate() }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while self.state != .ended {
            if self.stream.unread.isEmpty, try !self.refill() {
                guard self.state == .betweenMembers else { throw self.truncated() }
                self.state = .ended
                return 0
            }
            if self.state == .betweenMembers {
                self.skipPadding()
            } else {
                // Rooms are chunks, far below the 4 GiB that zlib counts to.
                let (count, outcome) = self.stream.write(into: room, isLast: false)
                try self.note(outcome)
                if count > 0 { return count }
            }
        }
        return 0
    }

    private func refill() throws(ImportError) -> Bool {
        let count = try self.file.read(into: self.input)
        self.stream.feed(UnsafeRawBufferPointer(rebasing: self.input[..<count]))
        return count > 0
    }

    private func note(_ outcome: ZlibStream.Outcome) throws(ImportError) {
        switch outcome {
        case .unfinished: break
        case .ended: self.state = .betweenMembers
        case .damaged(let code, let reason):
            throw ImportError(
                .damaged, "cannot decompress \(self.name): \(reason); check it with gzip -t, or copy it again",
                systemCode: code)
        }
    }

    private func skipPadding() {
        let rest = self.stream.unread.drop { $0 == 0 }
        self.stream.feed(UnsafeRawBufferPointer(rebasing: rest))
        guard !rest.isEmpty else { return }
        self.stream.reset()
        self.state = .insideMember
    }

    private func truncated() -> ImportError {
        ImportError(
            .truncated, "cannot decompress \(self.name): it ends in the middle of its compressed data; copy it again")
    }
}
