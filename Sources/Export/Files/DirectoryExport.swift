import Foundation
import LedgerRelations

/// How rows become lines of a file.
enum LineFormat: String {
    case csv
    case jsonl
}

/// One file per table and `manifest.json`, in a directory of their own. Every file is written under a temporary name;
/// when all are whole they get their names, the manifest last. Always a whole export: the same rows at the same
/// position give the same bytes.
struct DirectoryExport {
    let path: String
    let format: LineFormat

    func export(_ source: some RelationSource, _ progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        let from = try self.prepare(for: source)
        var files: [PartialFile] = []
        var entries: [Manifest.File] = []
        var tables: [ExportReport.Table] = []
        for table in source.schema.tables {
            let file = try PartialFile(self.inside(self.name(table)), replacing: .anything)
            let report = try self.write(table, source, to: file, progress)
            try file.close()
            files.append(file)
            tables.append(report)
            entries.append(
                .init(
                    file: self.name(table), table: table.name, rows: report.rows, bytes: file.bytes, sha256: file.sha256
                ))
        }
        let manifest = Manifest(
            format: self.format.rawValue, ledgerID: source.ledgerID, schema: source.schema.name,
            schemaVersion: source.schema.version, fromPosition: min(1, source.position), toPosition: source.position,
            files: entries)
        let last = try PartialFile(self.inside(Manifest.name), replacing: .anything)
        try Array(manifest.encoded.utf8).withUnsafeBytes { try last.write($0) }
        try last.close()
        for file in files { try file.rename() }
        try last.rename()
        return ExportReport(
            target: self.path, fromPosition: from, toPosition: source.position, tables: tables,
            seconds: (ContinuousClock.now - start).inSeconds)
    }

    private func name(_ table: TableDeclaration) -> String { "\(table.name).\(self.format.rawValue)" }

    private func inside(_ name: String) -> String { "\(self.path)/\(name)" }

    private func write(
        _ table: TableDeclaration, _ source: some RelationSource, to file: PartialFile, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(table, progress)
        let out = RowStream { try file.write($0) }
        switch self.format {
        case .csv:
            try out.csvRow(table.columns.map { .text($0.name) })
            try source.rows(of: table, changedAfter: nil) { cells in
                counter.count(cells)
                try out.csvRow(cells)
            }
        case .jsonl:
            try source.rows(of: table, changedAfter: nil) { cells in
                counter.count(cells)
                try out.jsonRow(cells, columns: table.columns)
            }
        }
        try out.flush()
        return counter.finish()
    }

    /// Makes a directory, with those around it.
    private static func make(_ path: String) throws(ExportError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR else { return }
            throw ExportError(
                .cannotWrite, "\(path) is there and is not a directory: name a directory, or one that does not exist")
        }
        let parent = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
        if path.hasSuffix("/") { return try self.make(String(parent)) }
        if !parent.isEmpty { try self.make(String(parent)) }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw ExportError(
                .cannotWrite,
                "cannot make the directory \(path): \(String(cString: strerror(errno))); name one in a directory that you "
                    + "may write to")
        }
    }

    /// Makes the directory, or checks that all it holds is an earlier export of ours. Returns that one's position.
    private func prepare(for source: some RelationSource) throws -> UInt64 {
        try LedgerFolders.requireOutside(self.path)
        try Self.make(self.path)
        let held: [String]
        do {
            held = try FileManager.default.contentsOfDirectory(atPath: self.path)
        } catch {
            throw ExportError(.cannotWrite, "cannot list the directory \(self.path)", cause: error)
        }
        let finished = held.filter { !$0.hasSuffix(".partial") }
        let previous = finished.contains(Manifest.name) ? try Manifest(at: self.inside(Manifest.name)) : nil
        if let previous, previous.format == self.format.rawValue {
            // Written whole each time: of an older version nothing is kept.
            _ = try previous.bookmark.check(against: source, target: self.path)
        }
        let ours = Set(source.schema.tables.map(self.name) + (previous == nil ? [] : [Manifest.name]))
        let named = Set(previous?.files.map(\.file) ?? [])
        // Without a manifest nothing finished is ours; partial files are what a killed run of ours leaves.
        if let foreign = held.sorted().first(where: { name in
            name.hasSuffix(".partial")
                ? !ours.union([Manifest.name]).contains(String(name.dropLast(".partial".count)))
                : !(previous != nil && (ours.contains(name) || named.contains(name)))
        }) {
            throw ExportError(
                .notOurs, "\(self.path) holds \(foreign), which we did not write: choose an empty or new directory")
        }
        guard previous == nil || previous?.format == self.format.rawValue else {
            throw ExportError(
                .notOurs, "\(self.path) holds an export in another format: choose an empty or new directory")
        }
        return previous?.toPosition ?? 0
    }
}
