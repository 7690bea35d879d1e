import LedgerEvents
import LedgerLMDB
import LedgerLog

/// Checks of LMDB files page by page, with `pread`: LMDB trusts its pages, and a damaged one can take the process with
/// it.
package enum PageCheck {
    /// To catch the headers of a snapshot while others commit.
    private static let attempts = 50

    /// Checks all pages of the file in an environment's folder, as of one snapshot; what is wrong comes back as findings.
    /// - Parameter name: what findings call the file.
    package static func verify(folder: String, name: String) throws -> VerificationReport {
        let environment: Environment
        do {
            environment = try Environment(path: folder, options: .init(mode: .readOnly))
        } catch {
            guard error.code == .corrupted || error.code == .versionMismatch else { throw EventLogError(error) }
            var report = VerificationReport(file: name)
            report.add("the whole file", error.description)
            return report
        }
        let walk = try translatingErrors {
            try environment.read { txn in
                try self.walking(folder, name, snapshot: txn.number) { walk, meta, trees in
                    for (name, tree) in trees { try self.walk(tree, name, &walk) }
                    try walk.walk(meta.free, "free pages", .numbers) { _ in }
                }
            }
        }
        return walk.report
    }

    private static func walk(_ tree: TreeRecord, _ name: String, _ walk: inout TreeWalk) throws {
        let (sets, fixed): (UInt16, UInt16) = (0x04, 0x10)
        if tree.flags & sets == 0 { return try walk.walk(tree, name, .plain) { _ in } }
        guard tree.flags & fixed != 0 else { return walk.report.add("database \(name)", "its description is damaged") }
        try walk.walk(tree, name, .duplicates) { _ in }
    }

    /// Checks the pages at the end of each index of a segment, which an append changes and writes anew, and the records on
    /// the last one. Throws `.corrupted` with what is wrong.
    static func requireSoundEnd(of segment: Segment, _ txn: borrowing ReadTransaction) throws {
        let walk = try self.walking(segment.path, DiskLayout.dataFile, snapshot: txn.number) { walk, _, trees in
            for (name, tree) in trees {
                guard let leaf = try walk.lastLeaf(tree, name), name == DiskLayout.Name.events else { continue }
                for node in leaf.nodes where node.flags == 0 {
                    let value = leaf.bytes[node.dataOffset..<node.dataOffset + node.dataCount]
                    let isSound = value.withUnsafeBytes { Checksum.checked($0) != nil }
                    if !isSound { walk.fail(leaf.number, name, "a record's checksum does not match") }
                }
            }
        }
        guard let finding = walk.report.findings.first else { return }
        throw EventLogError(
            .corrupted(segment.first),
            "opening \(segment.path)/\(DiskLayout.dataFile) for writing: \(finding.message) (\(finding.place)); nothing is "
                + "appended to a damaged log: `agentledger verify` lists the damage, restore the file from a copy")
    }

    /// Runs `body` on the trees of a snapshot that the caller holds.
    private static func walking(
        _ folder: String, _ name: String, snapshot: Int,
        _ body: (inout TreeWalk, PageMeta, [(String, TreeRecord)]) throws -> Void
    ) throws -> TreeWalk {
        var attempt = 1
        while true {
            let file = try PageFile(segment: folder)
            var walk = TreeWalk(file, VerificationReport(file: name))
            let metas = try file.metas()
            let meta = walk.checkMetas(metas, snapshot: UInt64(snapshot))
            // The headers are those of the last two commits, and others may be committing.
            if attempt < self.attempts, meta == nil || !walk.report.isSound {
                attempt += 1
                continue
            }
            guard let meta else {
                if walk.report.isSound { walk.report.add("pages 0 and 1, headers", "they change too fast; try again") }
                return walk
            }
            var trees: [(String, TreeRecord)] = []
            var strange: [String] = []
            try walk.walk(meta.main, "main", .list) { item in
                let name = String(decoding: item.key, as: UTF8.self)
                guard item.value.count == TreeRecord.byteCount else { return strange.append(name) }
                trees.append((name, TreeRecord(Array(item.value), at: 0)))
            }
            for name in strange { walk.report.add("database \(name)", "its description is damaged") }
            try body(&walk, meta, trees)
            return walk
        }
    }
}
