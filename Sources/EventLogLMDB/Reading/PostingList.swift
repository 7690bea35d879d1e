import EventLog
import LMDB

/// The positions under one key of an index, fetched a page at a time.
struct PostingList {
    /// Of the query's keys.
    let key: Int
    private var page: ContiguousArray<UInt64> = []
    private var at = 0
    private var isExhausted = false

    init(key: Int) { self.key = key }

    /// The first position that is `target` or later. Targets must not decrease.
    mutating func seek(_ target: UInt64, _ query: CompiledQuery, _ cursor: inout ReadCursor) throws -> UInt64? {
        while self.at < self.page.count, self.page[self.at] < target, self.page[self.page.count - 1] >= target {
            self.skip(to: target)
        }
        if self.at < self.page.count, self.page[self.at] >= target { return self.page[self.at] }
        if self.isExhausted { return nil }
        let found = try query.withKey(self.key) { try cursor.seekDuplicate($0.bytes, target) }
        guard found else {
            self.isExhausted = true
            self.page.removeAll()
            self.at = 0
            return nil
        }
        self.page.removeAll(keepingCapacity: true)
        self.at = 0
        try cursor.getMultiple { positions in
            for index in positions.indices { self.page.append(positions[index]) }
        }
        return self.page[0]
    }

    /// Gallops within the page, whose last position is `target` or later.
    private mutating func skip(to target: UInt64) {
        var step = 1
        while self.at + step < self.page.count, self.page[self.at + step] < target { step *= 2 }
        var low = self.at + step / 2
        var high = min(self.at + step, self.page.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if self.page[middle] < target { low = middle + 1 } else { high = middle }
        }
        self.at = low
    }
}
