import EventLog
import EventSourcing
import LMDB

extension Segment {
    /// Where the log stands in this snapshot.
    func state<Access>(_ txn: borrowing Transaction<Access>) throws -> LogState {
        let state = try txn.get(DiskLayout.stateKey, in: self.databases.meta) { span in
            span.withUnsafeBytes { LogState(decoding: $0) }
        }
        guard let state = state ?? nil else {
            throw EventLogError(
                .corrupted(.start),
                "reading the log's state in \(self.path): its row is missing or its checksum does not match; "
                    + "restore the ledger from a copy")
        }
        return state
    }

    /// The state without its hashes: the head and the last recording time.
    func head<Access>(_ txn: borrowing Transaction<Access>) throws -> Position { try self.state(txn).head }

    /// Throws unless the last record is the one that the state speaks of.
    func requireConsistentHead<Access>(_ txn: borrowing Transaction<Access>, _ state: LogState) throws {
        let last = try txn.withCursor(self.databases.events) { try $0.last() ? $0.integerKey : 0 }
        guard last == state.head.value else {
            throw EventLogError(
                .corrupted(Position(min(last, state.head.value)).next),
                "opening \(self.path): its last event has position \(last), its state says \(state.head); "
                    + "restore the ledger from a copy")
        }
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
            "reading the idempotency key \"\(key)\" of \(self.path): the row's checksum does not match; "
                + "restore the ledger from a copy")
    }
}
