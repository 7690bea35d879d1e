import Synchronization

/// A long text as it is stored in an event: deflated, behind a zero and the length of the text as a varint. No JSON text
/// begins with a zero.
///
/// The log's pages hold records of up to half a page; a longer one takes whole pages of its own. The texts of prompts and
/// answers are mostly longer, and less than half as long when packed.
enum PackedText {
    static let mark: UInt8 = 0
    /// Shorter texts are stored as they are.
    static let leastBytes = 1024
    /// Longer texts are stored as they are, so that a small record never stands for more than this.
    static let mostBytes = 16 << 20

    /// Writes a text packed, behind its length in bytes; false, and nothing, where that would not be shorter.
    static func write(_ text: UnsafeRawBufferPointer, to encoder: inout WireEncoder) -> Bool {
        guard text.count >= self.leastBytes, text.count <= self.mostBytes else { return false }
        let head = WireBuffer(capacity: 16)
        var headEncoder = WireEncoder(head)
        headEncoder.varint(UInt64(self.mark))
        headEncoder.varint(UInt64(text.count))
        return withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { room in
            let written = ZlibStreams.writing.borrow { stream -> Int? in
                stream.reset()
                stream.feed(text)
                let (count, outcome) = stream.write(into: room, isLast: true)
                return outcome == .ended ? count : nil
            }
            guard let count = written, head.count + count < text.count else { return false }
            encoder.varint(UInt64(head.count + count))
            encoder.raw(head.bytes)
            encoder.raw(UnsafeRawBufferPointer(rebasing: room[..<count]))
            return true
        }
    }

    /// The text of packed bytes, mark included. Throws `FieldError` for bytes that are none.
    static func read(_ bytes: UnsafeRawBufferPointer) throws -> String {
        var decoder = WireDecoder(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
        let count = try decoder.varint()
        guard count <= UInt64(self.mostBytes) else { throw FieldError("a packed text is over \(self.mostBytes) bytes") }
        let text = withUnsafeTemporaryAllocation(byteCount: Int(count), alignment: 1) { room -> String? in
            let isWhole = ZlibStreams.reading.borrow { stream in
                stream.reset()
                stream.feed(decoder.rest)
                let (count, outcome) = stream.write(into: room, isLast: true)
                return outcome == .ended && count == room.count && stream.unread.isEmpty
            }
            return isWhole ? String(decoding: room, as: UTF8.self) : nil
        }
        guard let text else { throw FieldError("a packed text is damaged") }
        return text
    }
}

/// Streams that are not in use: making one takes longer than packing a text.
// SAFETY: a stream is lent to one caller at a time.
private final class ZlibStreams: @unchecked Sendable {
    static let writing = ZlibStreams { .writing(.raw) }
    static let reading = ZlibStreams { .reading(.raw) }

    private let lock = Mutex(())
    private var free: [ZlibStream] = []
    private let make: @Sendable () -> ZlibStream?

    private init(_ make: @escaping @Sendable () -> ZlibStream?) { self.make = make }

    func borrow<R>(_ body: (ZlibStream) -> R) -> R {
        guard let stream = self.lock.withLock({ _ in self.free.popLast() }) ?? self.make() else {
            preconditionFailure("zlib has no memory for a stream")
        }
        defer { self.lock.withLock { _ in self.free.append(stream) } }
        return body(stream)
    }
}
