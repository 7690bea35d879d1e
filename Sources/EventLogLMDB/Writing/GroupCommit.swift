import LedgerEvents
import LedgerLMDB
import LedgerLog

/// The appends of one transaction: judged one after the other, each seeing those before it, then written together.
struct GroupCommit {
    private let segments: SegmentList
    private let now: @Sendable () -> Instant
    private let bug: PlantedBug?
    private let clockLimit: ClockLimit?
    /// Where the log stood when the transaction began.
    private let start: Position
    /// Where it will stand; its frontier is brought up by `write`.
    private(set) var state: LogState
    private(set) var head: Position
    private var accepted: [(append: PendingAppend, receipt: AppendReceipt)] = []

    init(
        _ segments: SegmentList, _ state: LogState, bug: PlantedBug?, clockLimit: ClockLimit?,
        now: @escaping @Sendable () -> Instant
    ) {
        self.clockLimit = clockLimit
        self.segments = segments
        self.now = now
        self.bug = bug
        self.start = state.head
        self.head = state.head
        self.state = state
    }

    private var segment: Segment { self.segments.active }

    var isNeeded: Bool { !self.accepted.isEmpty }

    var recordBytes: Int { self.accepted.reduce(0) { $0 + $1.append.batch.recordBytes } }

    /// Takes the append in, or says why not. Throws only what is nobody's fault.
    mutating func judge(
        _ append: PendingAppend, _ txn: borrowing WriteTransaction
    ) throws -> Result<AppendReceipt, any Error> {
        do {
            if let idempotency = append.idempotency {
                let known = try self.receipt(idempotency.key, txn)
                if let receipt = try AppendRules.repeated(idempotency, known) { return .success(receipt) }
            }
            if let (query, after) = append.condition, let found = try self.firstMatch(query, after, txn) {
                throw AppendRules.conditionFailed(found, after: after)
            }
            let time = self.time(of: append)
            if let refusal = self.clockLimit?.refusal(of: time, after: self.state.recordedAt, in: self.segment.path) {
                throw refusal
            }
            return .success(self.accept(append, at: max(time, self.state.recordedAt)))
        } catch let refusal as EventLogError {
            return .failure(refusal)
        }
    }

    /// That of the positions and time which it expects, if they are still to be had, else the clock's.
    private func time(of append: PendingAppend) -> Instant {
        if let expected = append.expected, expected.first == self.head.next,
            expected.recordedAt >= self.state.recordedAt
        {
            return expected.recordedAt
        }
        return self.now()
    }

    private func receipt(
        _ key: String, _ txn: borrowing WriteTransaction
    ) throws -> (receipt: AppendReceipt, fingerprint: [UInt8])? {
        for earlier in self.accepted {
            if let idempotency = earlier.append.idempotency, idempotency.key == key {
                return (earlier.receipt, idempotency.fingerprint)
            }
        }
        let row = try self.segment.receipt(key, txn) ?? self.segments.sealedReceipt(key)
        return row.map { ($0.receipt, $0.fingerprint) }
    }

    private func firstMatch(
        _ query: CompiledQuery, _ after: Position, _ txn: borrowing WriteTransaction
    ) throws -> Position? {
        guard after < self.head else { return nil }
        if query.matchesEverything { return after.next }
        var check = ConditionCheck(query, after: after)
        for sealed in self.segments.sealed(after: after) {
            let found = try self.segments.reading(sealed) { segment, txn in
                try check.firstMatch(segment, txn, through: sealed.last)
            }
            if let found { return found }
        }
        if let found = try check.firstMatch(self.segment, txn, through: self.start) { return found }
        for earlier in self.accepted where earlier.receipt.last > after {
            if let found = check.firstMatch(earlier.append.batch, earlier.receipt) { return found }
        }
        return nil
    }

