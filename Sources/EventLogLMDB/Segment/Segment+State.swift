import LedgerEvents
import LedgerLMDB
import LedgerLog

extension Segment {
    /// Where the log stands in this snapshot.
    func state<Access>(_ txn: borrowing Transaction<Access>) throws -> LogState {
        let state = try txn.get(DiskLayout.stateKey, in: self.databases.meta) { span in
            span.withUnsafeBytes { LogState(decoding: $0) }
        }
        guard let state = state ?? nil else {
            throw EventLogError(
                .corrupted(.start),
                "reading the log's state in \(self.path): its row is missing or its checksum does not match",
                remedy: "restore the ledger from a copy")
        }
        return state
    }

    /// Throws unless the last record is the one that the state speaks of.
    func requireConsistentHead<Access>(_ txn: borrowing Transaction<Access>, _ state: LogState) throws {
        let last = try txn.withCursor(self.databases.events) { try $0.last() ? $0.integerKey : nil }
        let end = last ?? self.first.value - 1
        if end != state.head.value { throw EventLogError.lastEventDiffers(self.path, end, state) }
    }

    func receipt<Access>(_ key: String, _ txn: borrowing Transaction<Access>) throws -> IdempotencyRow? {
        let keyBytes = Array(key.utf8)
        guard (1...LogLimits.idempotencyKeyBytes).contains(keyBytes.count) else { return nil }
        let row = try txn.get(keyBytes, in: self.databases.idempotency) { span in
            span.withUnsafeBytes { IdempotencyRow(decoding: $0, key: keyBytes) }
        }
        guard let row else { return nil }
        if let row { return row }
        throw EventLogError(
            .corrupted(.start),
            "reading the idempotency key \"\(key)\" of \(self.path): the row's checksum does not match",
            remedy: "restore the ledger from a copy")
    }
}
