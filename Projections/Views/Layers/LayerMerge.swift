/// The records of one view in several layers, in the order of their keys; of each key what the newest layer says.
struct LayerMerge {
    private let inGroups: Bool
    /// The oldest layer's first.
    private var cursors: [LayerCursor] = []

    /// - Parameter start: the first key that may come, nil for all.
    init(_ layers: [Layer], _ view: Int, from start: UnsafeRawBufferPointer? = nil) throws(Layer.Damage) {
        self.inGroups = view == ViewCatalog.groups
        for layer in layers {
            if let cursor = try LayerCursor(layer, view, from: start) { self.cursors.append(cursor) }
        }
    }

    /// The next record; its value is empty where the thing is gone. The bytes stay as long as the layers do.
    mutating func next() throws(Layer.Damage) -> (key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard var (key, value) = self.cursors.last.map({ ($0.key, $0.value) }) else { return nil }
        for index in self.cursors.indices.dropLast().reversed() {
            let candidate = self.cursors[index].key
            if LayerFormat.compare(candidate, key, inGroups: self.inGroups) < 0 {
                key = candidate
                value = self.cursors[index].value
            }
        }
        for index in self.cursors.indices.reversed()
        where LayerFormat.compare(self.cursors[index].key, key, inGroups: self.inGroups) == 0 {
            if try !self.cursors[index].advance() { self.cursors.remove(at: index) }
        }
        return (key, value)
    }
}

/// A place in one view of one layer.
struct LayerCursor {
    private let layer: Layer
    private let view: Int
    private var block: Int
    private var records: LayerRecords
    private var at: Int
    private(set) var key: UnsafeRawBufferPointer
    private(set) var value: UnsafeRawBufferPointer

    /// Nil where there is no record at or behind `start`.
    init?(_ layer: Layer, _ view: Int, from start: UnsafeRawBufferPointer?) throws(Layer.Damage) {
        guard layer.blockCount(in: view) > 0 else { return nil }
        self.layer = layer
        self.view = view
        self.block = start.flatMap { layer.block(of: $0, in: view) } ?? 0
        self.records = try layer.records(self.block, in: view)
        self.at =
            start.map { [records] in
                records.firstIndex(notBefore: $0, inGroups: view == ViewCatalog.groups)
            } ?? 0
        self.key = UnsafeRawBufferPointer(start: nil, count: 0)
        self.value = self.key
        guard try self.settle() else { return nil }
    }

    /// False behind the last record.
    mutating func advance() throws(Layer.Damage) -> Bool {
        self.at += 1
        return try self.settle()
    }

    private mutating func settle() throws(Layer.Damage) -> Bool {
        if self.at >= self.records.count {
            guard self.block + 1 < self.layer.blockCount(in: self.view) else { return false }
            self.block += 1
            self.records = try self.layer.records(self.block, in: self.view)
            self.at = 0
        }
        self.key = self.records.key(self.at)
        self.value = self.records.value(self.at)
        return true
    }
}
