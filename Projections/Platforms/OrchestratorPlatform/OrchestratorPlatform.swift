import LedgerRelations
import LedgerTables

/// A platform on which users and organizations own agents, whose rows are guarded by who asks.
enum OrchestratorPlatform {
    static let projection = Projection(
        "orchestrator_platform", version: 3,
        description: "Users, organizations, their agents, workflows and runs, each row for those whom it concerns.",
        relations: [
            PlatformUserTable.relation, PlatformOrganizationTable.relation, PlatformMemberTable.relation,
            PlatformAgentTable.relation, PlatformWorkflowTable.relation, PlatformExecutionTable.relation,
            PlatformListingTable.relation, PlatformContainerTable.relation,
        ], roles: RowSecurity.roles, routines: PlatformRowSecurity.routines + [PlatformTransitions.routine],
        deviations: [
            Deviation(
                "schema", documented: "tables in the schema public", reason: "schemas share table and index names",
                ours: "a schema of its own"),
            Deviation(
                "authenticated, auth.uid()", documented: "taken as there", reason: "they are there on Supabase only",
                ours: "made where they are missing; auth.uid() is the claim request.jwt.claim.sub, or sub of "
                    + "request.jwt.claims; service_role beside them, for the platform's own code"),
            Deviation(
                "policies", documented: "one policy for all commands on five of the tables, whatever the caller's role",
                reason:
                    "a viewer could write, and anybody make himself the owner of a foreign organization or raise his "
                    + "own tier; three tables were open",
                ours:
                    "policies on every table, apart for reading and writing, by role; writing is off unless an export "
                    + "allows it; nobody writes their own membership or tier, what the platform sets, or the columns that "
                    + "say whose a row is; accounts, organizations and containers are made by the platform"),
            Deviation(
                "retention", documented: "runs are deleted after 90 days",
                reason: "retention does not work yet",
                ours: "rows stay for ever; `retention_policy.set` records a policy, which does nothing yet"),
        ])
}
