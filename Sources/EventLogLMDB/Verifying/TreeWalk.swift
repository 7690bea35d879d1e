import LedgerEvents
import LedgerLog

/// Walks the trees of a snapshot page by page, checks all that LMDB takes for granted, and hands over what they hold.
struct TreeWalk {
    /// How keys are ordered, and what a record is.
    enum Kind {
        /// Byte strings.
        case plain
        /// Numbers of 8 bytes.
        case numbers
        /// Byte strings, each with a sorted set of numbers of 8 bytes.
        case positions
        /// Byte strings, each with a sorted set of byte strings of one length. What these are is not handed over.
        case duplicates
        /// The names of databases, each with its `TreeRecord`.
        case list
    }

    struct Item {
        var key: ArraySlice<UInt8>
        /// Empty in a tree of positions.
        var value: ArraySlice<UInt8>
        var positions: [UInt64] = []
        var place: String
    }

    struct Counts {
        var branch: UInt64 = 0
        var leaf: UInt64 = 0
        var overflow: UInt64 = 0
        var entries: UInt64 = 0
    }

    let file: PageFile
    var report: VerificationReport
    var progress: (UInt64, UInt64) -> Void = { _, _ in }
    private(set) var lastPage: UInt64 = 1
    /// One bit per page: seen in a tree, or in the list of free pages.
    private var seen: [UInt64] = []

    init(_ file: PageFile, _ report: VerificationReport) {
        self.file = file
        self.report = report
    }

    /// The header of the snapshot, or of the last commit; nil when it cannot be told. Both headers are checked.
    mutating func checkMetas(_ metas: [PageMeta], snapshot: UInt64?, filePages: UInt64? = nil) -> PageMeta? {
        let place = "pages 0 and 1, headers"
        if metas.count < 2 { self.report.add(place, "a header is damaged") }
        for meta in metas where meta.transaction > 1 && meta.transaction % 2 != meta.number {
            self.report.add(place, "header \(meta.number) has a wrong transaction number, \(meta.transaction)")
        }
        if let first = metas.first, let second = metas.last, metas.count == 2, first.transaction > 0,
            first.transaction != second.transaction + 1
        {
            self.report.add(
                place, "the headers' transaction numbers, \(first.transaction) and \(second.transaction), do not follow"
            )
        }
        guard let meta = metas.first(where: { snapshot == nil || $0.transaction == snapshot }) else { return nil }
        let bytes = UInt64(self.file.pageBytes)
        guard meta.pageBytes == self.file.pageBytes, meta.lastPage < filePages ?? self.file.pageCount,
            meta.mapBytes / bytes > meta.lastPage, meta.mapBytes % bytes == 0, meta.mapBytes >> 48 == 0,
            meta.free.flags & 0x7F == 0x08, meta.main.flags == 0
        else {
            self.report.add(place, "header \(meta.number) contradicts itself or the file's length")
            return nil
        }
        self.lastPage = meta.lastPage
        self.seen = Array(repeating: 0, count: Int(meta.lastPage / 64) + 1)
        self.seen[0] = 3
        return meta
    }

    /// False when the page was seen before or is none.
    mutating func mark(_ page: UInt64) -> Bool {
        guard page <= self.lastPage else { return false }
        let bit = UInt64(1) << (page % 64)
        guard self.seen[Int(page / 64)] & bit == 0 else { return false }
        self.seen[Int(page / 64)] |= bit
        return true
    }

    var unseenPages: UInt64 { self.lastPage + 1 - self.seen.reduce(0) { $0 + UInt64($1.nonzeroBitCount) } }

    /// Walks one tree in the order of its keys.
    mutating func walk(
        _ tree: TreeRecord, _ name: String, _ kind: Kind, _ body: (Item) throws -> Void
    ) throws {
        var counts = Counts()
        if tree.root != TreeRecord.noRoot {
            var bounds = KeyBounds(kind: kind)
            try self.walkPage(tree.root, depth: Int(tree.depth), name, &bounds, nil, &counts, body)
        } else if tree.depth != 0 {
            self.report.add("database \(name)", "it has a depth of \(tree.depth) and no pages")
        }
        self.compare(tree, counts, "database \(name)")
    }

    /// The last key of a tree of numbers.
    mutating func lastKey(_ tree: TreeRecord, _ name: String) throws -> UInt64? {
        guard let leaf = try self.lastLeaf(tree, name), let last = leaf.nodes.last else { return nil }
        if last.keyCount == 8 { return leaf.bytes.load(last.keyOffset) }
        self.fail(leaf.number, name, "the page is damaged: a key is no number")
        return nil
    }

