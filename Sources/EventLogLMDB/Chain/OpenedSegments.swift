import EventLog
import EventSourcing
import Synchronization

/// The sealed segments that are open, each since it was first needed.
final class OpenedSegments: Sendable {
    /// Each takes a file descriptor; beyond this the one opened longest ago is let go.
    private static let maximumCount = 64

    /// In the order of their opening.
    private let segments = Mutex<[Segment]>([])

    func segment(_ sealed: SealedSegment) throws -> Segment {
        try self.segments.withLock { segments in
            if let segment = segments.last(where: { $0.first == sealed.first }) { return segment }
            let segment = try Segment(sealed: sealed.path, first: sealed.first)
            if segments.count == Self.maximumCount { segments.removeFirst() }
            segments.append(segment)
            return segment
        }
    }

    /// Forgets a segment whose file was replaced: the next one who asks opens the new one. Who uses it goes on.
    func letGo(of first: Position) {
        self.segments.withLock { $0.removeAll { $0.first == first } }
    }

    /// The same for all, when it cannot be told which were replaced.
    func letGoOfAll() { self.segments.withLock { $0.removeAll() } }
}
