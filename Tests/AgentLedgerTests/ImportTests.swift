import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerViews
import Testing

@Suite("Importing traces")
struct ImportTests {
    let scratch: Scratch
    let ledger: Ledger

    init() throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
    }

    func run(_ files: String..., options: ImportOptions = ImportOptions()) async throws -> ImportReport {
        try await Importer(self.ledger, options: options).run(files, refused: { Issue.record("refused: \($0)") })
    }

    @Test("real agent runs come to exactly the totals that are known of them")
    func totals() async throws {
        let report = try await self.run(airline)
        #expect(report.spans == 550)
        #expect(report.accepted == 550)
        #expect(report.refused == 0)
        let path = self.ledger.path
        #expect(
            try rows("SELECT status, COUNT(*) FROM workflow_executions GROUP BY 1", of: path) == [["completed", "20"]])
        #expect(try rows("SELECT COUNT(*) FROM agent_executions WHERE status = 'completed'", of: path) == [["40"]])
        #expect(
            try rows("SELECT COUNT(*), SUM(input_tokens), SUM(output_tokens) FROM model_calls", of: path)
                == [["342", "1113944", "21386"]])
        #expect(try rows("SELECT COUNT(*), SUM(outcome = 'error') FROM tool_calls", of: path) == [["148", "1"]])
        #expect(try rows("SELECT COUNT(*), SUM(score) FROM evaluation_results", of: path) == [["20", "1000"]])
        let usage = try LedgerReader(at: path).views()
        var cost = ExactDecimal.zero
        try usage.forEach(ExecutionTotals<WorkflowExecution>.self) { _, loaded in
            cost += loaded.state.reportedCost.money?.amount ?? .zero
        }
        #expect(cost.formatted(digits: 9) == "1.011200000")
        #expect(try rows("SELECT total_executions, failed_executions FROM workflows", of: path) == [["20", "0"]])
    }

    @Test("traces find by name what command lines before them make, in one import")
    func namesAcrossFiles() async throws {
        let commands = try self.scratch.write(
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#
                + "\n",
            to: "commands.jsonl")
        var options = ImportOptions()
        options.organization = "acme"
        let report = try await self.run(commands, airline, options: options)
        #expect(report.accepted == 551)
        #expect(
            try rows("SELECT organization_id, COUNT(*) FROM workflow_executions GROUP BY 1", of: self.ledger.path)
                == [[acme, "20"]])
    }

    @Test("importing the same file twice changes nothing")
    func twice() async throws {
        let first = try await self.run(airline)
        let second = try await self.run(airline)
        #expect(second.before == first.after)
        #expect(second.after == first.after)
        #expect(second.unchanged == 550)
    }

    @Test("views rebuilt from the log equal those that were kept")
    func rebuild() async throws {
        _ = try await self.run(airline)
        let reader = try LedgerReader(at: self.ledger.path)
        let live = try reader.views().digests()
        let rebuilt = try reader.rebuild(to: reader.position(of: .end)).digests()
        #expect(live == rebuilt)
        #expect(live.map(\.rows).reduce(0, +) > 100)
    }
}
