import LedgerEvents

extension EventBatch {
    /// Adds an event as another log holds it, byte for byte but for its position and recording time.
    package func append(copying event: borrowing StoredEvent) throws {
        guard let base = event.bytes.baseAddress, let type = event.typeBytes.baseAddress,
            event.bytes.count > Self.prefixCount
        else { throw EventLogError(.invalid, "the event at position \(event.position) has no type") }
        var encoder = WireEncoder(self.buffer)
        encoder.varint(UInt64(MerkleTree.leafPrefix))
        let start = self.buffer.count
        encoder.raw(event.bytes)
        var keys: [TagKey] = []
        try event.forEachTagKey { key in
            guard let at = key.baseAddress else { return }
            keys.append(TagKey(offset: start + (at - base), count: key.count))
        }
        self.add(
            keys, offset: start, count: event.bytes.count, typeOffset: start + (type - base),
            typeCount: event.typeBytes.count)
    }
}
