import AgentLedger
import Servers
import Testing

@Suite("Tenants' writes")
struct TenantWritesTests {
    @Test(
        "are allowed only as long as the last export says so",
        arguments: ["orchestrator_platform", "agent_infrastructure"])
    func mode(name: String) async throws {
        // A server of its own, where a superuser makes the roles.
        let server = try TemporaryPostgres()
        let conninfo = "postgres://owner@/postgres?host=\(server.folder)"
        let projection = try #require(Projections.named(name))
        let ledger = try await SimulatedLedger.shared.value
        for (position, tenantWrites) in [(200, false), (300, true), (300, false), (400, false), (400, true)] {
            let snapshot = try ledger.snapshot(projection, at: .position(Position(UInt64(position))))
            _ = try PostgresExporter(conninfo, tenantWrites: tenantWrites).export(snapshot)
            let answer = try TemporaryPostgres.ask(
                conninfo,
                """
                SELECT (SELECT count(*) > 0 FROM pg_policies WHERE schemaname = '\(name)' AND cmd = 'INSERT'),
                    has_any_column_privilege('authenticated', '\(name).agents', 'INSERT'),
                    has_any_column_privilege('authenticated', '\(name).agents', 'UPDATE'),
                    has_table_privilege('authenticated', '\(name).agents', 'DELETE'),
                    has_table_privilege('authenticated', '\(name).agents', 'SELECT'),
                    has_table_privilege('service_role', '\(name).agents', 'INSERT'),
                    obj_description('\(name).agentledger_export'::regclass) LIKE '%tenants write%'
                """)
            let may = tenantWrites ? "t" : "f"
            #expect(answer == "\(may)|\(may)|\(may)|\(may)|t|t|\(may)", "\(position), \(tenantWrites)")
        }
    }

    @Test("that take what the ledger gives to another row make way for it")
    func displaced() async throws {
        let platform = try SmallPlatform()
        let (organization, founder, agent) = (SmallPlatform.id(10), SmallPlatform.id(11), SmallPlatform.id(12))
        let member = SmallPlatform.id(13)
        try await platform.perform([
            "user.register": #""user_id":"\#(founder)","email":"a@example.com""#,
            "user.register": #""user_id":"\#(member)","email":"b@example.com""#,
            "organization.create": #""organization_id":"\#(organization)","name":"One","slug":"one""#,
            "agent.create":
                #""agent_id":"\#(agent)","organization_id":"\#(organization)","name":"A","protocol":"context","department":"d","context":"c","llm_config":{"model":"m"}"#,
        ])
        let database = try TemporaryPostgres.shared.get().newDatabase()
        for schema in ["orchestrator_platform", "agent_infrastructure"] { try platform.export(schema, to: database) }
        _ = try TemporaryPostgres.ask(
            database,
            """
            INSERT INTO orchestrator_platform.organization_members (organization_id, user_id, role)
                VALUES ('\(organization)', '\(member)', 'viewer');
            INSERT INTO orchestrator_platform.marketplace_integrations (agent_id, status) VALUES ('\(agent)', 'pending');
            INSERT INTO agent_infrastructure.organization_members (organization_slug, user_id, role)
                VALUES ('one', '\(member)', 'viewer')
            """)
        try await platform.perform([
            "membership.add":
                #""membership_id":"\#(SmallPlatform.id(14))","organization_id":"\#(organization)","user_id":"\#(member)","role":"admin""#,
            "marketplace_listing.request":
                #""marketplace_listing_id":"\#(SmallPlatform.id(15))","agent_id":"\#(agent)""#,
        ])
        let reports = try ["orchestrator_platform", "agent_infrastructure"].map { schema in
            try platform.export(schema, to: database)
        }
        #expect(reports.map { $0.tables.reduce(0) { $0 + $1.displaced } } == [2, 1])
        for schema in ["orchestrator_platform", "agent_infrastructure"] {
            try platform.exportAgain(schema, to: database)
        }
    }
}
