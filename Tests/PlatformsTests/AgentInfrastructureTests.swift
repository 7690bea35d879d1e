import AgentLedger
import Servers
import Testing

@Suite("The schema agent_infrastructure")
struct AgentInfrastructureTests {
    private func ask(_ sql: String) async throws -> String {
        try TemporaryPostgres.ask(try await ExportedSchemas.shared.database(with: "agent_infrastructure"), sql)
    }

    @Test("refers nowhere to what is not there")
    func orphans() async throws {
        let report = try await ExportedSchemas.shared.report(of: "agent_infrastructure")
        #expect(report.tables.allSatisfy { $0.orphans == 0 }, "\(report.tables)")
    }

    @Test("has a row for each thing that the ledger tells of")
    func counts() async throws {
        let same: KeyValuePairs<String, String> = [
            "organizations": "ledger.organizations", "agents": "ledger.agents",
            "organization_members": "ledger.memberships WHERE removed_at IS NULL",
            "conversations": "ledger.conversations", "conversation_participants": "ledger.conversation_participants",
            "messages": "ledger.messages", "document_collections": "ledger.document_collections",
            "documents": "ledger.documents", "document_chunks": "ledger.document_chunks", "tasks": "ledger.tasks",
            "task_assignments": "ledger.task_assignments", "task_comments": "ledger.task_comments",
            "approvals": "ledger.approvals", "observability_events": "ledger.execution_logs",
            "agent_metrics": "ledger.agent_metrics",
            "performance_logs WHERE operation = 'model_call'": "ledger.model_calls",
            "performance_logs WHERE operation = 'tool_call'": "ledger.tool_calls",
        ]
        for (ours, theirs) in same {
            let counts = try await self.ask(
                "SELECT (SELECT count(*) FROM agent_infrastructure.\(ours)), (SELECT count(*) FROM \(theirs))"
            ).split(separator: "|")
            #expect(counts.count == 2 && counts[0] == counts[1] && counts[0] != "0", "\(ours): \(counts)")
        }
    }

    @Test("names organizations and agents by their slugs")
    func slugs() async throws {
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.agents l JOIN agent_infrastructure.agents a ON a.slug = coalesce(l.slug, l.id::text)
                LEFT JOIN ledger.organizations o ON o.id = l.organization_id
                WHERE a.organization_slug[1] IS DISTINCT FROM o.slug AND l.organization_id IS NOT NULL
                OR (a.agent_type, a.department, a.tags, a.io_schema, a.capabilities, a.context, a.endpoint, a.llm_config)
                    IS DISTINCT FROM (l.protocol, l.department, l.tags, l.io_schema, l.capabilities, l.context, l.endpoint,
                    l.llm_config)
                """) == "0")
        #expect(
            try await self.ask(
                """
                SELECT (SELECT count(*) FROM ledger.agents) = (SELECT count(*) FROM ledger.agents l
                    JOIN agent_infrastructure.agents a ON a.slug = coalesce(l.slug, l.id::text)),
                (SELECT sum(cardinality(organization_slug)) FROM agent_infrastructure.agents)
                    = (SELECT count(*) FROM agent_infrastructure.agent_organizations),
                (SELECT bool_and(o.organization_slug = a.organization_slug[o.place])
                    FROM agent_infrastructure.agent_organizations o JOIN agent_infrastructure.agents a ON a.slug = agent_slug)
                """) == "t|t|t")
    }

    @Test("sums as the ledger does")
    func sums() async throws {
        #expect(
            try await self.ask(
                """
                SELECT (SELECT sum(input_tokens + output_tokens) FROM agent_infrastructure.performance_logs)
                    = (SELECT sum(total_tokens_used) FROM ledger.workflow_executions),
                (SELECT count(*) FROM agent_infrastructure.performance_logs WHERE has_failed AND operation = 'tool_call')
                    = (SELECT sum(tool_errors) FROM ledger.workflow_executions),
                (SELECT sum(chunk_count) FROM agent_infrastructure.documents)
                    = (SELECT count(*) FROM agent_infrastructure.document_chunks),
                (SELECT string_agg(status || n, ' ' ORDER BY status)
                    FROM (SELECT status, count(*) AS n FROM agent_infrastructure.tasks GROUP BY 1) t)
                    = (SELECT string_agg(status || n, ' ' ORDER BY status)
                    FROM (SELECT status, count(*) AS n FROM ledger.tasks GROUP BY 1) t)
                """) == "t|t|t|t")
    }
}
