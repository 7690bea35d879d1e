import EventLog
import EventSourcing

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
    mutating func checkMetas(_ metas: [PageMeta], snapshot: UInt64?) -> PageMeta? {
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
        guard meta.pageBytes == self.file.pageBytes, meta.lastPage < self.file.pageCount,
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

    /// Checks the pages from the root to the last leaf.
    mutating func walkToLast(_ tree: TreeRecord, _ name: String) throws {
        var number = tree.root
        if number == TreeRecord.noRoot { return }
        for depth in stride(from: Int(tree.depth), through: 1, by: -1) {
            let flags = depth == 1 ? PageFlags.leaf : PageFlags.branch
            guard let bytes = try self.page(number, name, flags: flags) else { return }
            do {
                guard let last = try PageNodes.parse(bytes, isLeaf: depth == 1).last else {
                    throw PageNodes.Failure.malformed("it is empty")
                }
                guard depth > 1 || last.keyCount == 8 else { throw PageNodes.Failure.malformed("a key is no number") }
                number = last.child
            } catch let error as PageNodes.Failure {
                self.fail(number, name, "the page is damaged: \(error.reason)")
                return
            }
        }
    }

    private mutating func compare(_ tree: TreeRecord, _ counts: Counts, _ place: String) {
        let isRight =
            tree.branchPages == counts.branch && tree.leafPages == counts.leaf && tree.overflowPages == counts.overflow
            && tree.entries == counts.entries
        if !isRight { self.report.add(place, "LMDB's counts of its pages and entries differ from what is there") }
    }

    private mutating func fail(_ page: UInt64, _ name: String, _ message: String) {
        self.report.add("page \(page), database \(name)", message)
    }

    /// The bytes of a page of a tree, if it can be one.
    private mutating func page(_ number: UInt64, _ name: String, flags: UInt16) throws -> [UInt8]? {
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

    /// A value on pages of its own.
    private mutating func overflow(
        _ node: PageNode, _ bytes: [UInt8], _ name: String, _ counts: inout Counts
    ) throws -> ArraySlice<UInt8>? {
        let first = bytes.load(node.dataOffset, as: UInt64.self)
        let pages = (16 + node.dataCount + self.file.pageBytes - 1) / self.file.pageBytes
        guard let header = try self.page(first, name, flags: PageFlags.overflow) else { return nil }
        guard header.load(12, as: UInt32.self) == pages else {
            self.fail(first, name, "a value on pages of its own has another length than its node says")
            return nil
        }
        counts.overflow += UInt64(pages)
        for page in first + 1..<first + UInt64(pages) where !self.mark(page) {
            self.fail(page, name, "the page is used twice")
            return nil
        }
        self.report.pages += UInt64(pages - 1)
        let value = try self.file.read(first, count: pages)
        guard value.count == pages * self.file.pageBytes else { return nil }
        return value[16..<16 + node.dataCount]
    }

    /// The positions under one key: one value, a page inside of the node, or a tree of its own.
    private mutating func positions(
        _ node: PageNode, _ bytes: [UInt8], _ number: UInt64, _ name: String
    ) throws -> [UInt64]? {
        let data = node.dataOffset..<node.dataOffset + node.dataCount
        var positions: [UInt64] = []
        switch node.flags {
        case 0 where node.dataCount == 8:
            return [bytes.load(node.dataOffset)]
        case NodeFlags.duplicates where node.dataCount >= 16:
            let flags = bytes.load(data.lowerBound + 10, as: UInt16.self) & ~PageFlags.dirty
            guard flags == PageFlags.leaf | PageFlags.leaf2 | PageFlags.subPage else { break }
            do {
                positions = try PageNodes.packed(bytes, data)
            } catch {
                self.fail(number, name, "the positions of a key are damaged: \(error.reason)")
                return nil
            }
        case NodeFlags.duplicates | NodeFlags.subDatabase where node.dataCount == TreeRecord.byteCount:
            let tree = TreeRecord(bytes, at: data.lowerBound)
            var counts = Counts()
            guard tree.pad == 8, tree.flags == 0x18, tree.depth > 0, tree.depth < 64 else { break }
            try self.walkPositions(tree.root, depth: Int(tree.depth), name, &positions, 0, .max, &counts)
            counts.entries = UInt64(positions.count)
            self.compare(tree, counts, "page \(number), database \(name)")
        default:
            break
        }
        guard positions.count >= 2, zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 }) else {
            self.fail(number, name, "the positions of a key are damaged or out of order")
            return nil
        }
        return positions
    }

    private mutating func walkPositions(
        _ number: UInt64, depth: Int, _ name: String, _ positions: inout [UInt64], _ low: UInt64, _ high: UInt64,
        _ counts: inout Counts
    ) throws {
        let flags = depth == 1 ? PageFlags.leaf | PageFlags.leaf2 : PageFlags.branch
        guard let bytes = try self.page(number, name, flags: flags) else { return }
        do {
            if depth == 1 {
                counts.leaf += 1
                let found = try PageNodes.packed(bytes, 0..<bytes.count)
                if let first = found.first, let last = found.last, first < low || last >= high {
                    self.fail(number, name, "a position is not where it is looked for")
                }
                positions += found
                return
            }
            counts.branch += 1
            let nodes = try PageNodes.parse(bytes, isLeaf: false)
            guard nodes.count >= 2, nodes.dropFirst().allSatisfy({ $0.keyCount == 8 }) else {
                throw PageNodes.Failure.malformed("its keys are not positions")
            }
            for (index, node) in nodes.enumerated() {
                let start = index == 0 ? low : bytes.load(node.keyOffset)
                let end = index + 1 < nodes.count ? bytes.load(nodes[index + 1].keyOffset) : high
                guard start >= low, end <= high, start < end else {
                    throw PageNodes.Failure.malformed("its keys are out of order")
                }
                try self.walkPositions(node.child, depth: depth - 1, name, &positions, start, end, &counts)
            }
        } catch let failure as PageNodes.Failure {
            self.fail(number, name, "the page is damaged: \(failure.reason)")
        }
    }
}

extension PageNodes.Failure {
    var reason: String {
        switch self {
        case .malformed(let reason): reason
        }
    }
}
