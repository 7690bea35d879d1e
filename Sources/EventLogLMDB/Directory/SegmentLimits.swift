/// When a segment is full: the commit that reaches either limit seals it, and the log goes on in a new one.
///
/// A sealed segment's file never changes again, so that a copy of it is a backup; smaller segments make smaller copies,
/// and more of them to ask when something is looked up in the whole log.
package struct SegmentLimits: Hashable, Sendable {
    package var events: Int
    /// Of data.mdb in use.
    package var bytes: Int

    /// Both at least 1.
    package init(events: Int = 16_000_000, bytes: Int = 8 << 30) {
        precondition(events > 0 && bytes > 0, "a segment holds something")
        self.events = events
        self.bytes = bytes
    }

    func areReached(events: UInt64, bytes: Int) -> Bool {
        events >= UInt64(self.events) || bytes >= self.bytes
    }

    /// Whether more than 15 of 16 parts of either are used up.
    func areNear(events: UInt64, bytes: Int) -> Bool {
        events > UInt64(self.events / 16 * 15) || bytes > self.bytes / 16 * 15
    }
}
