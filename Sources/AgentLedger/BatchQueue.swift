import LedgerDomain

/// Batches on their way through a ledger, whose next one waits there already when it is done with one: the ledger does
/// not stand still until the thread that makes batches has its turn.
struct BatchQueue<Batch> {
    private let ledger: Ledger
    /// Those that are not answered for, the oldest first.
    private var batches: [Batch] = []
    /// What the ledger says when it has taken one: each is about the batch before, the first about none.
    private var answers: [Task<[Ledger.Outcome], any Error>] = []

    init(_ ledger: Ledger) { self.ledger = ledger }

    /// Whether an answer had better be waited for before the next batch: one is being decided, and one waits.
    var isFull: Bool { self.answers.count == 2 }

    mutating func push(_ batch: Batch, _ requests: [CommandRequest]) {
        self.batches.append(batch)
        self.answers.append(
            Task { [ledger = self.ledger, before = self.answers.last] in
                _ = try await before?.value
                return try await ledger.pipe(requests)
            })
    }

    /// Takes out the next answer, with the batch that it is about; nil when all are answered for.
    mutating func pop() -> (batch: Batch?, answer: Task<[Ledger.Outcome], any Error>)? {
        if !self.answers.isEmpty {
            let isFirst = self.batches.count == self.answers.count
            return (isFirst ? nil : self.batches.removeFirst(), self.answers.removeFirst())
        }
        if self.batches.isEmpty { return nil }
        return (self.batches.removeFirst(), Task { [ledger = self.ledger] in try await ledger.drain() })
    }
}
