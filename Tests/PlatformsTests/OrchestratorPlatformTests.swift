import AgentLedger
import LedgerDomain
import LedgerExporters
import Servers
import Testing

@testable import LedgerPlatforms

@Suite("The schema orchestrator_platform")
struct OrchestratorPlatformTests {
    private func ask(_ sql: String) async throws -> String {
        try TemporaryPostgres.ask(try await ExportedSchemas.shared.database(with: "orchestrator_platform"), sql)
    }

    @Test("refers nowhere to what is not there")
    func orphans() async throws {
        let report = try await ExportedSchemas.shared.report(of: "orchestrator_platform")
        #expect(report.tables.allSatisfy { $0.orphans == 0 }, "\(report.tables)")
    }

    @Test("has a row for each thing that the ledger tells of")
    func counts() async throws {
        let same: KeyValuePairs<String, String> = [
            "users": "ledger.users", "organizations": "ledger.organizations",
            "organization_members": "ledger.memberships WHERE removed_at IS NULL",
            "workflows": "ledger.workflows", "workflow_executions": "ledger.workflow_executions",
            "marketplace_integrations": "ledger.marketplace_integrations",
            "container_resources": "ledger.container_resources WHERE released_at IS NULL",
            "agents WHERE metadata ->> 'synthetic' IS NULL": "ledger.agents",
            "agents WHERE metadata ->> 'synthetic' = 'true'": "ledger.workflows WHERE agent_id IS NULL",
        ]
        for (ours, theirs) in same {
            let counts = try await self.ask(
                "SELECT (SELECT count(*) FROM orchestrator_platform.\(ours)), (SELECT count(*) FROM \(theirs))"
            ).split(separator: "|")
            #expect(counts.count == 2 && counts[0] == counts[1], "\(ours): \(counts)")
        }
    }

