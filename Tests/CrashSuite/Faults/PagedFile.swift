import Foundation
import Seeded

/// Which part of an LMDB file is damaged, and how.
enum PageKind: String, CaseIterable {
    case header, branch, leaf
    /// Positions packed in a page of their own, and in a small page inside of a leaf.
    case packed
    case inner
    /// The first page of a long record, and those behind it.
    case overflow
    case continuation
    /// A page of which only some sectors arrived, or none.
    case torn
    /// A file that ends early.
    case cut
}

/// data.mdb as it was, and one damage at a time.
final class PagedFile {
    struct Damage {
        var description: String
        var offset: Int
        /// What stands there instead; nil when the file ends there.
        var bytes: [UInt8]?
    }

    let path: String
    private let original: [UInt8]
    private var pages: [PageKind: [Int]] = [:]
    private static let pageBytes = 4096
    private static let sectorBytes = 512

    init(_ path: String) throws {
        self.path = path
        self.original = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let count = self.original.count / Self.pageBytes
        var page = 0
        while page < count {
            // mdb.c, MDB_page: flags at byte 10; behind an overflow page's, at 12, how many pages it takes.
            let flags = self.word(page * Self.pageBytes + 10)
            if flags & 0x08 != 0 { self.pages[.header, default: []].append(page) }
            if flags & 0x01 != 0 { self.pages[.branch, default: []].append(page) }
            if flags & 0x22 == 0x02 {
                self.pages[.leaf, default: []].append(page)
                if !self.innerPages(page).isEmpty { self.pages[.inner, default: []].append(page) }
            }
            if flags & 0x20 != 0 { self.pages[.packed, default: []].append(page) }
            if flags & 0x04 != 0 {
                self.pages[.overflow, default: []].append(page)
                let taken = max(1, self.word(page * Self.pageBytes + 12))
                for further in page + 1..<max(page + 1, min(count, page + taken)) {
                    self.pages[.continuation, default: []].append(further)
                }
                page += taken
            } else {
                page += 1
            }
        }
        // Most often those at the end, which the last commit wrote.
        self.pages[.torn] = Array(2..<max(3, count)) + Array(repeating: max(2, count - 8)..<count, count: 64).joined()
        self.pages[.cut] = Array(0..<count)
    }

    private func word(_ offset: Int) -> Int { Int(self.original[offset]) | Int(self.original[offset + 1]) << 8 }

    /// Where the pages inside of a leaf's nodes lie (mdb.c, MDB_node: size, flags, key size; F_DUPDATA is 0x04,
    /// F_SUBDATA 0x02).
    private func innerPages(_ page: Int) -> [Range<Int>] {
        let start = page * Self.pageBytes
        let lower = min(Self.pageBytes, self.word(start + 12))
        return stride(from: 16, to: lower - 1, by: 2).compactMap { pointer in
            let node = start + self.word(start + pointer)
            guard node + 8 < start + Self.pageBytes, self.word(node + 4) & 0x06 == 0x04 else { return nil }
            let data = node + 8 + self.word(node + 6)
            let end = data + self.word(node)
            return end > data && end <= start + Self.pageBytes ? data..<end : nil
        }
    }

    func has(_ kind: PageKind) -> Bool { self.pages[kind]?.isEmpty == false }

    /// Some damage of a kind that the file has.
    func damage(_ kind: PageKind, _ random: inout SplitMix64) -> Damage {
        let pages = self.pages[kind] ?? []
        let page = pages[Int.random(in: 0..<pages.count, using: &random)]
        let start = page * Self.pageBytes
        switch kind {
        case .header: return self.flip(start..<start + 160, page, &random)
        case .branch, .leaf, .packed, .overflow:
            // Headers of pages are small and matter most.
            let count = Bool.random(using: &random) ? 32 : Self.pageBytes
            return self.flip(start..<start + count, page, &random)
        case .continuation: return self.flip(start..<start + Self.pageBytes, page, &random)
        case .inner:
            let ranges = self.innerPages(page)
            return self.flip(ranges[Int.random(in: 0..<ranges.count, using: &random)], page, &random)
        case .torn:
            let kept = Int.random(in: 0..<Self.pageBytes / Self.sectorBytes, using: &random)
            let lost = start + kept * Self.sectorBytes..<start + Self.pageBytes
            let other = Int.random(in: 2..<max(3, self.original.count / Self.pageBytes), using: &random)
            let bytes =
                Bool.random(using: &random)
                ? Array(repeating: 0, count: lost.count)
                : Array(self.original[other * Self.pageBytes..<other * Self.pageBytes + lost.count])
            return Damage(description: "page \(page) behind \(kept) sectors", offset: lost.lowerBound, bytes: bytes)
        case .cut:
            let end = start + Int.random(in: 0..<Self.pageBytes, using: &random)
            return Damage(description: "at byte \(end)", offset: end, bytes: nil)
        }
    }

    private func flip(_ range: Range<Int>, _ page: Int, _ random: inout SplitMix64) -> Damage {
        let offset = Int.random(in: range, using: &random)
        let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
        return Damage(
            description: "page \(page), byte \(offset % Self.pageBytes), bit \(bit)", offset: offset,
            bytes: [self.original[offset] ^ bit])
    }

    func apply(_ damage: Damage) throws {
        try self.write { descriptor in
            guard let bytes = damage.bytes else { return ftruncate(descriptor, off_t(damage.offset)) == 0 }
            return pwrite(descriptor, bytes, bytes.count, off_t(damage.offset)) == bytes.count
        }
    }

    func restore() throws {
        try self.write { descriptor in
            pwrite(descriptor, self.original, self.original.count, 0) == self.original.count
                && ftruncate(descriptor, off_t(self.original.count)) == 0
        }
    }

    /// Whatever leave to write there is.
    private func write(_ body: (Int32) -> Bool) throws {
        var status = stat()
        stat(self.path, &status)
        chmod(self.path, 0o600)
        defer { chmod(self.path, status.st_mode) }
        let descriptor = open(self.path, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, body(descriptor) else { throw Failure("\(self.path) cannot be damaged") }
    }
}
