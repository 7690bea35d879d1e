/// What a node of a leaf holds.
extension TreeWalk {
    /// A value on pages of its own.
    mutating func overflow(
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
    mutating func positions(
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
