import Foundation
import Glibc
import LedgerEvents
import LedgerLog
import Synchronization

extension LMDBEventLog {
    /// The name under which a fork grows.
    package static func partialPath(ofFork path: String) -> String { "\(path).partial" }

    /// Makes the directory in which a fork grows, and locks it; what a fork that was killed left there is removed.
    private static func claim(_ partial: String) throws -> Int32 {
        let isLeft = Files.exists(partial)
        try Files.makeDirectory(partial)
        let descriptor = Glibc.open(partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw Files.error("forking into", partial) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw EventLogError(.alreadyExists, "forking into \(partial): another process is forking there")
        }
        let own = [DiskLayout.creatingFile, DiskLayout.logDirectory, DiskLayout.identityFile, "views", "snapshots"]
        for name in isLeft ? try Files.names(in: partial) ?? [] : [] {
            guard own.contains(where: name.hasPrefix) else {
                close(descriptor)
                throw EventLogError(
                    .alreadyExists,
                    "forking into \(partial): it holds \(name), which no fork left there",
                    remedy: "remove it first")
            }
            try FileManager.default.removeItem(atPath: "\(partial)/\(name)")
        }
        return descriptor
    }

    /// Makes a new ledger that holds what this one held up to a position: the same records, so the same Merkle root.
    ///
    /// Sealed segments in their last form, which never change, are shared: their files get a second name (a copy where
    /// the file system has none to give). What stands behind them is copied record by record, with the idempotency keys
    /// of whole appends. The new ledger says whose past it shares, and since which position it goes its own way.
    ///
    /// It grows under the name `path`.partial and gets its own when it is whole. Throws `.alreadyExists` for a path that
    /// holds anything, and `.notFound` for a position beyond the end.
    package func fork(at position: Position, into path: String, origin: UInt128) async throws {
        guard position <= (try self.head()) else {
            throw EventLogError(.notFound, "forking \(self.path): position \(position) lies beyond the log's end")
        }
        let partial = Self.partialPath(ofFork: path)
        try Self.requireNothing(at: path)
        let claim = try Self.claim(partial)
        defer { close(claim) }
        let identity = LedgerIdentity(
            origin: origin, created: Self.systemClock(), segmentLimits: self.identity.segmentLimits,
            parent: .init(origin: self.identity.origin, position: position))
        let shared = try self.chain.reading(.end) { _, _, _ in self.chain.current }.sealed.prefix {
            $0.isCompacted && $0.last <= position
        }
        do {
            try LedgerDirectory(path: partial).create(identity) { try Self.share(shared, in: $0) }
            try await self.copy(after: shared.last?.last ?? .start, through: position, into: partial)
            if Files.exists(path) { try Files.removeDirectory(path) }
            try Files.move(partial, to: path)
        } catch {
            // The first error is the one to tell.
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
    }

    private static func requireNothing(at path: String) throws {
        guard let held = try Files.names(in: path), let first = held.first else { return }
        throw EventLogError(
            .alreadyExists, "forking into \(path): it holds \(first)",
            remedy: "choose a path that holds nothing")
    }

    /// The sealed segments, and behind them an active one that holds nothing.
    private static func share(_ sealed: ArraySlice<SealedSegment>, in directory: SegmentDirectory) throws {
        for segment in sealed {
            let path = directory.path(of: segment.first)
            try Files.makeDirectory(path)
            try Files.share("\(segment.path)/\(DiskLayout.dataFile)", as: directory.data(of: segment.first))
            try Files.sync(path)
        }
        var state = sealed.last?.state ?? LogState()
        let previous = sealed.last.map { PreviousSegment(first: $0.first, $0.state) }
        state.isSealed = false
        let active = directory.path(of: state.head.next)
        try Segment.create(path: active, state: state, previous: previous)
        try Files.sync(active)
    }

    /// Appends the records as they stand, at the times at which they were recorded. Nothing waits for the device until
    /// the end: a fork that is interrupted is none.
    private func copy(after: Position, through end: Position, into path: String) async throws {
        let clock = CopyClock()
        let fork = try Self.open(at: path, mode: .readWrite) { clock.time }
        try translatingErrors { try fork.chain.current.active.environment.stopSyncing() }
        var next = after
        while next < end {
            let append = try self.append(behind: next, through: end)
            clock.time = append.recordedAt
            next = next.advanced(by: append.batch.count)
            // SAFETY: the batch was made for this append and is not touched again.
            nonisolated(unsafe) let batch = append.batch
            _ = try await fork.append(batch, condition: nil, idempotency: append.idempotency)
        }
        try fork.finishCompaction()
        try translatingErrors { try fork.chain.current.active.environment.sync() }
    }

    private struct Append {
        var batch = EventBatch()
        var recordedAt = Instant.zero
        var idempotency: Idempotency?
    }

    private struct AppendEnds: Error {}

    /// The key and receipt of the append that an event came with.
    private func receipt(
        of envelope: Envelope
    ) throws -> (key: String, known: (receipt: AppendReceipt, fingerprint: [UInt8]))? {
        for key in Idempotency.forms(of: envelope) {
            if let known = try self.receipt(for: key) { return (key, known) }
        }
        return nil
    }

    /// The events behind a position that go into one append: those of one with an idempotency key, or of others that
    /// were recorded at one time. A key goes with whole appends alone.
    private func append(behind position: Position, through end: Position) throws -> Append {
        var append = Append()
        var last = end
        do {
            try self.read(.all, after: position, through: end, limit: .max) { stored in
                let envelope = try stored.envelope()
                let key = envelope.idempotencyKey
                let isFirst = append.batch.isEmpty
                if isFirst {
                    append.recordedAt = stored.recordedAt
                    if let (stated, known) = try self.receipt(of: envelope), known.receipt.first == stored.position {
                        if known.receipt.last <= end {
                            append.idempotency = Idempotency(key: stated, fingerprint: known.fingerprint)
                        }
                        last = min(end, known.receipt.last)
                    }
                } else if append.idempotency == nil,
                    key != nil && last == end
                        || stored.recordedAt != append.recordedAt || append.batch.count >= Self.copiedEvents
                        || append.batch.recordBytes >= Self.copiedBytes
                {
                    throw AppendEnds()
                }
                try append.batch.append(copying: stored)
                if stored.position == last { throw AppendEnds() }
            }
        } catch is AppendEnds {
            return append
        }
        return append
    }

    private static let copiedEvents = 20_000
    private static let copiedBytes = 16 << 20
}

/// The time at which what is being copied was recorded.
private final class CopyClock: Sendable {
    private let current = Mutex(Instant.zero)

    var time: Instant {
        get { self.current.withLock { $0 } }
        set { self.current.withLock { $0 = newValue } }
    }
}
