/// Where the keys of a tree have come to: each must lie behind the one before, and within its branch.
struct KeyBounds {
    let kind: TreeWalk.Kind
    /// The last key, or the separator that all further ones must reach.
    private var last: [UInt8] = []
    private var mayEqual = true
    private var isFirst = true

    init(kind: TreeWalk.Kind) { self.kind = kind }

    /// Keys from here on are at `separator` or behind it; false when that contradicts what came before.
    mutating func raise(to separator: [UInt8]) -> Bool {
        guard self.isWellFormed(separator[...]) else { return false }
        if !self.isFirst, !self.precedes(self.last[...], separator[...]), !(self.mayEqual && self.last == separator) {
            return false
        }
        self.last = separator
        self.mayEqual = true
        self.isFirst = false
        return true
    }

    /// False when `key` is not behind the last one, or not before `end`.
    mutating func advance(to key: ArraySlice<UInt8>, end: [UInt8]?) -> Bool {
        guard self.isWellFormed(key) else { return false }
        if !self.isFirst, !self.precedes(self.last[...], key), !(self.mayEqual && self.last.elementsEqual(key)) {
            return false
        }
        if let end, !self.isWellFormed(end[...]) || !self.precedes(key, end[...]) { return false }
        self.last.replaceSubrange(self.last.indices, with: key)
        self.mayEqual = false
        self.isFirst = false
        return true
    }

    private func isWellFormed(_ key: ArraySlice<UInt8>) -> Bool {
        switch self.kind {
        case .numbers: key.count == 8
        case .plain, .positions, .duplicates, .list: (1...511).contains(key.count)
        }
    }

    private func precedes(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        switch self.kind {
        case .numbers: a.reversed().lexicographicallyPrecedes(b.reversed())
        case .plain, .positions, .duplicates, .list: a.lexicographicallyPrecedes(b)
        }
    }
}
