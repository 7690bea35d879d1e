import LedgerEvents
import LedgerLMDB
import LedgerLog

/// A segment that never changes again.
struct SealedSegment: Sendable {
    let first: Position
    let path: String
    /// As of its last event.
    let state: LogState

    var last: Position { self.state.head }
}

/// The segments of a log as of one moment, oldest first. Each begins behind the one before.
struct SegmentList: Sendable {
    let sealed: [SealedSegment]
    let active: Segment
    let opened: OpenedSegments

    /// The sealed segment that holds a position; nil for any other position.
    func sealed(holding position: Position) -> SealedSegment? {
        guard position > .start, position < self.active.first else { return nil }
        return self.sealed[self.firstIndex(endingBehind: position.value - 1)]
    }

    /// The sealed segments that hold something behind `after`.
    func sealed(after: Position) -> ArraySlice<SealedSegment> {
        self.sealed[self.firstIndex(endingBehind: after.value)...]
    }

    private func firstIndex(endingBehind position: UInt64) -> Int {
        var low = 0
        var high = self.sealed.count
        while low < high {
            let middle = (low + high) / 2
            if self.sealed[middle].last.value <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Runs `body` on a snapshot of a sealed segment.
    func reading<R>(
        _ sealed: SealedSegment, _ body: (Segment, borrowing ReadTransaction) throws -> R
    ) throws -> R {
        let segment = try self.opened.segment(sealed)
        return try segment.environment.read { txn in try body(segment, txn) }
    }

    /// What an append of a sealed segment with this idempotency key led to.
    func sealedReceipt(_ key: String) throws -> IdempotencyRow? {
        for sealed in self.sealed.reversed() {
            if let row = try self.reading(sealed, { segment, txn in try segment.receipt(key, txn) }) { return row }
        }
        return nil
    }
}
