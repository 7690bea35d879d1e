import Dispatch
import LedgerEvents
import LedgerLMDB
import LedgerLog

/// Gives sealed segments their last form, beside everything else: without free pages, in the order of their keys, and
/// read-only. From then on their files never change.
///
/// One process at a time works on a segment: it holds the lock on the directory in which the new file grows. Whoever
/// has the old file open reads on in it.
final class Compaction: Sendable {
    private let queue = DispatchQueue(label: "agentledger.compaction", qos: .utility)

    /// Compacts these, those that need it, in the background. What was the active segment is kept until then, and not
    /// closed on the writer's time: unmapping takes a while.
    func start(_ segments: ArraySlice<SealedSegment>, _ opened: OpenedSegments, releasing active: Segment?) {
        self.queue.async {
            defer { withExtendedLifetime(active) {} }
            for segment in segments {
                // The segment reads as well as before, and whoever opens the log for writing next tries again.
                try? segment.compact(opened, waits: false)
            }
        }
    }

    /// Compacts these now, behind what goes on in the background.
    func finish(_ segments: ArraySlice<SealedSegment>, _ opened: OpenedSegments) throws {
        try self.queue.sync {
            for segment in segments { try segment.compact(opened, waits: true) }
        }
    }
}

extension SealedSegment {
    private var data: String { "\(self.path)/\(DiskLayout.dataFile)" }
    private var lock: String { "\(self.path)/\(DiskLayout.lockFile)" }
    private var workshop: String { "\(self.path)/\(DiskLayout.compacting)" }

    var isCompacted: Bool { !Files.isWritable(self.data) }

    fileprivate func compact(_ opened: OpenedSegments, waits: Bool) throws {
        while !self.isCompacted || Files.exists(self.workshop) || Files.exists(self.lock) {
            try Files.makeDirectory(self.workshop)
            let isDone = try Files.locking(self.workshop, waits: waits) {
                if !self.isCompacted { try self.replace() }
                opened.letGoOfReplaced()
                // Whoever has the old file open keeps its lock file with it.
                try Files.remove(self.lock)
                try Files.remove("\(self.workshop)/\(DiskLayout.dataFile)")
                try Files.removeDirectory(self.workshop)
            }
            if isDone || !waits { return }
        }
    }

    private func replace() throws {
        let compacted = "\(self.workshop)/\(DiskLayout.dataFile)"
        try Files.remove(compacted)
        try translatingErrors {
            let environment = try Environment(path: self.path, options: Segment.sealedOptions)
            try environment.copy(to: self.workshop, compact: true)
        }
        // The old file goes only for one that says the same.
        guard try PageFile.entries(self.workshop) == PageFile.entries(self.path),
            try SegmentHeader(ofSegment: self.workshop, first: self.first).state == self.state
        else {
            throw EventLogError(
                .io, "compacting \(self.path): the copy holds something else",
                remedy: "check the device")
        }
        try Files.makeReadOnly(compacted, like: self.data)
        try Files.sync(compacted)
        try Files.move(compacted, to: self.data)
        try Files.sync(self.path)
    }
}
