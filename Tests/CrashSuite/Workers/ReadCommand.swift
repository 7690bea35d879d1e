import AgentLedger
import ArgumentParser
import Foundation
import LedgerEvents
import LedgerLogLMDB
import Seeded

/// Reads a log while it is written, until it has come to a position; says how often it read.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "read", abstract: "Read a log over and over.")

    @Option var ledger: String
    @Option var seed: UInt64
    @Option var until: UInt64
    @Option(help: "Read from the start only, and rest so many microseconds at each event.")
    var rest: UInt32 = 0
    @Flag(help: "Stay inside of the first event for ever.")
    var hold = false

    func run() throws {
        let log = try LMDBEventLog.open(at: self.ledger)
        var random = SplitMix64(seed: self.seed)
        var reads = 0
        say("ready")
        while true {
            let head = try log.head()
            if self.hold || self.rest > 0 {
                try log.read { event in
                    if reads == 0 { say("inside") }
                    reads += 1
                    repeat { usleep(max(self.rest, 10_000)) } while self.hold
                }
            } else {
                try self.readAnywhere(log, head, &random)
                reads += 1
            }
            if head.value >= self.until { break }
        }
        say("\(reads)")
    }

    /// From any position on, whole or in part: events must follow each other, and end where a batch ends.
    private func readAnywhere(_ log: LMDBEventLog, _ head: Position, _ random: inout SplitMix64) throws {
        let after = UInt64.random(in: 0...head.value, using: &random)
        let limit = Bool.random(using: &random) ? Int.max : Int.random(in: 1...50, using: &random)
        var last: (position: UInt64, note: Note)?
        var read = 0
        try log.read(after: Position(after), limit: limit) { event in
            let note = try WireDecoder.decode(Note.self, event.payload)
            let position = event.position.value
            guard position == (last?.position ?? after) + 1 else {
                throw Failure("\(position) came after \(last?.position ?? after)")
            }
            let isNext = last.map { note.batch == $0.note.batch && note.index == $0.note.index + 1 } ?? true
            if note.index > 0, !isNext { throw Failure("\(position) begins in the middle of a batch") }
            if note.index == 0, let last { try self.requireWhole(last.note) }
            last = (position, note)
            read += 1
        }
        guard let (position, note) = last else { return }
        if read < limit { try self.requireWhole(note) }
        var found: [UInt64] = []
        let tag = PlannedBatch.tag(of: note.batch)
        try log.read(EventQuery(tags: [tag])) { found.append($0.position.value) }
        let first = position - UInt64(note.index)
        let count = PlannedBatch(number: note.batch, seed: self.seed).events.count
        guard found == Array(first..<first + UInt64(count)) else {
            throw Failure("\(tag) stands at \(found), not from \(first) on")
        }
    }

    private func requireWhole(_ last: Note) throws {
        let count = PlannedBatch(number: last.batch, seed: self.seed).events.count
        guard last.index == count - 1 else {
            throw Failure("batch \(last.batch) ends with event \(last.index) of \(count)")
        }
    }
}
