import LedgerLog

/// Sets of values of one length under a key.
extension TreeWalk {
    /// How many values a node has: one value, a page inside of the node, or a tree of its own. Nil where it is damaged.
    mutating func duplicates(_ node: PageNode, _ bytes: [UInt8], _ number: UInt64, _ name: String) throws -> UInt64? {
        let data = node.dataOffset..<node.dataOffset + node.dataCount
        switch node.flags {
        case 0: return 1
        case NodeFlags.duplicates where node.dataCount >= 16:
            let flags = bytes.load(data.lowerBound + 10, as: UInt16.self) & ~PageFlags.dirty
            guard flags == PageFlags.leaf | PageFlags.leaf2 | PageFlags.subPage else { break }
            do {
                return UInt64(try PageNodes.packedCount(bytes, data, of: nil))
            } catch {
                self.fail(number, name, "the values of a key are damaged: \(error.reason)")
                return nil
            }
        case NodeFlags.duplicates | NodeFlags.subDatabase where node.dataCount == TreeRecord.byteCount:
            let tree = TreeRecord(bytes, at: data.lowerBound)
            guard tree.depth > 0, tree.depth < 64 else { break }
            var counts = Counts()
            try self.walkDuplicates(tree.root, depth: Int(tree.depth), length: Int(tree.pad), name, &counts)
            self.compare(tree, counts, "page \(number), database \(name)")
            return counts.entries
        default: break
        }
        self.fail(number, name, "the values of a key are damaged")
        return nil
    }

    private mutating func walkDuplicates(
        _ number: UInt64, depth: Int, length: Int, _ name: String, _ counts: inout Counts
    ) throws {
        let flags = depth == 1 ? PageFlags.leaf | PageFlags.leaf2 : PageFlags.branch
        guard let bytes = try self.page(number, name, flags: flags) else { return }
        do {
            if depth == 1 {
                counts.leaf += 1
                counts.entries += UInt64(try PageNodes.packedCount(bytes, 0..<bytes.count, of: length))
                return
            }
            counts.branch += 1
            let nodes = try PageNodes.parse(bytes, isLeaf: false)
            guard nodes.count >= 2 else { throw PageNodes.Failure.malformed("it has \(nodes.count) children") }
            for node in nodes {
                try self.walkDuplicates(node.child, depth: depth - 1, length: length, name, &counts)
            }
        } catch let failure as PageNodes.Failure {
            self.fail(number, name, "the page is damaged: \(failure.reason)")
        }
    }
}
