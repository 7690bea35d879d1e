import LedgerEvents

/// What every log refuses before it looks at what it holds.
package enum AppendRules {
    /// Throws unless the batch holds something and keeps within `LogLimits`, and so does the key.
    package static func check(_ batch: EventBatch, _ idempotency: Idempotency?) throws(EventLogError) {
        guard !batch.isEmpty else {
            throw EventLogError(.invalid, "appending: the batch holds no events; append only when something happened")
        }
        guard batch.count <= LogLimits.batchEvents else {
            throw EventLogError(
                .tooLarge,
                "appending: the batch holds \(batch.count) events, over \(LogLimits.batchEvents); append it in parts")
        }
        guard batch.recordBytes <= LogLimits.batchBytes else {
            throw EventLogError(
                .tooLarge,
                "appending: the batch has \(batch.recordBytes) bytes, over \(LogLimits.batchBytes); append it in parts")
        }
        if let index = batch.entries.firstIndex(where: { $0.count > LogLimits.recordBytes }) {
            let entry = batch.entries[index]
            let type = String(decoding: batch.typeBytes(of: entry), as: UTF8.self)
            throw EventLogError(
                .tooLarge,
                "appending: event \(index + 1) of the batch (\(type))"
                    + " has \(entry.count) bytes, over \(LogLimits.recordBytes); keep large contents outside of the log"
            )
        }
        if let idempotency { try self.check(idempotency) }
    }

    private static func check(_ idempotency: Idempotency) throws(EventLogError) {
        let keyBytes = idempotency.key.utf8.count
        guard keyBytes > 0, keyBytes <= LogLimits.idempotencyKeyBytes else {
            throw EventLogError(
                keyBytes == 0 ? .invalid : .tooLarge,
                "appending: an idempotency key has 1 to \(LogLimits.idempotencyKeyBytes) bytes, not \(keyBytes)")
        }
        guard (1...LogLimits.fingerprintBytes).contains(idempotency.fingerprint.count) else {
            throw EventLogError(
                .invalid,
                "appending: a fingerprint has 1 to \(LogLimits.fingerprintBytes) bytes, "
                    + "not \(idempotency.fingerprint.count)"
            )
        }
    }

    /// The first receipt again, or nil when the key is new. Throws when it was used for something else.
    package static func repeated(
        _ idempotency: Idempotency, _ known: (receipt: AppendReceipt, fingerprint: [UInt8])?
    ) throws(EventLogError) -> AppendReceipt? {
        guard let known else { return nil }
        if known.fingerprint == idempotency.fingerprint { return known.receipt }
        throw EventLogError(
            .idempotencyConflict,
            "appending: the idempotency key \"\(idempotency.key)\" was used for other contents, which "
                + "stand from position "
                + "\(known.receipt.first) on; use a new key for a new request")
    }

    package static func conditionFailed(_ position: Position, after: Position) -> EventLogError {
        EventLogError(
            .conditionFailed(position),
            "appending: since position \(after) the log has grown by an event that the condition excludes, at position "
                + "\(position)",
            remedy: "read again and decide again")
    }
}
