import LedgerEvents

/// A query as the indexes see it: the bytes of every type name and tag, encoded once by the thread that asks.
@usableFromInline package struct CompiledQuery: Sendable {
    @usableFromInline package struct Key: Sendable {
        @usableFromInline package var offset: Int
        @usableFromInline package var count: Int
    }

    /// Ranges of `keys`.
    package struct Item: Sendable {
        package var types: Range<Int>
        package var tags: Range<Int>
        /// Whether it asks for all events of some types.
        package var isOfTypesAlone: Bool { self.tags.isEmpty && !self.types.isEmpty }
    }

    @usableFromInline package let bytes: [UInt8]
    @usableFromInline package let keys: [Key]
    package let items: [Item]
    package let matchesEverything: Bool

    package init(_ query: EventQuery) throws {
        var keys: [Key] = []
        var items: [Item] = []
        let buffer = WireBuffer()
        var encoder = WireEncoder(buffer)
        func close(_ start: Int) { keys.append(Key(offset: start, count: buffer.count - start)) }
        self.matchesEverything = query.matchesEverything
        for item in query.items where !self.matchesEverything {
            let types = keys.count
            for var name in item.types.map(\.name) {
                let start = buffer.count
                name.withUTF8 { encoder.raw(UnsafeRawBufferPointer($0)) }
                close(start)
            }
            let tags = keys.count
            for var tag in item.tags {
                let start = buffer.count
                try tag.fields(&encoder)
                close(start)
            }
            items.append(Item(types: types..<tags, tags: tags..<keys.count))
        }
        self.bytes = Array(buffer.bytes)
        self.keys = keys
        self.items = items
    }

    @inlinable
    package func withKey<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let key = self.keys[index]
        return try self.bytes.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[key.offset..<key.offset + key.count]))
        }
    }
}
