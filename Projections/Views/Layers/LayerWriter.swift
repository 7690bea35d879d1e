import LedgerDomain
import LedgerEvents
import LedgerLog

/// Writes a layer: views in the order of the catalogue, and in each the records in the order of their keys.
final class LayerWriter {
    private let file: UnfinishedFile
    private let block = WireBuffer(capacity: 2 * LayerFormat.blockBytes)
    private let index = WireBuffer()
    private var starts: [UInt32] = []
    /// Of the view that is being written: what the index will say of its blocks.
    private let blocks = WireBuffer()
    private var blockCount: UInt32 = 0
    private let firstKey = WireBuffer(capacity: 64)
    private let lastKey = WireBuffer(capacity: 64)
    private var view = 0

    init(in folder: String) throws {
        self.file = try UnfinishedFile(in: folder)
    }

    /// Writes what changed in a cache.
    static func write(_ changes: StateChanges, in folder: String) throws -> LayerWriter {
        let writer = try LayerWriter(in: folder)
        for kind in ViewCatalog.kinds {
            try changes.table(of: kind)?.forEachChange { id, value in
                try ViewKey(id).withBytes { try writer.add($0, value ?? .init(start: nil, count: 0)) }
            }
            try writer.finishView()
        }
        try writer.add(
            changes.aliases.map { alias, holder in
                (try WireEncoder.encode(alias), holder.map { ViewKey($0).bytes } ?? [])
            }, inGroups: false)
        try writer.add(
            changes.groups.flatMap { group, changes in
                let group = try WireEncoder.encode(group)
                return changes.map { id, joined in (group + ViewKey(id).bytes, joined ? [1] : [UInt8]()) }
            }, inGroups: true)
        return writer
    }

    /// Writes one layer that says what several say, one upon the other.
    static func merge(_ layers: [Layer], in folder: String) throws -> LayerWriter {
        let writer = try LayerWriter(in: folder)
        let isWhole = layers.first?.identity.from == .start
        for view in ViewCatalog.names.indices {
            var merge = try LayerMerge(layers, view)
            while let (key, value) = try merge.next() {
                if !(isWhole && value.isEmpty) { try writer.add(key, value) }
            }
            try writer.finishView()
        }
        return writer
    }

    private func add(_ records: [(key: [UInt8], value: [UInt8])], inGroups: Bool) throws {
        let sorted = records.sorted { one, other in
            one.key.withUnsafeBytes { a in
                other.key.withUnsafeBytes { b in LayerFormat.compare(a, b, inGroups: inGroups) < 0 }
            }
        }
        for (key, value) in sorted {
            try key.withUnsafeBytes { key in try value.withUnsafeBytes { try self.add(key, $0) } }
        }
        try self.finishView()
    }

    private func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
        if self.block.count >= LayerFormat.blockBytes { try self.finishBlock() }
        if self.starts.isEmpty { self.firstKey.replace(with: key) }
        self.lastKey.replace(with: key)
        self.starts.append(UInt32(self.block.count))
        var encoder = WireEncoder(self.block)
        encoder.fixed32(UInt32(key.count))
        encoder.fixed32(UInt32(value.count))
        encoder.raw(key)
        encoder.raw(value)
    }

    private func finishBlock() throws {
        if self.starts.isEmpty { return }
        var encoder = WireEncoder(self.block)
        for start in self.starts { encoder.fixed32(start) }
        encoder.fixed32(UInt32(self.starts.count))
        var entry = WireEncoder(self.blocks)
        entry.fixed64(UInt64(self.file.count))
        entry.fixed64(UInt64(self.block.count))
        entry.fixed64(Checksum.of(self.block.bytes))
        entry.fixed32(UInt32(self.firstKey.count))
        entry.raw(self.firstKey.bytes)
        self.blockCount += 1
        try self.file.write(self.block.bytes)
        self.block.removeAll()
        self.starts.removeAll(keepingCapacity: true)
    }

    private func finishView() throws {
        try self.finishBlock()
        var encoder = WireEncoder(self.index)
        let name = Array(ViewCatalog.names[self.view].utf8)
        encoder.fixed32(UInt32(name.count))
        name.withUnsafeBytes { encoder.raw($0) }
        encoder.fixed32(self.blockCount)
        encoder.raw(self.blocks.bytes)
        if self.blockCount > 0 {
            encoder.fixed32(UInt32(self.lastKey.count))
            encoder.raw(self.lastKey.bytes)
        }
        self.blocks.removeAll()
        self.blockCount = 0
        self.view += 1
    }

    /// The layer that was written. Without a path its file has no name, and is gone with the layer.
    func finish(_ identity: LayerIdentity, as path: String? = nil) throws -> Layer {
        precondition(self.view == ViewCatalog.names.count, "a layer holds every view")
        let footer = WireBuffer(capacity: LayerFormat.footerBytes)
        var encoder = WireEncoder(footer)
        encoder.fixed64(LayerFormat.magic)
        encoder.fixed64(identity.version)
        ViewKey(identity.origin).withBytes { encoder.raw($0) }
        encoder.fixed64(identity.from.value)
        encoder.fixed64(identity.through.value)
        ViewKey(identity.lastEvent).withBytes { encoder.raw($0) }
        encoder.fixed64(UInt64(self.file.count))
        encoder.fixed64(UInt64(self.index.count))
        encoder.fixed64(Checksum.of(self.index.bytes))
        encoder.fixed64(Checksum.of(footer.bytes))
        try self.file.write(self.index.bytes)
        try self.file.write(footer.bytes)
        guard let mapped = MappedFile(descriptor: self.file.descriptor), let layer = Layer(mapped, path: path) else {
            throw Layer.Damage(path: nil)
        }
        if let path { try self.file.publish(as: path) } else { self.file.unname() }
        return layer
    }
}

extension WireBuffer {
    fileprivate func replace(with bytes: UnsafeRawBufferPointer) {
        self.removeAll()
        var encoder = WireEncoder(self)
        encoder.raw(bytes)
    }
}
