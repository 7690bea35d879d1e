import CZlib

/// A gzip file, decompressed as it is read (RFC 1952). Members that follow one another are one text, as `cat a.gz b.gz`
/// makes them; zeros after the last one are padding. The only code of the project that calls zlib.
final class GunzippedFile: ByteSource {
    private let file: any ByteSource
    private let input: UnsafeMutableRawBufferPointer
    /// zlib keeps its address: the stream stays where it was made.
    private let stream: UnsafeMutablePointer<z_stream>
    private var state = State.insideMember

    private enum State { case insideMember, betweenMembers, ended }

    var name: String { self.file.name }
    var bytesRead: Int { self.file.bytesRead }
    var totalBytes: Int? { self.file.totalBytes }

    init(_ file: any ByteSource) throws(ImportError) {
        self.file = file
        self.input = .allocate(byteCount: 1 << 18, alignment: 16)
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for "gzip and nothing else" (zlib.h, inflateInit2).
        let code = inflateInit2_(self.stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            throw ImportError(
                .unreadable, "cannot read \(file.name): zlib did not start (code \(code))", systemCode: code)
        }
    }

    deinit {
        inflateEnd(self.stream)
        self.stream.deallocate()
        self.input.deallocate()
    }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        self.stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // Rooms are chunks, far below the 4 GiB that zlib counts to.
        self.stream.pointee.avail_out = UInt32(room.count)
        while self.state != .ended {
            let written = room.count - Int(self.stream.pointee.avail_out)
            if written > 0 { return written }
            if self.stream.pointee.avail_in == 0, try !self.refill() {
                guard self.state == .betweenMembers else { throw self.truncated() }
                self.state = .ended
                return 0
            }
            if self.state == .betweenMembers {
                self.skipPadding()
            } else {
                try self.inflateOnce()
            }
        }
        return 0
    }

    private func refill() throws(ImportError) -> Bool {
        let count = try self.file.read(into: self.input)
        self.stream.pointee.next_in = self.input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        self.stream.pointee.avail_in = UInt32(count)
        return count > 0
    }

    private func inflateOnce() throws(ImportError) {
        switch inflate(self.stream, Z_NO_FLUSH) {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: self.state = .betweenMembers
        case let code:
            let reason = self.stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)"
            throw ImportError(
                .damaged, "cannot decompress \(self.name): \(reason); check it with gzip -t, or copy it again",
                systemCode: code)
        }
    }

    private func skipPadding() {
        while self.stream.pointee.avail_in > 0, self.stream.pointee.next_in.pointee == 0 {
            self.stream.pointee.next_in += 1
            self.stream.pointee.avail_in -= 1
        }
        guard self.stream.pointee.avail_in > 0 else { return }
        inflateReset(self.stream)
        self.state = .insideMember
    }

    private func truncated() -> ImportError {
        ImportError(
            .truncated, "cannot decompress \(self.name): it ends in the middle of its compressed data; copy it again")
    }
}
