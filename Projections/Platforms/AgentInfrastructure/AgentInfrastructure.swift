import LedgerRelations
import LedgerTables

/// Agents of several organizations, configured in columns alone, with what later phases of that platform name.
enum AgentInfrastructure {
    static let projection = Projection(
        "agent_infrastructure", version: 3,
        description: "Agents by slug, of one organization or several, with conversations, documents and tasks.",
        relations: [
            InfrastructureAccountTable.relation, InfrastructureOrganizationTable.relation,
            InfrastructureMemberTable.relation, InfrastructureAgentTable.relation, AgentOrganizationTable.relation,
            InfrastructureConversationTable.relation, InfrastructureParticipantTable.relation,
            InfrastructureMessageTable.relation, InfrastructureCollectionTable.relation,
            InfrastructureDocumentTable.relation, InfrastructureChunkTable.relation, InfrastructureTaskTable.relation,
            InfrastructureAssignmentTable.relation, InfrastructureCommentTable.relation,
            InfrastructureApprovalTable.relation, ObservabilityEventTable.relation, InfrastructureMetricTable.relation,
            PerformanceLogTable.relation,
        ], roles: RowSecurity.roles,
        routines: [Self.setUpdatedAt] + InfrastructureRowSecurity.routines,
        deviations: [
            Deviation(
                "schema", documented: "tables in the schema public", reason: "schemas share table and index names",
                ours: "a schema of its own"),
            Deviation(
                "authenticated, service_role, auth.uid()", documented: "taken as there",
                reason: "they are there on Supabase only",
                ours: "made where they are missing; auth.uid() is the claim request.jwt.claim.sub, or sub of "
                    + "request.jwt.claims"),
            Deviation(
                "seed data", documented: "an organization demo-org with an agent blog-post-writer",
                reason: "rows come from the ledger alone", ours: "none"),
        ])

    /// Keeps `updated_at` for everybody who writes to the tables; exporters bring their own. Anyone may set
    /// `agentledger.exporting`; only the tables' owner is believed.
    private static let setUpdatedAt = Routine(
        "set_updated_at",
        postgreSQL: """
            CREATE OR REPLACE FUNCTION agent_infrastructure.set_updated_at() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
            BEGIN
                IF row_security_active(TG_RELID)
                    OR current_setting('agentledger.exporting', true) IS DISTINCT FROM 'on'
                THEN
                    NEW.updated_at = now();
                END IF;
                RETURN NEW;
            END
            $body$
            """)

    static func updating(_ table: String) -> Trigger {
        Trigger("\(table)_set_updated_at", "BEFORE UPDATE", call: "agent_infrastructure.set_updated_at()")
    }

    /// Of a table of a later phase.
    static func named(_ table: String) -> Deviation {
        Deviation(
            table, documented: "named, not defined", reason: "the ledger holds such things",
            ours: "columns as the ledger has them, with slugs for organizations and agents")
    }
}
