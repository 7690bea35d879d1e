import AgentLedger
import Foundation
import LedgerImporters
import LedgerLogLMDB
import LedgerSimulation
import Seeded

/// Executes planned commands, and lets the views catch up now and then.
final class CommandWriter {
    private let options: WriteCommand
    private let witness: Witness
    private var ledger: Ledger?
    private var random: SplitMix64
    private static let patience = 1_000
    /// Short, so that states are handed over to the views while commands go on.
    private static let snapshotInterval: UInt64 = 16

    init(options: WriteCommand, witness: Witness) {
        self.options = options
        self.witness = witness
        self.random = SplitMix64(seed: options.seed ^ UInt64(options.count))
    }

    func write(_ numbers: [Int]) async throws {
        var rest = numbers[...]
        var failures = 0
        while !rest.isEmpty {
            do {
                let ledger = try self.opened()
                let group = rest.prefix(Int.random(in: 1...12, using: &self.random))
                try await self.execute(Array(group), by: ledger)
                rest = rest.dropFirst(group.count)
                if Bool.random(using: &self.random) { try await ledger.catchUp() }
                failures = 0
            } catch {
                failures += 1
                guard failures < Self.patience else { throw error }
                self.ledger = nil
                try self.options.survives(error)
            }
        }
    }

    private func opened() throws -> Ledger {
        if let ledger = self.ledger { return ledger }
        let path = self.options.ledger
        let ledger =
            access(path + "/ledger.json", F_OK) == 0
            ? try Ledger.open(at: path, snapshotInterval: Self.snapshotInterval)
            : try Ledger.create(
                at: path, segmentLimits: SegmentLimits(events: self.options.segmentEvents),
                snapshotInterval: Self.snapshotInterval)
        self.ledger = ledger
        return ledger
    }

    private func execute(_ numbers: [Int], by ledger: Ledger) async throws {
        let reader = CommandReader(defaultActor: .system("crash"))
        let requests = try numbers.map { number in
            try Array(PlannedCommand.json(number).utf8).withUnsafeBytes {
                try reader.read($0, now: ledger.now(), newID: ledger.makeID())
            }
        }
        let outcomes = try await ledger.execute(requests)
        let microseconds = Witness.now()
        let tree = try ledger.log.treeHead()
        try self.witness.note(
            zip(numbers, outcomes).map { number, outcome in
                guard case .accepted(let first, let last) = outcome else {
                    throw Failure("command \(number) came to \(outcome)")
                }
                return Acknowledgement(
                    number: number, first: first.value, last: last.value, size: tree.size,
                    root: hexadecimal(tree.root), microseconds: microseconds)
            })
        for _ in numbers { say("+") }
    }
}
