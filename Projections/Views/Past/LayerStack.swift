import LedgerEvents

/// Layers upon each other: the first begins with the first event, each other where the one before it ends.
struct LayerStack {
    private(set) var layers: [Layer] = []
    /// How many of them, from the first, are snapshots: the others are what was folded behind those.
    private(set) var snapshots = 0

    init() {}

    init(_ layers: [Layer], snapshots: Int) {
        self.layers = layers
        self.snapshots = snapshots
    }

    /// The position that they come to.
    var through: Position { self.layers.last?.identity.through ?? .start }

    /// The position that the snapshots among them come to.
    var snapshot: Position { self.snapshots == 0 ? .start : self.layers[self.snapshots - 1].identity.through }

    mutating func append(_ layer: Layer) {
        precondition(layer.identity.from == self.through, "a layer begins where the one before it ends")
        self.layers.append(layer)
    }

    /// Puts one layer, which says the same, in the place of all from `first` on.
    mutating func replace(from first: Int, with layer: Layer, isSnapshot: Bool = false) {
        self.layers.replaceSubrange(first..., with: [layer])
        self.snapshots = isSnapshot ? self.layers.count : min(self.snapshots, first)
    }

    /// What the newest layer that knows the key says of it.
    func value(of key: UnsafeRawBufferPointer, in view: Int) throws(Layer.Damage) -> UnsafeRawBufferPointer? {
        for layer in self.layers.reversed() {
            if let value = try layer.value(of: key, in: view) { return value.isEmpty ? nil : value }
        }
        return nil
    }
}

/// The views' records out of layers. Where one turns out to be damaged, others that say the same take their place.
final class LayeredRecords: ViewRecords {
    private var stack: LayerStack
    private let mend: ((Layer.Damage) throws -> LayerStack)?

    /// - Parameter mend: gives layers that come to the same position; without it, damage is thrown.
    init(_ stack: LayerStack, mend: ((Layer.Damage) throws -> LayerStack)? = nil) {
        self.stack = stack
        self.mend = mend
    }

    private func mending<Result>(_ body: (LayerStack) throws -> Result) throws -> Result {
        while true {
            do {
                return try body(self.stack)
            } catch let damage as Layer.Damage {
                guard let mend else { throw damage }
                self.stack = try mend(damage)
            }
        }
    }

    func withValue<Result>(
        of key: UnsafeRawBufferPointer, in view: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        try self.mending { stack in
            // The bytes are the layers', which the stack keeps.
            try withExtendedLifetime(stack) { try stack.value(of: key, in: view).map(body) }
        }
    }

    func forEachRecord(
        in view: Int, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var last: [UInt8] = []
        try self.mending { stack in
            try last.withUnsafeBytes { start in
                var merge = try LayerMerge(stack.layers, view, from: start.isEmpty ? nil : start)
                if !start.isEmpty { try merge.skip(start) }
                return merge
            }.forEach { key, value in
                last.replaceSubrange(0..., with: key)
                if value.isEmpty { return }
                guard view == ViewCatalog.groups else { return try body(key, value) }
                try body(
                    UnsafeRawBufferPointer(rebasing: key.dropLast(LayerFormat.memberBytes)),
                    UnsafeRawBufferPointer(rebasing: key.suffix(LayerFormat.memberBytes)))
            }
        }
    }

    func members(of group: [UInt8]) throws -> [UInt128] {
        let start = group + Array(repeating: 0, count: LayerFormat.memberBytes)
        return try self.mending { stack in
            var members: [UInt128] = []
            var merge = try start.withUnsafeBytes { try LayerMerge(stack.layers, ViewCatalog.groups, from: $0) }
            while let (key, value) = try merge.next(), key.dropLast(LayerFormat.memberBytes).elementsEqual(group) {
                let member = UnsafeRawBufferPointer(rebasing: key.suffix(LayerFormat.memberBytes))
                if !value.isEmpty { members.append(ViewKey(member.bytes).bits) }
            }
            return members
        }
    }

    func count(in view: Int) throws -> Int {
        var count = 0
        try self.forEachRecord(in: view) { _, _ in count += 1 }
        return count
    }
}

extension LayerMerge {
    /// Goes past a key, where it is the next.
    fileprivate mutating func skip(_ key: UnsafeRawBufferPointer) throws(Layer.Damage) {
        let copy = self
        guard let (next, _) = try self.next(), next.elementsEqual(key) else {
            self = copy
            return
        }
    }

    fileprivate consuming func forEach(
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        while let (key, value) = try self.next() { try body(key, value) }
    }
}