    /// Gives positions and the time to the batch.
    private mutating func accept(_ append: PendingAppend, at time: Instant) -> AppendReceipt {
        if self.bug == .reusePosition, self.head > .start { self.head = Position(self.head.value - 1) }
        let receipt = AppendReceipt(
            first: self.head.next, last: self.head.advanced(by: append.batch.count), recordedAt: time)
        append.stamp(receipt)
        self.state.recordedAt = receipt.recordedAt
        self.head = receipt.last
        self.accepted.append((append, receipt))
        return receipt
    }
}

extension GroupCommit {
    /// Writes all but the state.
    mutating func write(_ txn: inout WriteTransaction) throws {
        let databases = self.segment.databases
        try self.writeRecords(&txn)
        var tags = IndexEntries()
        var types = IndexEntries()
        for (append, receipt) in self.accepted {
            tags.addTags(of: append.batch, first: receipt.first)
            types.addTypes(of: append.batch, first: receipt.first)
        }
        if self.bug == .skipIndexEntry { tags.removeLast() }
        tags.sort()
        types.sort()
        try tags.writeTails(.tags, self.segment, &txn)
        try types.writeTails(.types, self.segment, &txn)
        var leaves: [MerkleHash] = []
        for (append, _) in self.accepted {
            let hashes = append.hashes(from: Position(self.state.frontier.size).next)
            self.state.frontier.append(hashes.range)
            leaves += hashes.leaves
        }
        if self.bug == .wrongFrontier { self.state.frontier = self.state.frontier.withoutLastHash }
        try self.writeLeaves(leaves, &txn)
        for (append, receipt) in self.accepted {
            guard let idempotency = append.idempotency else { continue }
            let row = IdempotencyRow(receipt: receipt, fingerprint: idempotency.fingerprint)
            try txn.put(Array(idempotency.key.utf8), row.encoded(key: idempotency.key), in: databases.idempotency)
        }
    }

    /// Writes the state: with the mark, when the next segment stands.
    mutating func writeState(sealing: Bool, _ txn: inout WriteTransaction) throws {
        self.state.isSealed = sealing
        try txn.put(DiskLayout.stateKey, self.state.encoded(), in: self.segment.databases.meta)
    }

    private func writeRecords(_ txn: inout WriteTransaction) throws {
        let flags: PutFlags = self.bug == .reusePosition ? [] : .append
        for (append, receipt) in self.accepted {
            let batch = append.batch
            var position = receipt.first.value
            for entry in batch.entries {
                let record = batch.record(entry)
                let byteCount = DiskLayout.checksumCount + record.count
                try txn.reserve(position, byteCount: byteCount, in: self.segment.databases.events, flags) { value in
                    value.withUnsafeMutableBytes { value in
                        value.storeBytes(of: Checksum.of(record).littleEndian, as: UInt64.self)
                        UnsafeMutableRawBufferPointer(rebasing: value[DiskLayout.checksumCount...]).copyMemory(
                            from: record)
                    }
                }
                position += 1
            }
        }
    }

    /// Fills up the last value, and appends further ones.
    private func writeLeaves(_ leaves: [MerkleHash], _ txn: inout WriteTransaction) throws {
        var next = self.start.next
        var rest = leaves[...]
        while !rest.isEmpty {
            let (key, held) = DiskLayout.leafPlace(next, in: self.segment.first)
            var value = held > 0 ? try txn.bytes(key, in: self.segment.databases.leaves) ?? [] : []
            guard value.count == held * MerkleHash.byteCount else {
                throw EventLogError.corrupted(
                    next, self.segment.path, "the leaf hashes before it are missing")
            }
            let taken = rest.prefix(Int(DiskLayout.leavesPerValue) - held)
            for leaf in taken { leaf.withUnsafeBytes { value.append(contentsOf: $0) } }
            try txn.put(key, value, in: self.segment.databases.leaves, held > 0 ? [] : .append)
            rest = rest.dropFirst(taken.count)
            next = next.advanced(by: taken.count)
        }
    }
}
