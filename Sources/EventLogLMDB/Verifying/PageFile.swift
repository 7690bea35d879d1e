import Glibc
import LedgerLog

/// data.mdb read with plain `pread`: LMDB trusts its pages, and a damaged one can take the process with it.
final class PageFile {
    let path: String
    let pageBytes: Int
    let pageCount: UInt64
    private let descriptor: Int32

    init(segment: String) throws {
        self.path = "\(segment)/\(DiskLayout.dataFile)"
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

    /// Whether pages that were read since the file had these headers may be those of a later commit, even of one that is
    /// not committed yet: LMDB writes over a snapshot's pages from the third commit behind it on.
    func isOvertaken(since metas: [PageMeta]) throws -> Bool {
        guard let then = metas.first?.transaction, let now = try self.metas().first?.transaction else { return false }
        return now > then + 1
    }
}

extension PageFile {
    /// How many values each database of a segment holds, as LMDB counts them.
    static func entries(_ segment: String) throws -> [String: UInt64] {
        let file = try PageFile(segment: segment)
        var walk = TreeWalk(file, VerificationReport())
        var entries: [String: UInt64] = [:]
        guard let meta = walk.checkMetas(try file.metas(), snapshot: nil) else { return entries }
        try walk.walk(meta.main, "main", .list) { item in
            guard item.value.count == TreeRecord.byteCount else { return }
            entries[String(decoding: item.key, as: UTF8.self)] = TreeRecord(Array(item.value), at: 0).entries
        }
        return entries
    }
}

// A commit may end with pages that it allocated at the end of the file and freed again: LMDB counts them and does not
// write them. `Environment` lengthens the file after the commit; a writer that was killed in between did not.
extension PageFile {
    /// More than one commit leaves unwritten.
    private static let maximumUnwritten: UInt64 = 1 << 16

    /// Lengthens a file that lacks free pages alone, so that it can be opened. For writers.
    static func restoreLength(_ segment: String) throws {
        guard Files.exists("\(segment)/\(DiskLayout.dataFile)") else { return }
        let file = try PageFile(segment: segment)
        let metas = try file.metas()
        guard let last = metas.first?.lastPage, last >= file.pageCount, last - file.pageCount < self.maximumUnwritten
        else { return }
        var walk = TreeWalk(file, VerificationReport())
        guard let meta = walk.checkMetas(metas, snapshot: nil, filePages: last + 1) else { return }
        var unwritten: Set<UInt64> = []
        try walk.walk(meta.free, "free pages", .numbers) { item in
            let pages = stride(from: 8, through: item.value.count - 8, by: 8).map { offset in
                Array(item.value).load(offset, as: UInt64.self)
            }
            unwritten.formUnion(pages.filter { (file.pageCount...last).contains($0) })
        }
        guard walk.report.isSound, UInt64(unwritten.count) == last + 1 - file.pageCount else { return }
        try Files.extend(file.path, toBytes: Int(last + 1) * file.pageBytes)
    }
}