    @Test("says tiers, states and names in its own words")
    func words() async throws {
        let tiers = "business|pro\nenterprise|enterprise\nprofessional|pro\nstarter|basic"
        for table in ["users", "organizations"] {
            let pairs = try await self.ask(
                """
                SELECT DISTINCT l.subscription_tier COLLATE "C", o.subscription_tier FROM ledger.\(table) l
                JOIN orchestrator_platform.\(table) o USING (id) ORDER BY 1
                """)
            #expect(!pairs.isEmpty && pairs.split(separator: "\n").allSatisfy { tiers.contains($0) }, "\(pairs)")
        }
        #expect(SubscriptionTier.allCases.map(PlatformWords.tier) == ["basic", "pro", "pro", "enterprise"])
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.workflow_executions l JOIN orchestrator_platform.workflow_executions o
                USING (id) WHERE (l.status, l.started_at, l.paused_at, l.resumed_at, l.completed_at, l.correlation_id)
                IS DISTINCT FROM (o.status, o.started_at, o.paused_at, o.resumed_at, o.completed_at, o.correlation_id)
                """) == "0")
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.users l JOIN orchestrator_platform.users o USING (id)
                WHERE o.is_active <> (l.status = 'active' AND l.deleted_at IS NULL)
                OR (l.deleted_at IS NULL AND o.email <> l.email)
                OR (l.deleted_at IS NOT NULL AND o.email <> 'deleted:' || l.id || ':' || l.email)
                OR (l.first_name IS NOT NULL AND o.first_name <> l.first_name)
                OR (l.first_name IS NULL AND l.last_name IS NULL AND l.display_name LIKE '% %'
                    AND concat_ws(' ', o.first_name, o.last_name) <> l.display_name)
                """) == "0")
        #expect(
            try await self.ask(
                "SELECT DISTINCT role COLLATE \"C\" FROM orchestrator_platform.organization_members ORDER BY 1")
                == "admin\nmember\nowner\nviewer")
    }

    @Test("gives every workflow an agent of its organization, and every agent an owner")
    func hosts() async throws {
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.workflows l JOIN orchestrator_platform.workflows o USING (id)
                JOIN orchestrator_platform.agents a ON a.id = o.agent_id
                WHERE o.agent_id <> l.agent_id OR (l.agent_id IS NULL AND (a.metadata ->> 'workflow_id' <> l.id::text
                    OR a.owner_organization_id <> l.organization_id OR a.name <> l.name))
                """) == "0")
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.agents l JOIN orchestrator_platform.agents o USING (id)
                WHERE (o.owner_user_id, o.owner_organization_id) IS DISTINCT FROM (l.owner_user_id, l.organization_id)
                """) == "0")
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.container_resources c JOIN orchestrator_platform.agents a ON a.id = c.agent_id
                WHERE c.released_at IS NULL AND (a.resource_limits ->> 'memory_limit_mb')::int IS DISTINCT FROM c.memory_limit_mb
                """) == "0")
        let id = WorkflowID(bits: 0x0198_0000_0000_7000_8000_0000_0000_0001)
        #expect(PlatformHost.standIn(for: id) == PlatformHost.standIn(for: id))
        #expect(PlatformHost.standIn(for: id).description.dropFirst(14).first == "5")
    }

    @Test("keeps what a run said and used")
    func runs() async throws {
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM orchestrator_platform.workflow_executions o
                JOIN (SELECT workflow_execution_id AS id, count(*) AS lines FROM ledger.execution_logs GROUP BY 1) l USING (id)
                WHERE jsonb_array_length(o.execution_logs) <> least(l.lines, 1000)
                """) == "0")
        #expect(
            try await self.ask(
                """
                SELECT (SELECT sum((performance_metrics ->> 'total_tokens')::bigint)
                    FROM orchestrator_platform.workflow_executions)
                    = (SELECT sum(total_tokens_used) FROM ledger.workflow_executions),
                (SELECT sum((performance_metrics ->> 'estimated_cost')::numeric)
                    FROM orchestrator_platform.workflow_executions)
                    = (SELECT sum(estimated_cost) FROM ledger.workflow_executions),
                (SELECT sum(jsonb_array_length(execution_logs)) FROM orchestrator_platform.workflow_executions)
                    = (SELECT count(*) FROM ledger.execution_logs)
                """) == "t|t|t")
        #expect(
            try await self.ask(
                """
                SELECT count(*) FROM ledger.workflow_executions l JOIN orchestrator_platform.workflow_executions o
                USING (id) WHERE o.execution_data -> 'input' <> l.input_data OR o.execution_data -> 'output' <> l.output_data
                """) == "0")
    }

    @Test("a name is split at its last space where no other is known")
    func names() {
        func names(_ display: String?, _ given: String? = nil, _ family: String? = nil) -> [String] {
            var user = User()
            (user.displayName, user.givenName, user.familyName) = (display, given, family)
            let row = PlatformUserTable.Row(user: user)
            return [row.firstName, row.lastName]
        }
        #expect(names("Ada King Lovelace") == ["Ada King", "Lovelace"])
        #expect(names("Ada") == ["Ada", ""])
        #expect(names(nil) == ["", ""])
        #expect(names("A. Lovelace", "Ada") == ["Ada", "Lovelace"])
        #expect(names("A. L.", "Ada", "Lovelace") == ["Ada", "Lovelace"])
        #expect(names(String(repeating: "é", count: 101)) == [String(repeating: "é", count: 100), ""])
    }

    @Test(
        "goes into SQLite with every reference in place", arguments: ["orchestrator_platform", "agent_infrastructure"])
    func sqlite(name: String) async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/\(name).sqlite"
        let projection = try #require(Projections.named(name))
        let report = try SQLiteExporter(path: path).export(
            try await SimulatedLedger.shared.value.snapshot(projection))
        #expect(report.tables.allSatisfy { $0.orphans == 0 }, "\(report.tables)")
        #expect(try Shell.run("/usr/bin/env", ["sqlite3", path, "PRAGMA foreign_key_check"]).isEmpty)
    }
}
