import LedgerEvents
import LedgerLMDB
import LedgerLog

/// `LEDGER/log`: one directory per segment.
struct SegmentDirectory: Sendable {
    let path: String

    func path(of first: Position) -> String { "\(self.path)/\(DiskLayout.segmentName(first))" }

    func data(of first: Position) -> String { "\(self.path(of: first))/\(DiskLayout.dataFile)" }

    /// The first positions of all that are there, ascending, whether they belong to the chain or not.
    func firsts() throws -> [Position] {
        try (Files.names(in: self.path) ?? []).compactMap { DiskLayout.firstPosition(ofSegment: $0) }
    }

    /// What a segment of the chain says of itself. `mode` is that of the log: a writer repairs what a killed one left.
    func header(of first: Position, mode: Environment.Mode) throws -> SegmentHeader {
        let segment = self.path(of: first)
        do {
            if mode == .readWrite { try PageFile.restoreLength(segment) }
            return try SegmentHeader(ofSegment: segment, first: first)
        } catch let error as EventLogError where error.code == .notFound {
            throw EventLogError(
                .corrupted(first),
                "opening \(segment): the segment that holds the events from \(first) on is missing",
                remedy: "restore it from a copy of the ledger",
                cause: error)
        }
    }

    /// Throws when events stand behind a segment that is not sealed: an older copy of it was put in place.
    func requireNothing(behind active: Position) throws {
        for first in try self.firsts() where first > active {
            // What a crash left behind is empty, and a writer may be clearing it away.
            guard let header = try self.leftover(first), !header.isEmpty else { continue }
            // It may have become part of the chain since the chain was followed.
            if try SegmentHeader(ofSegment: self.path(of: active), first: active).state.isSealed { return }
            throw self.eventsBehind(active, first)
        }
    }

    /// The header of what stands behind the active segment; nil when there is nothing in the directory.
    func leftover(_ first: Position) throws -> SegmentHeader? {
        do {
            return try SegmentHeader(ofSegment: self.path(of: first), first: first)
        } catch let error as EventLogError where error.code == .notFound {
            return nil
        }
    }

    func eventsBehind(_ active: Position, _ first: Position) -> EventLogError {
        EventLogError(
            .corrupted(first),
            "opening \(self.path(of: active)): it is not sealed, and yet \(self.path(of: first)) behind it holds events; "
                + "an older copy took its place: restore it from the latest one")
    }
}