    /// The last leaf of a tree. Checks the pages from the root to it.
    mutating func lastLeaf(
        _ tree: TreeRecord, _ name: String
    ) throws -> (number: UInt64, bytes: [UInt8], nodes: [PageNode])? {
        var number = tree.root
        if number == TreeRecord.noRoot { return nil }
        for depth in stride(from: Int(tree.depth), through: 1, by: -1) {
            let flags = depth == 1 ? PageFlags.leaf : PageFlags.branch
            guard let bytes = try self.page(number, name, flags: flags) else { return nil }
            do {
                let nodes = try PageNodes.parse(bytes, isLeaf: depth == 1)
                guard let last = nodes.last else { throw PageNodes.Failure.malformed("it is empty") }
                if depth == 1 { return (number, bytes, nodes) }
                number = last.child
            } catch let error as PageNodes.Failure {
                self.fail(number, name, "the page is damaged: \(error.reason)")
                return nil
            }
        }
        return nil
    }

    mutating func compare(_ tree: TreeRecord, _ counts: Counts, _ place: String) {
        let isRight =
            tree.branchPages == counts.branch && tree.leafPages == counts.leaf && tree.overflowPages == counts.overflow
            && tree.entries == counts.entries
        if !isRight { self.report.add(place, "LMDB's counts of its pages and entries differ from what is there") }
    }

    mutating func fail(_ page: UInt64, _ name: String, _ message: String) {
        self.report.add("page \(page), database \(name)", message)
    }

    /// The bytes of a page of a tree, if it can be one.
    mutating func page(_ number: UInt64, _ name: String, flags: UInt16) throws -> [UInt8]? {
        guard self.mark(number) else {
            self.fail(number, name, number > self.lastPage ? "there is no such page" : "the page is used twice")
            return nil
        }
        self.report.pages += 1
        if self.report.pages % 1024 == 0 { self.progress(self.report.pages, self.lastPage + 1) }
        let bytes = try self.file.read(number)
        guard bytes.count == self.file.pageBytes, bytes.load(0, as: UInt64.self) == number else {
            self.fail(number, name, "the page does not carry its number")
            return nil
        }
        guard bytes.load(10, as: UInt16.self) == flags else {
            self.fail(number, name, "the page is of another kind than its place asks for")
            return nil
        }
        return bytes
    }

    private mutating func walkPage(
        _ number: UInt64, depth: Int, _ name: String, _ bounds: inout KeyBounds, _ end: [UInt8]?,
        _ counts: inout Counts,
        _ body: (Item) throws -> Void
    ) throws {
        let isLeaf = depth <= 1
        guard depth > 0, depth < 64,
            let bytes = try self.page(number, name, flags: isLeaf ? PageFlags.leaf : PageFlags.branch)
        else { return }
        let nodes: [PageNode]
        do {
            nodes = try PageNodes.parse(bytes, isLeaf: isLeaf)
        } catch {
            self.fail(number, name, "the page is damaged: \(error.reason)")
            return
        }
        if isLeaf {
            counts.leaf += 1
            for node in nodes { try self.walkLeaf(node, bytes, number, name, &bounds, end, &counts, body) }
            return
        }
        counts.branch += 1
        guard nodes.count >= 2 else {
            self.fail(number, name, "a branch has \(nodes.count) children")
            return
        }
        for (index, node) in nodes.enumerated() {
            if index > 0 {
                // From here on keys are at this separator or behind it.
                let key = Array(bytes[node.keyOffset..<node.dataOffset])
                guard bounds.raise(to: key) else {
                    self.fail(number, name, "the keys of a branch are out of order")
                    return
                }
            }
            let next = index + 1 < nodes.count ? nodes[index + 1] : nil
            let childEnd = next.map { Array(bytes[$0.keyOffset..<$0.dataOffset]) } ?? end
            try self.walkPage(node.child, depth: depth - 1, name, &bounds, childEnd, &counts, body)
        }
    }

    private mutating func walkLeaf(
        _ node: PageNode, _ bytes: [UInt8], _ number: UInt64, _ name: String, _ bounds: inout KeyBounds,
        _ end: [UInt8]?,
        _ counts: inout Counts, _ body: (Item) throws -> Void
    ) throws {
        let key = bytes[node.keyOffset..<node.dataOffset]
        guard bounds.advance(to: key, end: end) else {
            self.fail(number, name, "its keys are out of order, or one is not where it is looked for")
            return
        }
        let place = "page \(number), database \(name)"
        var item = Item(key: key, value: bytes[node.dataOffset..<node.dataOffset], place: place)
        switch (bounds.kind, node.flags) {
        case (.positions, _):
            guard let positions = try self.positions(node, bytes, number, name) else { return }
            item.positions = positions
            counts.entries += UInt64(positions.count)
        case (.duplicates, _):
            guard let count = try self.duplicates(node, bytes, number, name) else { return }
            counts.entries += count
        case (.list, NodeFlags.subDatabase), (.plain, 0), (.numbers, 0):
            item.value = bytes[node.dataOffset..<node.dataOffset + node.dataCount]
            counts.entries += 1
        case (.plain, NodeFlags.bigData), (.numbers, NodeFlags.bigData):
            counts.entries += 1
            guard let value = try self.overflow(node, bytes, name, &counts) else { return }
            item.value = value
        default:
            self.fail(number, name, "a node has flags that do not belong there")
            return
        }
        try body(item)
    }
}
