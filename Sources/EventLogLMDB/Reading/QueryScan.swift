import LedgerEvents
import LedgerLMDB
import LedgerLog

/// The positions that match a query, in ascending order and each once: a merge of its items, each of them the
/// intersection of its tags with the union of its types.
struct QueryScan {
    /// The positions that match one item.
    private struct ItemScan {
        var types: [PostingList]
        var tags: [PostingList]
    }

    private let query: CompiledQuery
    private var items: [ItemScan]
    /// A binary heap of the items by their next position.
    private var heap: [(position: UInt64, item: Int)] = []
    private var isStarted = false

    init(_ query: CompiledQuery) {
        self.query = query
        self.items = query.items.map { item in
            ItemScan(
                types: item.types.map { PostingList(key: $0, .types) },
                tags: item.tags.map { PostingList(key: $0, .tags) })
        }
    }

    /// The first match at `target` or later. Targets must increase.
    mutating func next<Access>(
        _ target: UInt64, _ segment: Segment, _ txn: borrowing Transaction<Access>
    ) throws -> UInt64? {
        if !self.isStarted {
            self.isStarted = true
            for item in self.items.indices {
                if let position = try self.seek(item, target, segment, txn) { self.heap.append((position, item)) }
            }
            for index in stride(from: self.heap.count / 2 - 1, through: 0, by: -1) { self.siftDown(index) }
        }
        while let first = self.heap.first, first.position < target {
            if let position = try self.seek(first.item, target, segment, txn) {
                self.heap[0].position = position
            } else {
                let last = self.heap.removeLast()
                if self.heap.isEmpty { break }
                self.heap[0] = last
            }
            self.siftDown(0)
        }
        return self.heap.first?.position
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < self.heap.count && self.heap[child].position < self.heap[least].position {
                least = child
            }
            if least == parent { return }
            self.heap.swapAt(parent, least)
            parent = least
        }
    }

    /// The first position at `target` or later that carries all the item's tags and one of its types (leapfrog).
    private mutating func seek<Access>(
        _ item: Int, _ target: UInt64, _ segment: Segment, _ txn: borrowing Transaction<Access>
    ) throws -> UInt64? {
        var candidate = target
        while true {
            let start = candidate
            for index in self.items[item].tags.indices {
                let position = try self.items[item].tags[index].seek(candidate, self.query, segment, txn)
                guard let found = position else { return nil }
                candidate = found
            }
            if !self.items[item].types.isEmpty {
                guard let found = try self.firstOfTypes(item, candidate, segment, txn) else { return nil }
                candidate = found
            }
            // One list alone needs no second round; several agree when a round moved nothing.
            let lists = self.items[item].tags.count + (self.items[item].types.isEmpty ? 0 : 1)
            if candidate == start || lists == 1 { return candidate }
        }
    }

    private mutating func firstOfTypes<Access>(
        _ item: Int, _ target: UInt64, _ segment: Segment, _ txn: borrowing Transaction<Access>
    ) throws -> UInt64? {
        var least: UInt64?
        for index in self.items[item].types.indices {
            let position = try self.items[item].types[index].seek(target, self.query, segment, txn)
            guard let found = position else { continue }
            least = min(least ?? found, found)
        }
        return least
    }
}
