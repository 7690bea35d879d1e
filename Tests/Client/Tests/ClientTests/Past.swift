import AgentLedger
import Testing

/// A query, and states and rows of the past.
enum Past {
    static func run(_ folder: String, _ first: FirstSteps.Result) throws {
        let reader = try LedgerReader(at: folder)
        let now = try reader.query("SELECT name, status FROM workflows")
        #expect(now.columns == ["name", "status"])
        #expect(now.rows == [[.text("Inbox of today"), .text("paused")]])
        let then = try reader.query("SELECT name FROM workflows", at: .position(first.before))
        #expect(then.rows == [[.text("Triage")]])
        let state = try reader.state(first.workflow, at: .position(first.before))
        #expect(state?.name == "Triage" && state?.status == .draft)
        let before = try reader.state(first.workflow, at: .position(.start))
        #expect(before == nil)
    }
}
