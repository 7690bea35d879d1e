import LedgerDomain
import LedgerEvents
import LedgerTables

/// The agent on which a workflow runs. There every workflow has one; here it need not.
enum PlatformHost {
    /// The workflow's own agent, or the one that stands in for it.
    static func agent(of workflow: Workflow) -> AgentID { workflow.agent ?? Self.standIn(for: workflow.id) }

    /// A version 5 UUID with the workflow's id as its namespace: the same whenever it is derived.
    static func standIn(for workflow: WorkflowID) -> AgentID {
        AgentID(bits: UUIDv5.named("host agent", in: workflow.bits))
    }

    /// What tells a stand-in from an agent of the ledger.
    static func metadata(for workflow: WorkflowID) -> JSONText {
        var json = JSONWriter()
        json.beginObject()
        json.key("synthetic")
        json.bool(true)
        json.key("workflow_id")
        json.string(workflow.description)
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }

    static func status(of workflow: Workflow) -> Agent.Status {
        if workflow.deletedAt != nil { return .inactive }
        return switch workflow.status {
        case .draft: .draft
        case .active: .active
        case .paused, .archived: .inactive
        }
    }
}
