import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerViews
import Seeded
import Synchronization
import Testing

/// Batches are decided upon others that are still on their way, whose facts no index knows yet.
@Suite("Commands imported in batches")
struct BatchTests {
    let scratch: Scratch

    init() throws { self.scratch = try Scratch() }

    /// Command lines about few things, in no order of their ids: many are repeated, refused or void what came before.
    private static func lines(_ random: inout SplitMix64) -> [String] {
        var ids = (0..<40).map { _ in UUIDText.format(UInt128.random(in: 1 ... .max, using: &random)) }
        // Time-ordered ones as well, which are mostly greater than all before them.
        for place in 20..<40 { ids[place] = String(format: "0198c0%02x-0000-7000", place) + ids[place].suffix(18) }
        var second = 0
        func line(_ command: String, _ data: String) -> String {
            second += 1
            let time = String(format: "2025-08-01T%02d:%02d:%02dZ", second / 3600, second / 60 % 60, second % 60)
            return #"{"command":"\#(command)","occurred_at":"\#(time)","data":{\#(data)}}"#
        }
        var lines = [
            line("organization.create", #""organization_id":"\#(acme)","name":"Acme","slug":"acme""#),
            line(
                "price.set",
                #""usage_type":"input_tokens","model":"gpt","amount":"2.5","effective_from":"2025-01-01T00:00:00Z""#),
            line("workflow.create", #""workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow""#),
            line("workflow.activate", #""workflow_id":"\#(flow)""#),
            line("workflow_execution.queue", #""execution_id":"\#(run)","workflow_id":"\#(flow)""#),
            line("workflow_execution.dispatch", #""execution_id":"\#(run)""#),
            line("workflow_execution.start", #""execution_id":"\#(run)""#),
        ]
        for _ in 0..<300 {
            let id = ids.randomElement(using: &random) ?? acme
            let inRun = #""workflow_execution_id":"\#(run)""#
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: lines.append(line("log_line.record", #""log_id":"\#(id)",\#(inRun),"message":"\#(id)""#))
            case 2:
                lines.append(
                    line("model_call.record", #""model_call_id":"\#(id)",\#(inRun),"model":"gpt","input_tokens":12"#))
            case 3, 4:
                lines.append(
                    line(
                        "usage_record.record",
                        #""usage_record_id":"\#(id)","organization_id":"\#(acme)","usage_type":"image","quantity":3"#))
            case 5: lines.append(line("usage_record.void", #""usage_record_id":"\#(id)""#))
            case 6: lines.append(line("agent_execution.queue", #""agent_execution_id":"\#(id)",\#(inRun)"#))
            default: lines.append(line("agent_execution.start", #""agent_execution_id":"\#(id)""#))
            }
        }
        return lines
    }

    private static var seeds: [UInt64] { (0..<4).map { _ in .random(in: 0 ... .max) } }

    @Test("come to what the same commands come to one by one", arguments: Self.seeds)
    func same(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let lines = Self.lines(&random)
        let file = try self.scratch.write(lines.joined(separator: "\n") + "\n", to: "commands.jsonl")
        var expected: [String] = []
        let alone = try Ledger.create(at: self.scratch.file("alone"))
        for line in lines { expected.append(Self.outcome(try await alone.perform(line))) }
        var digests: [ViewDigest]?
        for size in [1, 2, 7, 64, 6144] {
            // Short intervals have the views take states over while batches are on their way.
            let ledger = try Ledger.create(at: self.scratch.file("batches-of-\(size)"), snapshotInterval: 20)
            var options = ImportOptions()
            options.batch = size
            options.actor = .system("test")
            let refused = RefusedLines()
            let report = try await Importer(ledger, options: options).run([file]) { refused.add($0) }
            #expect(report.accepted == expected.count { $0 == "accepted" }, "seed \(seed), batches of \(size)")
            #expect(report.unchanged == expected.count { $0 == "unchanged" }, "seed \(seed), batches of \(size)")
            let lost = expected.indices.filter { expected[$0] == "refused" }.map { $0 + 1 }
            #expect(refused.lines == lost, "seed \(seed), batches of \(size)")
            try await ledger.catchUp()
            // A line that changes nothing is on record, so that `alone` has other positions.
            let found = try LedgerReader(at: ledger.path).views().digests()
            #expect(found == digests ?? found, "seed \(seed), batches of \(size)")
            digests = found
        }
    }

    private static func outcome(_ outcome: Ledger.Outcome) -> String {
        switch outcome {
        case .accepted: "accepted"
        case .unchanged: "unchanged"
        case .refused: "refused"
        }
    }
}

private final class RefusedLines: Sendable {
    private let found = Mutex<[Int]>([])

    var lines: [Int] { self.found.withLock { $0 } }

    func add(_ refusal: ImportRefusal) {
        guard case .line(let line) = refusal.place else { return }
        self.found.withLock { $0.append(line) }
    }
}
