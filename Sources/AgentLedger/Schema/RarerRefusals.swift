import LedgerDomain
import LedgerEvents

/// Refusals that the simulated company does not come to, which documentation tells all the same. Each has a test in
/// `Tests/AgentDomainTests`, where no command may be refused for a reason that stands neither here nor among the
/// examples.
enum RarerRefusals {
    static let list: KeyValuePairs<String, Rejection> = [
        "agent_execution.start": .broken("workflow execution … ended at …; no agent starts in it at …"),
        "alert.trigger": Rejection(
            .notUnique, "the place of the one open alert of alert_rule … and this agent is taken by alert …"),
        "document_chunk.record": .broken("document_collection … was removed at … and takes nothing new"),
        "invoice.pay": .broken("nothing is due on invoice …: its total of 100 is credited in full"),
        "marketplace_listing.publish": .broken("agent … was deleted at …; nothing can happen to it any more"),
        "marketplace_listing.request": .broken("agent … was deleted at …; nothing can happen to it any more"),
        "metric.record": .broken("agent … is neither owned by organization … nor shared with it"),
        "project.change_status": .broken(
            "project … is completed when all steps have ended; these have not: a (in_progress), b (pending)"),
        "project_step.start": .broken("project … is planning; its steps start while it is in_progress"),
        "workflow_execution.dispatch": .broken("workflow_execution … waits for its retry; dispatch it at … or later"),
        "workflow_node.configure": Rejection(
            .notUnique, "name \"write\" in workflow … is taken by workflow_node …"),
        "workflow_node.place": .broken("agent … is neither owned by organization … nor shared with it"),
        "workflow_node.remove": .broken("workflow … was deleted at …; nothing can happen to it any more"),
    ]
}
