import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerExporters
import Testing

@Suite("The page on time travel")
struct TimeTravelExample {
    /// What stands in docs/time-travel.md.
    @Test("its Swift works")
    func example() async throws {
        let scratch = try Scratch()
        let (path, database, whatIf) = (scratch.file("ledger"), scratch.file("h.db"), scratch.file("what-if"))
        try await Ledger.create(at: path).prepareRun()

        let reader = try LedgerReader(at: path)
        let id = try #require(UUIDText.parse("0198c000-0000-7000-8000-0000000000b1"))

        // Which event set each field, as of any position, time, or now.
        let blame = try #require(try reader.blame("workflow", id: id))
        for field in blame.fields { print(field.column.name, field.setBy?.type.name ?? "never set") }

        // Every version, one after the other.
        try reader.history(of: "workflow", id: id) { version in
            print(version.from.position, version.to?.position ?? "to now", version.cells)
        }

        // What changed between two moments: everything, of one kind, or of one thing.
        try reader.diff(from: .position(Position(2)), to: .end) { difference in
            print(difference.kind, difference.thing, difference.fields.map(\.column.name))
        }

        // The tables as they stood.
        let past = try reader.snapshot(at: .position(Position(2)))
        let row = try past.row(of: "workflow", id: id)

        // A run on the axis of time, and what led to what.
        let run = try #require(WorkflowExecutionID("0198c000-0000-7000-8000-0000000000c1"))
        let timeline = try #require(try reader.timeline(of: run))
        let tree = try reader.causalTree(of: CorrelationID(bits: run.bits))

        // Versions to any exporter, and a fork to try something out in.
        let report = try SQLiteExporter(path: database).export(try reader.versions(), progress: nil)
        let fork = try await reader.fork(at: .position(Position(3)), into: whatIf)

        #expect(blame.fields.first { $0.column.name == "status" }?.setBy?.type == "workflow.activated")
        #expect(row != nil && timeline.status == .running && tree.count == 3)
        #expect(report.rows > 10 && fork.parent?.position == Position(3))
    }

    @Test("its Swift is what is tested")
    func isTested() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let page = try String(
            contentsOf: folder.appendingPathComponent("../../docs/time-travel.md").standardized, encoding: .utf8)
        let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
        let block = try #require(page.firstMatch(of: /```swift\n((?s).*?)```/)).output.1
        let lines = block.split(separator: "\n").map { "        \($0)" }
        #expect(source.replacing("\n\n", with: "\n").contains(lines.joined(separator: "\n")))
    }
}
