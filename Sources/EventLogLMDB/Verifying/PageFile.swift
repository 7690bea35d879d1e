import EventLog
import Glibc

/// data.mdb read with plain `pread`: LMDB trusts its pages, and a damaged one can take the process with it.
final class PageFile {
    let path: String
    let pageBytes: Int
    let pageCount: UInt64
    private let descriptor: Int32

    init(segment: String) throws {
        self.path = segment + "/data.mdb"
        self.descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        if self.descriptor < 0 { throw Files.error("reading", self.path) }
        var status = stat()
        fstat(self.descriptor, &status)
        // LMDB's pages are those of the machine that made the file, and each header says so.
        var pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        for page in [0, pageBytes] {
            if let meta = PageMeta(try Self.read(self.descriptor, at: page, count: PageMeta.end)),
                (512...65536).contains(meta.pageBytes), meta.pageBytes.nonzeroBitCount == 1
            {
                pageBytes = meta.pageBytes
                break
            }
        }
        self.pageBytes = pageBytes
        self.pageCount = UInt64(max(0, Int(status.st_size)) / pageBytes)
    }

    deinit { close(self.descriptor) }

    /// The bytes of `count` pages; shorter at the end of the file.
    func read(_ page: UInt64, count: Int = 1) throws -> [UInt8] {
        guard page < self.pageCount, count > 0 else { return [] }
        let count = min(UInt64(count), self.pageCount - page)
        return try Self.read(self.descriptor, at: Int(page) * self.pageBytes, count: Int(count) * self.pageBytes)
    }

    private static func read(_ descriptor: Int32, at offset: Int, count: Int) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if failure != 0 {
            throw EventLogError(.io, "reading data.mdb at byte \(offset): \(String(cString: strerror(failure)))")
        }
        return bytes
    }

    /// Both headers, the one that counts first.
    func metas() throws -> [PageMeta] {
        var metas: [PageMeta] = []
        for page in 0..<UInt64(2) {
            if let meta = PageMeta(try self.read(page)), meta.number == page { metas.append(meta) }
        }
        return metas.sorted { $0.transaction > $1.transaction }
    }

    /// Throws unless a log can be opened without LMDB stumbling: the headers, the list of databases, the state, and
    /// the way to the last event. A dozen pages.
    static func requireReadable(_ segment: String) throws {
        guard Files.exists(segment + "/data.mdb") else { return }
        // Commits go on meanwhile: what was read half before and half after one is read again.
        for attempt in 0..<5 {
            let file = try PageFile(segment: segment)
            var walk = TreeWalk(file, VerificationReport())
            guard let meta = walk.checkMetas(try file.metas(), snapshot: nil) else {
                if attempt < 4 { continue }
                throw self.damaged(segment, walk.report)
            }
            var trees: [String: TreeRecord] = [:]
            try walk.walk(meta.main, "main", .list) { item in
                guard item.value.count == TreeRecord.byteCount else { return }
                trees[String(decoding: item.key, as: UTF8.self)] = TreeRecord(Array(item.value), at: 0)
            }
            if let state = trees[DiskLayout.Name.meta] { try walk.walk(state, DiskLayout.Name.meta, .plain) { _ in } }
            if let events = trees[DiskLayout.Name.events] { try walk.walkToLast(events, DiskLayout.Name.events) }
            if walk.report.isSound { return }
            if attempt == 4 { throw self.damaged(segment, walk.report) }
        }
    }

    private static func damaged(_ segment: String, _ report: VerificationReport) -> EventLogError {
        let what = report.findings.first?.description ?? "its headers are damaged"
        return EventLogError(.corrupted(.start), "opening \(segment): \(what); restore the ledger from a copy")
    }
}
