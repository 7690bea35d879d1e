import LedgerEvents

/// What is to come, the earliest first: a binary heap. What comes at the same moment comes in the order in which it
/// was entered.
struct Agenda {
    struct Entry {
        var at: Instant
        /// Breaks ties.
        var order: UInt64
        /// What comes: the place of a script, or one of the company's own affairs.
        var what: What
    }

    enum What {
        case midnight
        case arrivals
        case script(Int)
    }

    private var heap: [Entry] = []
    private var entered: UInt64 = 0

    var first: Entry? { self.heap.first }

    mutating func enter(_ what: What, at instant: Instant) {
        self.entered += 1
        self.heap.append(Entry(at: instant, order: self.entered, what: what))
        var place = self.heap.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard self.comesBefore(place, parent) else { return }
            self.heap.swapAt(place, parent)
            place = parent
        }
    }

    /// Moves the first entry to a later moment.
    mutating func postpone(to instant: Instant) {
        self.heap[0].at = instant
        self.sink()
    }

    mutating func removeFirst() {
        let last = self.heap.removeLast()
        guard !self.heap.isEmpty else { return }
        self.heap[0] = last
        self.sink()
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            let (left, right) = (2 * place + 1, 2 * place + 2)
            if left < self.heap.count, self.comesBefore(left, least) { least = left }
            if right < self.heap.count, self.comesBefore(right, least) { least = right }
            guard least != place else { return }
            self.heap.swapAt(place, least)
            place = least
        }
    }

    private func comesBefore(_ a: Int, _ b: Int) -> Bool {
        let (a, b) = (self.heap[a], self.heap[b])
        return a.at == b.at ? a.order < b.order : a.at < b.at
    }
}
