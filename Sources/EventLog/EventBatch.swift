import LedgerEvents

/// Events on their way into the log: encoded once, by the thread that made them, into one buffer.
///
/// Each record is a protobuf message `Event`: the fields of `Envelope` (1 to 13), then tags (14) and payload (15).
/// The first two fields, position and recording time, have fixed places and are filled in at commit. In the buffer a
/// zero stands before each record: the Merkle leaf's prefix, so that both are hashed in one pass.
@usableFromInline package final class EventBatch {
    /// Where one record lies in `bytes`, and where in it the keys of the indexes are.
    @usableFromInline package struct Entry: Sendable {
        @usableFromInline package var offset: Int
        @usableFromInline package var count: Int
        @usableFromInline package var typeOffset: Int
        @usableFromInline package var typeCount: Int
        /// The record's tags: a range of `tags`.
        package var tags: Range<Int>
    }

    /// The bytes of one tag message, which are its key in the tag index.
    @usableFromInline package struct TagKey: Sendable {
        @usableFromInline package var offset: Int
        @usableFromInline package var count: Int
    }

    /// The bytes before the first field that the author writes: `position` and `recorded_at` with their tags.
    package static let prefixCount = 18
    package static let positionOffset = 1
    package static let recordedAtOffset = 10

    let buffer: WireBuffer
    @exclusivity(unchecked) package private(set) var entries: ContiguousArray<Entry> = []
    @exclusivity(unchecked) package private(set) var tagKeys: ContiguousArray<TagKey> = []

    /// - Parameter count: how many events are expected, roughly.
    package init(expecting count: Int = 0) {
        self.buffer = WireBuffer(capacity: max(64 * 1024, count * 640))
        self.entries.reserveCapacity(count)
        self.tagKeys.reserveCapacity(count * 4)
    }

    package var count: Int { self.entries.count }
    package var isEmpty: Bool { self.entries.isEmpty }
    @usableFromInline package var bytes: UnsafeRawBufferPointer { self.buffer.bytes }
    package var mutableBytes: UnsafeMutableRawBufferPointer { self.buffer.mutableBytes }

    package func append<Payload: EventPayload>(_ payload: Payload, _ envelope: Envelope, tags: [EventTag]) throws {
        var payload = payload
        var envelope = envelope
        envelope.type = Payload.type
        envelope.schemaVersion = Payload.schemaVersion
        try self.append(&envelope, tags: tags) { try payload.fields(&$0) }
    }

    /// Adds one event. `envelope` says its type, and is not changed; its position and recording time are ignored. A tag
    /// that stands twice is kept once.
    package func append(_ envelope: inout Envelope, tags: [EventTag], payload: (inout WireEncoder) throws -> Void)
        throws
    {
        let start = self.buffer.count
        let firstTag = self.tagKeys.count
        do {
            try self.encode(&envelope, tags, payload, firstTag)
        } catch {
            self.buffer.truncate(to: start)
            self.tagKeys.removeLast(self.tagKeys.count - firstTag)
            throw error
        }
    }

    private func encode(
        _ envelope: inout Envelope, _ tags: [EventTag], _ payload: (inout WireEncoder) throws -> Void, _ firstTag: Int
    ) throws {
        let typeCount = envelope.type.name.utf8.count
        guard typeCount > 0, typeCount <= EventType.maximumBytes else {
            throw EventLogError(.invalid, "the type name \"\(envelope.type)\" is empty or over 200 bytes")
        }
        var encoder = WireEncoder(self.buffer, packsJSON: true)
        encoder.varint(UInt64(MerkleTree.leafPrefix))
        let start = self.buffer.count
        encoder.tag(1, .fixed64)
        encoder.fixed64(0)
        encoder.tag(2, .fixed64)
        encoder.fixed64(0)
        try envelope.authoredFields(&encoder)
        for tag in tags { try self.encode(tag, &encoder, firstTag) }
        encoder.tag(15, .lengthDelimited)
        try encoder.delimited(payload)
        // The event id, if there is one, takes 18 bytes behind the prefix; the type's tag and length follow.
        let idCount = envelope.id == .zero ? 0 : 18
        let typeOffset = Self.prefixCount + idCount + (typeCount >= 0x80 ? 3 : 2)
        self.entries.append(
            Entry(
                offset: start, count: self.buffer.count - start, typeOffset: start + typeOffset, typeCount: typeCount,
                tags: firstTag..<self.tagKeys.count))
    }

    /// Notes a record that is in the buffer already.
    func add(_ tags: [TagKey], offset: Int, count: Int, typeOffset: Int, typeCount: Int) {
        let firstTag = self.tagKeys.count
        self.tagKeys += tags
        self.entries.append(
            Entry(
                offset: offset, count: count, typeOffset: typeOffset, typeCount: typeCount,
                tags: firstTag..<self.tagKeys.count))
    }

    private func encode(_ tag: EventTag, _ encoder: inout WireEncoder, _ firstTag: Int) throws {
        let start = self.buffer.count
        encoder.tag(14, .lengthDelimited)
        try tag.encodeValue(&encoder)
        let count = self.buffer.count - start - 2
        guard count <= EventTag.maximumBytes, !tag.kind.isEmpty else {
            throw EventLogError(.invalid, "the tag \"\(tag)\" is empty or over \(EventTag.maximumBytes) bytes")
        }
        // A length of 128 or more takes two bytes.
        let lengthBytes = count > 0x80 ? 2 : 1
        let key = TagKey(offset: start + 1 + lengthBytes, count: count + 1 - lengthBytes)
        let isKnown = self.tagKeys[firstTag...].contains { self.bytes(of: $0).equals(self.bytes(of: key)) }
        if isKnown {
            self.buffer.truncate(to: start)
        } else {
            self.tagKeys.append(key)
        }
    }
}

// What a log does with a batch.
extension EventBatch {
    /// The bytes of one record, without its header.
    @inlinable
    package func record(_ entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self.bytes[entry.offset..<entry.offset + entry.count])
    }

    @inlinable
    package func typeBytes(of entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self.bytes[entry.typeOffset..<entry.typeOffset + entry.typeCount])
    }

    @inlinable
    package func bytes(of key: TagKey) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self.bytes[key.offset..<key.offset + key.count])
    }

    /// Fills in what the log gives: the positions and the recording time.
    package func stamp(_ receipt: AppendReceipt) { Self.stamp(self.mutableBytes, self.entries, receipt) }

    static func stamp(
        _ bytes: UnsafeMutableRawBufferPointer, _ entries: ContiguousArray<Entry>, _ receipt: AppendReceipt
    ) {
        var position = receipt.first.value
        for entry in entries {
            bytes.storeBytes(
                of: position.littleEndian, toByteOffset: entry.offset + Self.positionOffset, as: UInt64.self)
            bytes.storeBytes(
                of: receipt.recordedAt.microseconds.littleEndian, toByteOffset: entry.offset + Self.recordedAtOffset,
                as: Int64.self)
            position += 1
        }
    }

    /// The Merkle leaf of a stamped record.
    package func leaf(_ entry: Entry) -> MerkleHash {
        MerkleTree.leaf(
            prefixed: UnsafeRawBufferPointer(rebasing: self.bytes[entry.offset - 1..<entry.offset + entry.count]))
    }

    /// The bytes of all records together.
    package var recordBytes: Int { self.buffer.count - self.count }
}
