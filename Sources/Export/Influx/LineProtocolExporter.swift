import Foundation
import LedgerRelations

/// A file of points in InfluxDB's line protocol. Its last line says up to where, as a point of its own; the next run
/// puts what is new in its place. The same ledger at the same position gives the same bytes, in one run or in many.
package struct LineProtocolExporter: Exporter {
    package let path: String

    package init(path: String) { self.path = path }

    private static let chunk = 256 << 10

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        try PointBookmark.requirePoints(source)
        // A pipe must not be read to find out what it holds.
        try PartialFile.requireReplaceable(self.path)
        let held = try self.held()
        // Of points of an older version nothing is kept.
        let isKept = try held?.bookmark.check(against: source, target: self.path) == .update
        let position = isKept ? held?.bookmark.position : nil
        var counter = PointCounter(progress)
        if position != source.position {
            let file = try PartialFile(self.path, replacing: .anything)
            if isKept, let held { try self.copy(first: held.bytes, into: file) }
            var lines = LineProtocol()
            try source.points(changedAfter: position) { point in
                guard counter.count(point) else { return }
                lines.append(point)
                if lines.bytes.count >= Self.chunk {
                    try lines.bytes.withUnsafeBytes { try file.write($0) }
                    lines.removeAll()
                }
            }
            let rest = lines.bytes + Array(PointBookmark.line(of: source, position: source.position).utf8)
            try rest.withUnsafeBytes { try file.write($0) }
            try file.close()
            try file.rename()
        }
        return ExportReport(
            target: self.path, fromPosition: held?.bookmark.position ?? 0, toPosition: source.position,
            tables: counter.finish(), seconds: (ContinuousClock.now - start).inSeconds)
    }

    /// What the file holds: the bytes of its points, and up to where they go. Nil where there is no file, or an empty
    /// one.
    private func held() throws(ExportError) -> (bookmark: Bookmark, bytes: Int)? {
        guard FileManager.default.fileExists(atPath: self.path) else { return nil }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: self.path))
            let count = try handle.seekToEnd()
            if count == 0 { return nil }
            // The last line is shorter than this.
            try handle.seek(toOffset: count - min(count, 1024))
            let tail = [UInt8](try handle.readToEnd() ?? Data())
            let lineStart = tail.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let line = String(decoding: tail[lineStart...], as: UTF8.self)
            guard line.last == "\n", let bookmark = PointBookmark.read(line: line.dropLast()) else {
                throw ExportError(
                    .notOurs,
                    "\(self.path) does not end as a file of points that we wrote: choose another file, or remove it")
            }
            return (bookmark, Int(count) - (tail.count - lineStart))
        } catch let error as ExportError {
            throw error
        } catch {
            throw ExportError(.cannotWrite, "cannot read \(self.path), to go on where it ends", cause: error)
        }
    }

    private func copy(first count: Int, into file: PartialFile) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: self.path))
        var rest = count
        while rest > 0, let piece = try handle.read(upToCount: min(rest, 1 << 20)), !piece.isEmpty {
            try piece.withUnsafeBytes { try file.write($0) }
            rest -= piece.count
        }
        guard rest == 0 else {
            throw ExportError(.cannotWrite, "\(self.path) became shorter while it was read: run again")
        }
    }
}
