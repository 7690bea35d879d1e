import AgentLedger
import LedgerEvents
import LedgerLog
import LedgerLogLMDB

/// Holds a ledger against its plan, its witnesses and itself.
struct LogCheck {
    let ledger: String
    let witnesses: [String]
    let workload: Workload
    let seed: UInt64
    private(set) var report = CheckReport()
    /// Told what was found before what is damaged is read: LMDB follows its pages wherever they lead.
    var willRead: (CheckReport) -> Void = { _ in }

    init(ledger: String, witnesses: [String], workload: Workload, seed: UInt64) {
        self.ledger = ledger
        self.witnesses = witnesses
        self.workload = workload
        self.seed = seed
    }

    mutating func run() {
        do {
            try self.check()
        } catch {
            self.report.add(.verify, "a check could not be carried out: \(error)")
        }
    }

    private mutating func check() throws {
        // A reader may come before any writer has put things right.
        _ = self.report.attempt(.opening) { _ = try LMDBEventLog.open(at: self.ledger).head() }
        let log = self.report.attempt(.opening) { try LMDBEventLog.open(at: self.ledger, mode: .readWrite) }
        guard let log else { return try self.verify() }
        try self.verify()
        self.willRead(self.report)
        let scan = LogScan(log, plan: self.workload == .notes ? self.seed : nil, &self.report)
        self.report.events = scan.head
        try self.checkHead(log, scan)
        try self.checkBatches(scan)
        try self.checkWitnesses(log, scan)
        try self.checkIndexes(log, scan)
        if self.workload == .commands { try self.checkViews() }
    }

    private mutating func verify() throws {
        for finding in try LMDBEventLog.verify(at: self.ledger).findings.prefix(3) {
            self.report.add(.verify, finding.description)
        }
    }

    private mutating func checkHead(_ log: LMDBEventLog, _ scan: LogScan) throws {
        let head = try log.head().value
        if head != scan.head { self.report.add(.positions, "the log ends at \(scan.head), its head is \(head)") }
        let tree = try log.treeHead()
        if tree.size != head || tree.root != scan.tree.root(scan.tree.count) {
            self.report.add(.tree, "the root over all \(scan.head) events is not the one that is kept")
        }
    }

    private mutating func checkBatches(_ scan: LogScan) throws {
        for (number, run) in scan.batches {
            let count = PlannedBatch(number: number, seed: self.seed).events.count
            if run.count != count { self.report.add(.batches, "batch \(number) has \(run.count) of \(count) events") }
        }
    }

    private func receipt(
        for key: String, _ acknowledgement: Acknowledgement, _ log: LMDBEventLog
    ) throws -> AppendReceipt? {
        if self.workload == .notes { return try log.receipt(for: key)?.receipt }
        var forms: [String] = []
        try log.event(at: Position(acknowledgement.first)) {
            let envelope = try $0.envelope()
            if envelope.idempotencyKey == key { forms = Idempotency.forms(of: envelope) }
        }
        for form in forms {
            if let known = try log.receipt(for: form) { return known.receipt }
        }
        return nil
    }

    private mutating func checkWitnesses(_ log: LMDBEventLog, _ scan: LogScan) throws {
        for acknowledgement in try self.witnesses.flatMap(Witness.read) {
            self.report.acknowledged += 1
            let number = acknowledgement.number
            let place = "\(acknowledgement.first) to \(acknowledgement.last)"
            guard acknowledgement.last <= scan.head else {
                self.report.add(.acknowledged, "\(number) was to stand at \(place); the log ends at \(scan.head)")
                continue
            }
            if self.workload == .notes {
                let run = scan.batches[number]
                if run?.first != acknowledgement.first || run?.last != acknowledgement.last {
                    let found = run.map { "stands at \($0.first) to \($0.last)" } ?? "is missing"
                    self.report.add(.acknowledged, "batch \(number) was to stand at \(place); it \(found)")
                }
            }
            let root =
                acknowledgement.size <= UInt64(scan.tree.count)
                ? hexadecimal(scan.tree.root(Int(acknowledgement.size))) : "missing"
            if root != acknowledgement.root {
                self.report.add(.tree, "the root over \(acknowledgement.size) events is not the acknowledged one")
            }
            let key = self.workload == .notes ? "batch \(number)" : PlannedCommand.key(number)
            let receipt = try self.receipt(for: key, acknowledgement, log)
            if receipt?.first.value != acknowledgement.first || receipt?.last.value != acknowledgement.last {
                self.report.add(.receipts, "\"\(key)\" does not lead to \(place)")
            }
        }
    }

    private mutating func checkIndexes(_ log: LMDBEventLog, _ scan: LogScan) throws {
        for (tag, positions) in scan.tags {
            var found: [UInt64] = []
            try log.tagPositions(tag) { position in
                found.append(position.value)
                return true
            }
            let count = try log.count(of: tag)
            if found != positions || count != positions.count {
                self.report.add(.tags, "\(tag) has \(positions.count) events, the index knows \(found.count)")
            }
        }
        for (type, positions) in scan.types {
            var found: [UInt64] = []
            try log.typePositions(type) { position in
                found.append(position.value)
                return true
            }
            if found != positions {
                self.report.add(.types, "\(type) has \(positions.count) events, the index knows \(found.count)")
            }
        }
        let known = try log.statistics().types.map(\.type)
        if Set(known) != Set(scan.types.keys) {
            self.report.add(
                .types, "the index knows \(known), the records have \(scan.types.keys.map(\.name).sorted())")
        }
    }

    private mutating func checkViews() throws {
        guard let replay = self.report.attempt(.views, { try LedgerReader(at: self.ledger).replay() }) else { return }
        for view in replay.differences { self.report.add(.views, "\(view) differs from a rebuild") }
    }
}
