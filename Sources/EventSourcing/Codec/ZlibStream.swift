import CLedgerZlib

/// A stream of deflated bytes (RFC 1951), written or read piece by piece. The only code of the project that calls zlib.
///
/// Not for use from two threads at once.
package final class ZlibStream {
    package enum Form: Sendable {
        /// The deflated bytes alone.
        case raw
        /// As gzip writes them, with a header and a checksum (RFC 1952).
        case gzip

        fileprivate var windowBits: Int32 { self == .raw ? -15 : 15 + 16 }
    }

    package enum Outcome: Equatable, Sendable {
        /// There is more to come: of input, or of output for which there was no room.
        case unfinished
        case ended
        case damaged(code: Int32, reason: String)
    }

    /// zlib keeps its address: the stream stays where it was made.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isWriting: Bool

    /// Nil when there is no memory for it.
    private init?(isWriting: Bool, _ begin: (UnsafeMutablePointer<z_stream>, Int32) -> Int32) {
        self.isWriting = isWriting
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        if begin(self.stream, Int32(MemoryLayout<z_stream>.size)) != Z_OK { return nil }
    }

    /// A stream that inflates.
    package static func reading(_ form: Form) -> ZlibStream? {
        ZlibStream(isWriting: false) { inflateInit2_($0, form.windowBits, ZLIB_VERSION, $1) }
    }

    /// A stream that deflates, at the fastest level: the others take longer than they are worth here.
    package static func writing(_ form: Form) -> ZlibStream? {
        ZlibStream(isWriting: true) {
            deflateInit2_($0, 1, Z_DEFLATED, form.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, $1)
        }
    }

    deinit {
        _ = self.isWriting ? deflateEnd(self.stream) : inflateEnd(self.stream)
        self.stream.deallocate()
    }

    /// Bytes of the input that were not read yet.
    package var unread: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.stream.pointee.next_in, count: Int(self.stream.pointee.avail_in))
    }

    /// Gives it the next input, which must stay until it is read.
    package func feed(_ bytes: UnsafeRawBufferPointer) {
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        self.stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        self.stream.pointee.avail_in = UInt32(bytes.count)
    }

    /// Forgets everything but the input.
    package func reset() { _ = self.isWriting ? deflateReset(self.stream) : inflateReset(self.stream) }

    /// Writes into a room what the input gives.
    /// - Parameter isLast: whether no input follows.
    /// - Returns: how many bytes were written, and whether that was all.
    package func write(into room: UnsafeMutableRawBufferPointer, isLast: Bool) -> (count: Int, outcome: Outcome) {
        self.stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        self.stream.pointee.avail_out = UInt32(room.count)
        let flush = isLast ? Z_FINISH : Z_NO_FLUSH
        let code = self.isWriting ? deflate(self.stream, flush) : inflate(self.stream, flush)
        let count = room.count - Int(self.stream.pointee.avail_out)
        switch code {
        case Z_OK, Z_BUF_ERROR: return (count, .unfinished)
        case Z_STREAM_END: return (count, .ended)
        default:
            let reason = self.stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)"
            return (count, .damaged(code: code, reason: reason))
        }
    }
}
