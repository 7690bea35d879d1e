import AgentLedger
import LedgerEvents
import LedgerLog
import LedgerLogLMDB

/// All that a log holds, taken from its records alone in one pass.
struct LogScan {
    var tree = DefinedTree()
    /// Where each number of the plan stands.
    var batches: [Int: Run] = [:]
    var tags: [EventTag: [UInt64]] = [:]
    var types: [EventType: [UInt64]] = [:]
    private var last: UInt64 = 0
    private var lastRecordedAt = Instant(microseconds: .min)
    private var planned: PlannedBatch?

    /// Events that stand together and belong to one batch.
    struct Run: Equatable {
        var first: UInt64
        var count: Int

        var last: UInt64 { self.first + UInt64(self.count) - 1 }
    }

    var head: UInt64 { self.last }

    /// Reads everything; what contradicts the plan, or itself, comes into the report.
    init(_ log: LMDBEventLog, plan seed: UInt64?, _ report: inout CheckReport) {
        do {
            try log.read { event in
                self.order(event, &report)
                self.tree.append(record: event.bytes)
                self.types[event.type(), default: []].append(event.position.value)
                for tag in try event.tags() { self.tags[tag, default: []].append(event.position.value) }
                if let seed { try self.compare(event, seed, &report) }
            }
        } catch {
            report.add(.positions, "\(error)")
        }
    }

    private mutating func order(_ event: borrowing StoredEvent, _ report: inout CheckReport) {
        let position = event.position.value
        if position != self.last + 1 { report.add(.positions, "\(position) stands behind \(self.last)") }
        if event.recordedAt < self.lastRecordedAt {
            report.add(.positions, "\(position) was recorded before the one ahead of it")
        }
        self.last = position
        self.lastRecordedAt = event.recordedAt
    }

    private mutating func compare(_ event: borrowing StoredEvent, _ seed: UInt64, _ report: inout CheckReport) throws {
        let position = event.position.value
        let note = try WireDecoder.decode(Note.self, event.payload)
        if self.planned?.number != note.batch { self.planned = PlannedBatch(number: note.batch, seed: seed) }
        guard let planned = self.planned, note.index < planned.events.count else {
            return report.add(.contents, "\(position) is event \(note.index) of batch \(note.batch): there is none")
        }
        let meant = planned.events[note.index]
        var tags: [EventTag] = []
        for tag in meant.tags where !tags.contains(tag) { tags.append(tag) }
        let found = try event.tags()
        if event.type() != meant.type || note.filler != meant.note.filler || found != tags {
            report.add(.contents, "\(position) is not what was appended as event \(note.index) of batch \(note.batch)")
        }
        if note.index == 0 {
            if self.batches[note.batch] != nil { report.add(.batches, "batch \(note.batch) stands twice") }
            self.batches[note.batch] = Run(first: position, count: 1)
        } else if let run = self.batches[note.batch], run.last + 1 == position, run.count == note.index {
            self.batches[note.batch]?.count += 1
        } else {
            report.add(.batches, "\(position) is event \(note.index) of batch \(note.batch), out of its place")
        }
    }
}
