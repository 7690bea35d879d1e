import LedgerEvents
import LedgerLog
import Synchronization

/// The sealed segments that are open, each since it was first needed.
final class OpenedSegments: Sendable {
    /// Each takes a file descriptor; beyond this the one opened longest ago is let go.
    private static let maximumCount = 64

    private struct Entry {
        var segment: Segment
        /// Whether this is its last form.
        var isCompacted: Bool
    }

    /// In the order of their opening.
    private let entries = Mutex<[Entry]>([])

    func segment(_ sealed: SealedSegment) throws -> Segment {
        try self.entries.withLock { entries in
            if let entry = entries.last(where: { $0.segment.first == sealed.first }) { return entry.segment }
            let isCompacted = sealed.isCompacted
            let segment = try Segment(sealed: sealed.path, first: sealed.first)
            if entries.count == Self.maximumCount { entries.removeFirst() }
            entries.append(Entry(segment: segment, isCompacted: isCompacted))
            return segment
        }
    }

    /// Forgets segments whose files were replaced by their last form, or may have been: the next one who asks opens
    /// those. Who uses the old ones goes on.
    func letGoOfReplaced() { self.entries.withLock { $0.removeAll { !$0.isCompacted } } }
}
