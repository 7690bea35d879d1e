import LedgerRelations
import LedgerTables

/// `core_platform`: people talk with agents, give them tasks, run projects, and keep what was made.
enum CorePlatform {
    static let projection = Projection(
        "core_platform", version: 3,
        description: "An agent platform's core: conversations, tasks, projects and deliverables.",
        relations: [
            CoreUserTable.relation, CoreAgentTable.relation, AgentConversationTable.relation,
            CoreConversationTable.relation, CoreMessageTable.relation, CoreTaskTable.relation,
            CoreProjectTable.relation, CoreProjectStepTable.relation, CoreDeliverableTable.relation,
            CoreDeliverableVersionTable.relation,
        ],
        deviations: [
            Deviation(
                "foreign keys", documented: "which table belongs to which is told in prose, no constraint says it",
                reason: "rows that belong to nothing pass", ours: "foreign keys between the tables"),
            Deviation(
                "indexes of foreign keys", documented: "they are there by themselves",
                reason: "PostgreSQL makes none for a foreign key",
                ours: "one for each whose column no other index begins with"),
            Deviation(
                "defaults of ids", documented: "users and deliverable versions get theirs from uuid_generate_v4()",
                reason: "that function comes with an extension", ours: "gen_random_uuid(), as in the other tables"),
            Deviation(
                "defaults of times", documented: "timezone('utc', now())",
                reason: "it is read back in the session's time zone, and so off by its offset", ours: "now()"),
        ])
}
