import LedgerEvents
import LedgerLog

/// A layer's file, read where it lies. Each block's checksum is compared when it is first looked at.
///
/// Not for use from two threads at once.
final class Layer {
    /// The file is not what was written.
    struct Damage: Error {
        /// Nil for a file without a name.
        var path: String?
    }

    private struct Block {
        var start: Int
        var count: Int
        var checksum: UInt64
        var firstKey: UnsafeRawBufferPointer
        var isChecked = false
    }

    private struct View {
        var blocks: ContiguousArray<Block> = []
        var lastKey = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    let identity: LayerIdentity
    /// Nil for a file without a name.
    let path: String?
    private let file: MappedFile
    // Asked at every look-up; only the marks of what was checked change.
    @exclusivity(unchecked) private var views: [View] = []

    var sizeBytes: Int { self.file.bytes.count }

    /// Nil for bytes that are no layer of this version's views.
    init?(_ file: MappedFile, path: String?) {
        guard let footer = LayerFooter(file.bytes) else { return nil }
        let index = UnsafeRawBufferPointer(rebasing: file.bytes[footer.index])
        guard Checksum.of(index) == footer.indexChecksum, let views = Self.views(index, footer.index.lowerBound) else {
            return nil
        }
        self.file = file
        self.path = path
        self.identity = footer.identity
        self.views = views
    }

    /// Nil where the index is of other views than this version's, or tells of blocks that are not there.
    private static func views(_ index: UnsafeRawBufferPointer, _ blocksEnd: Int) -> [View]? {
        var fields = LayerFields(index)
        var views: [View] = []
        for name in ViewCatalog.names {
            guard let found = fields.delimited(), found.elementsEqual(name.utf8), let count = fields.length() else {
                return nil
            }
            var view = View()
            for _ in 0..<count {
                guard let start = fields.number(), let count = fields.number(), let checksum = fields.number(),
                    let key = fields.delimited(), start <= UInt64(blocksEnd), count <= UInt64(blocksEnd) - start
                else { return nil }
                view.blocks.append(Block(start: Int(start), count: Int(count), checksum: checksum, firstKey: key))
            }
            if count > 0 {
                guard let key = fields.delimited() else { return nil }
                view.lastKey = key
            }
            views.append(view)
        }
        return views
    }

    // MARK: Looking

    func blockCount(in view: Int) -> Int { self.views[view].blocks.count }

    /// The records of a block.
    func records(_ block: Int, in view: Int) throws(Damage) -> LayerRecords {
        let found = self.views[view].blocks[block]
        let bytes = UnsafeRawBufferPointer(rebasing: self.file.bytes[found.start..<found.start + found.count])
        if !found.isChecked {
            guard Checksum.of(bytes) == found.checksum else { throw Damage(path: self.path) }
            self.views[view].blocks[block].isChecked = true
        }
        return LayerRecords(bytes)
    }

    /// The value of a key, empty where the layer says that it is gone; nil where it says nothing.
    func value(of key: UnsafeRawBufferPointer, in view: Int) throws(Damage) -> UnsafeRawBufferPointer? {
        let inGroups = view == ViewCatalog.groups
        guard let block = self.block(of: key, in: view),
            LayerFormat.compare(key, self.views[view].lastKey, inGroups: inGroups) <= 0
        else { return nil }
        let records = try self.records(block, in: view)
        let at = records.firstIndex(notBefore: key, inGroups: inGroups)
        guard at < records.count, LayerFormat.compare(records.key(at), key, inGroups: inGroups) == 0 else { return nil }
        return records.value(at)
    }

    /// The last block that begins at or before a key; nil where all begin behind it.
    func block(of key: UnsafeRawBufferPointer, in view: Int) -> Int? {
        var (low, high) = (0, self.views[view].blocks.count)
        while low < high {
            let middle = (low + high) / 2
            let first = self.views[view].blocks[middle].firstKey
            if LayerFormat.compare(first, key, inGroups: view == ViewCatalog.groups) <= 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == 0 ? nil : low - 1
    }
}
