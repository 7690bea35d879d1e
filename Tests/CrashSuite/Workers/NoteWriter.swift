import AgentLedger
import Foundation
import LedgerLog
import LedgerLogLMDB
import Seeded

/// Appends planned batches to a log, some at once, which the log may commit together.
final class NoteWriter {
    private let options: WriteCommand
    private let witness: Witness
    private var log: LMDBEventLog?
    private var random: SplitMix64
    /// More failures in a row than any attack makes: it would never end.
    private static let patience = 1_000

    init(options: WriteCommand, witness: Witness) {
        self.options = options
        self.witness = witness
        self.random = SplitMix64(seed: options.seed ^ UInt64(options.from))
    }

    func write(_ numbers: [Int]) async throws {
        var rest = numbers
        var failures = 0
        while !rest.isEmpty {
            do {
                let log = try self.opened()
                let group = Array(rest.prefix(Int.random(in: 1...max(1, self.options.window), using: &self.random)))
                if self.options.pace > 0 { usleep(UInt32.random(in: 0..<self.options.pace, using: &self.random)) }
                let failed = try await self.append(group, to: log)
                rest.removeFirst(group.count)
                rest.insert(contentsOf: failed.map(\.number), at: 0)
                failures = 0
                if let (_, error) = failed.first { throw error }
            } catch {
                failures += 1
                guard failures < Self.patience else { throw error }
                // What could not be synced may leave LMDB unable to go on until it is opened again.
                self.log = nil
                try self.options.survives(error)
            }
        }
    }

    private func opened() throws -> LMDBEventLog {
        if let log = self.log { return log }
        let path = self.options.ledger
        if access(path + "/ledger.json", F_OK) != 0 {
            let limits = SegmentLimits(events: self.options.segmentEvents)
            _ = try LMDBEventLog.create(at: path, origin: 7, segmentLimits: limits)
        }
        let log = try LMDBEventLog.open(at: path, mode: .readWrite, planting: self.options.bug)
        self.log = log
        return log
    }

    /// Appends batches at once, and has each witnessed as soon as it is acknowledged; those that failed.
    private func append(_ numbers: [Int], to log: LMDBEventLog) async throws -> [(number: Int, error: any Error)] {
        let witness = self.witness
        let seed = self.options.seed
        return try await withThrowingTaskGroup(of: (Int, any Error)?.self) { group in
            for number in numbers {
                group.addTask {
                    let planned = PlannedBatch(number: number, seed: seed)
                    let receipt: AppendReceipt
                    do {
                        receipt = try await log.append(
                            try planned.batch(), condition: planned.condition, idempotency: planned.idempotency)
                    } catch {
                        return (number, error)
                    }
                    let microseconds = Witness.now()
                    let tree = try log.treeHead()
                    try witness.note([
                        Acknowledgement(
                            number: number, first: receipt.first.value, last: receipt.last.value, size: tree.size,
                            root: hexadecimal(tree.root), microseconds: microseconds)
                    ])
                    say("+")
                    return nil
                }
            }
            return try await group.reduce(into: []) { failed, failure in
                if let failure { failed.append(failure) }
            }
        }
    }
}
