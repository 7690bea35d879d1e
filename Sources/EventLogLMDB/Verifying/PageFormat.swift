/// LMDB 0.9's file format, as far as checking it needs (mdb.c: MDB_page, MDB_meta, MDB_db, MDB_node).
enum PageFlags {
    static let branch: UInt16 = 0x01
    static let leaf: UInt16 = 0x02
    static let overflow: UInt16 = 0x04
    static let meta: UInt16 = 0x08
    /// Left behind in pages inside of nodes.
    static let dirty: UInt16 = 0x10
    static let leaf2: UInt16 = 0x20
    static let subPage: UInt16 = 0x40
}

enum NodeFlags {
    static let bigData: UInt16 = 0x01
    static let subDatabase: UInt16 = 0x02
    static let duplicates: UInt16 = 0x04
}

extension [UInt8] {
    func load<T: FixedWidthInteger>(_ offset: Int, as: T.Type = T.self) -> T {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= self.count, "a page was read beyond its end")
        return self.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }
}

/// What LMDB keeps about one tree: 48 bytes.
struct TreeRecord: Equatable {
    static let byteCount = 48
    static let noRoot = UInt64.max

    var pad: UInt32
    var flags: UInt16
    var depth: UInt16
    var branchPages: UInt64
    var leafPages: UInt64
    var overflowPages: UInt64
    var entries: UInt64
    var root: UInt64

    /// `bytes` holds 48 at `offset`.
    init(_ bytes: [UInt8], at offset: Int) {
        self.pad = bytes.load(offset)
        self.flags = bytes.load(offset + 4)
        self.depth = bytes.load(offset + 6)
        self.branchPages = bytes.load(offset + 8)
        self.leafPages = bytes.load(offset + 16)
        self.overflowPages = bytes.load(offset + 24)
        self.entries = bytes.load(offset + 32)
        self.root = bytes.load(offset + 40)
    }
}

/// One of the two headers, pages 0 and 1.
struct PageMeta {
    static let end = 16 + 24 + 2 * TreeRecord.byteCount + 16
    private static let magic: UInt32 = 0xBEEF_C0DE

    var number: UInt64
    var mapBytes: UInt64
    var free: TreeRecord
    var main: TreeRecord
    var lastPage: UInt64
    var transaction: UInt64

    var pageBytes: Int { Int(self.free.pad) }

    /// Nil for bytes that are no header.
    init?(_ page: [UInt8]) {
        guard page.count >= Self.end, page.load(10, as: UInt16.self) == PageFlags.meta,
            page.load(16, as: UInt32.self) == Self.magic, page.load(20, as: UInt32.self) == 1
        else { return nil }
        self.number = page.load(0)
        self.mapBytes = page.load(32)
        self.free = TreeRecord(page, at: 40)
        self.main = TreeRecord(page, at: 40 + TreeRecord.byteCount)
        self.lastPage = page.load(40 + 2 * TreeRecord.byteCount)
        self.transaction = page.load(48 + 2 * TreeRecord.byteCount)
    }
}

/// A node of a branch or leaf page, checked to lie inside of it.
struct PageNode {
    var offset: Int
    var keyCount: Int
    var flags: UInt16
    /// In a leaf; for big data the size of what lies on overflow pages.
    var dataCount: Int
    /// In a branch.
    var child: UInt64

    var keyOffset: Int { self.offset + 8 }
    var dataOffset: Int { self.keyOffset + self.keyCount }
}

/// Splits a page into its nodes; nil with a reason when they do not tile it exactly, as LMDB keeps them.
enum PageNodes {
    struct Failure: Error {
        var reason: String

        static func malformed(_ reason: String) -> Failure { Failure(reason: reason) }
    }

    static func parse(_ page: [UInt8], isLeaf: Bool) throws(Failure) -> [PageNode] {
        let lower = Int(page.load(12, as: UInt16.self))
        let upper = Int(page.load(14, as: UInt16.self))
        guard lower >= 16, lower % 2 == 0, lower <= upper, upper <= page.count else {
            throw .malformed("its bounds are wrong")
        }
        var nodes: [PageNode] = []
        var extents: [(start: Int, end: Int)] = []
        for pointer in stride(from: 16, to: lower, by: 2) {
            let offset = Int(page.load(pointer, as: UInt16.self))
            guard offset >= upper, offset + 8 <= page.count else { throw .malformed("a node lies outside of it") }
            let low = page.load(offset, as: UInt16.self)
            let high = page.load(offset + 2, as: UInt16.self)
            let flags = page.load(offset + 4, as: UInt16.self)
            let keyCount = Int(page.load(offset + 6, as: UInt16.self))
            let size = Int(low) | Int(high) << 16
            var count = 8 + keyCount
            if isLeaf { count += flags & NodeFlags.bigData != 0 ? 8 : size }
            guard offset + count <= page.count else { throw .malformed("a node runs over its end") }
            extents.append((offset, offset + (count + 1) / 2 * 2))
            nodes.append(
                PageNode(
                    offset: offset, keyCount: keyCount, flags: isLeaf ? flags : 0, dataCount: isLeaf ? size : 0,
                    child: isLeaf ? 0 : UInt64(size) | UInt64(flags) << 32))
        }
        extents.sort { $0.start < $1.start }
        var end = upper
        for extent in extents {
            guard extent.start == end else { throw .malformed("its nodes overlap or leave gaps") }
            end = extent.end
        }
        guard end == page.count else { throw .malformed("its nodes do not fill it to the end") }
        return nodes
    }

    /// The packed 8-byte values of a page, or of a page inside of a node, that lies at `range`.
    static func packed(_ bytes: [UInt8], _ range: Range<Int>) throws(Failure) -> [UInt64] {
        (0..<(try self.packedCount(bytes, range, of: 8))).map { bytes.load(range.lowerBound + 16 + $0 * 8) }
    }

    /// How many packed values of a length such a page holds; nil: of the length that the page says.
    static func packedCount(_ bytes: [UInt8], _ range: Range<Int>, of wanted: Int?) throws(Failure) -> Int {
        guard range.count >= 16 else { throw .malformed("it is too short") }
        let length = Int(bytes.load(range.lowerBound + 8, as: UInt16.self))
        guard wanted.map({ $0 == length }) ?? (1...511).contains(length) else {
            throw .malformed("its values are not \(wanted ?? 511) bytes each")
        }
        let lower = Int(bytes.load(range.lowerBound + 12, as: UInt16.self))
        let upper = Int(bytes.load(range.lowerBound + 14, as: UInt16.self))
        let count = (lower - 16) / 2
        guard lower > 16, lower % 2 == 0, 16 + count * length <= range.count,
            upper - lower == range.count - 16 - count * length
        else { throw .malformed("its bounds are wrong") }
        return count
    }
}
