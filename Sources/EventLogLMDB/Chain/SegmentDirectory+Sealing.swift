import LedgerEvents
import LedgerLMDB
import LedgerLog

// How the next segment comes to stand, all of it under the write lock of the active one. `making` is where work goes on:
// what is found there was left by a crash. Preparing costs two syncs, as much as a commit; the seal costs three.
extension SegmentDirectory {
    private var making: String { "\(self.path)/\(DiskLayout.makingSegment)" }
    private var next: String { "\(self.path)/\(DiskLayout.nextSegment)" }

    /// Makes an empty segment in advance, so that the seal has less to do; nothing when there is one.
    func prepareSegment() throws {
        if Files.exists(self.next) { return }
        try self.remove(self.making)
        try Segment.create(path: self.making, syncMode: .none)
        try Files.sync("\(self.making)/\(DiskLayout.dataFile)")
        try Files.sync(self.making)
        try Files.move(self.making, to: self.next)
    }

    /// Makes the segment behind `active`, which is to end with `state`: complete, on the device and in its place.
    ///
    /// What it says goes into the one that was prepared. That it is no longer `next` is on the device before anything is
    /// written: a power cut that undid the move would leave a half-written `next`.
    /// It belongs to the chain once the active one is marked; until then it is what a crash would leave behind.
    func makeSegment(behind active: Segment, _ state: LogState) throws {
        try self.clearLeftovers(behind: active)
        try self.prepareSegment()
        try self.remove(self.making)
        try Files.move(self.next, to: self.making)
        try Files.sync(self.path)
        try Segment.create(
            path: self.making, state: state, previous: PreviousSegment(first: active.first, state), syncMode: .none)
        try Files.sync("\(self.making)/\(DiskLayout.dataFile)")
        try Files.move(self.making, to: self.path(of: state.head.next))
        try Files.sync(self.path)
    }

    private func clearLeftovers(behind active: Segment) throws {
        for first in try self.firsts() where first > active.first {
            if let header = try self.leftover(first), !header.isEmpty { throw self.eventsBehind(active.first, first) }
            try self.remove(self.path(of: first))
        }
    }

    /// Removes the directory of a segment, if there is one.
    func remove(_ segment: String) throws {
        for file in [DiskLayout.dataFile, DiskLayout.lockFile] { try Files.remove("\(segment)/\(file)") }
        try Files.removeDirectory(segment)
    }
}
