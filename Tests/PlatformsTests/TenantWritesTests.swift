import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerPlatforms
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

    private static let (acme, bolt, founder, guest) = (
        SmallPlatform.id(10), SmallPlatform.id(20), SmallPlatform.id(11), SmallPlatform.id(12)
    )

    /// Two organizations of one founder, each with an agent, a guest who is nobody's member, and what tenants wrote.
    private static func platformWithTenants(_ database: String) async throws -> SmallPlatform {
        let platform = try SmallPlatform()
        try await platform.perform([
            "user.register": #""user_id":"\#(Self.founder)","email":"a@example.com""#,
            "user.register": #""user_id":"\#(Self.guest)","email":"b@example.com""#,
            "organization.create": #""organization_id":"\#(Self.acme)","name":"Acme","slug":"acme""#,
            "organization.create": #""organization_id":"\#(Self.bolt)","name":"Bolt","slug":"bolt""#,
            "membership.add": #""organization_id":"\#(Self.acme)","user_id":"\#(Self.founder)","role":"owner""#,
            "membership.add": #""organization_id":"\#(Self.bolt)","user_id":"\#(Self.founder)","role":"owner""#,
        ])
        try platform.export("agent_infrastructure", to: database, tenantWrites: true)
        _ = try TemporaryPostgres.ask(
            database,
            """
            SET search_path = agent_infrastructure;
            INSERT INTO organization_members (organization_slug, user_id, role)
                VALUES ('acme', '\(Self.guest)', 'viewer'), ('bolt', '\(Self.guest)', 'owner');
            INSERT INTO conversations (id, organization_slug, user_id)
                SELECT gen_random_uuid(), o, '\(Self.founder)' FROM (VALUES ('acme'), ('bolt')) v(o);
            INSERT INTO messages (conversation_id, role, content) SELECT id, 'user', 'M' FROM conversations;
            UPDATE organizations SET description = 'ours' WHERE slug = 'bolt'
            """)
        return platform
    }

    private static let tenantsRows = """
        SELECT string_agg(line, ' ' ORDER BY line) FROM (
            SELECT 'member ' || organization_slug AS line FROM agent_infrastructure.organization_members
                WHERE user_id = '\(Self.guest)'
            UNION ALL SELECT 'conversation ' || organization_slug FROM agent_infrastructure.conversations
            UNION ALL SELECT 'message ' || organization_slug FROM agent_infrastructure.messages m
                JOIN agent_infrastructure.conversations c ON c.id = m.conversation_id
            UNION ALL SELECT 'description ' || description FROM agent_infrastructure.organizations
                WHERE description IS NOT NULL) lines
        """

    @Test("stay when an organization changes its slug, but for those that name it by the old one, which are counted")
    func slug() async throws {
        let database = try TemporaryPostgres.shared.get().newDatabase()
        let platform = try await Self.platformWithTenants(database)
        try await platform.perform([
            "organization.change_slug": #""organization_id":"\#(Self.acme)","slug":"acorn""#
        ])
        let report = try platform.export("agent_infrastructure", to: database, tenantWrites: true)
        let displaced = report.tables.filter { $0.displaced > 0 }.map { "\($0.name) \($0.displaced)" }
        #expect(displaced == ["organization_members 1", "conversations 1", "messages 1"])
        #expect(report.tables.allSatisfy { $0.orphans == 0 })
        #expect(
            try TemporaryPostgres.ask(database, Self.tenantsRows)
                == "conversation bolt description ours member bolt message bolt")
        #expect(
            try TemporaryPostgres.ask(
                database,
                "SELECT string_agg(organization_slug, ' ' ORDER BY organization_slug) FROM agent_infrastructure.organization_members "
                    + "WHERE user_id = '\(Self.founder)'") == "acorn bolt")
        // The keys are in force again.
        #expect(throws: Shell.Failure.self) {
            try TemporaryPostgres.ask(
                database,
                "INSERT INTO agent_infrastructure.conversations (organization_slug, user_id) VALUES ('acme', gen_random_uuid())"
            )
        }
    }

    @Test("stay when the database refuses a row of the ledger's")
    func refused() async throws {
        let database = try TemporaryPostgres.shared.get().newDatabase()
        let platform = try await Self.platformWithTenants(database)
        let before = try TemporaryPostgres.ask(database, Self.tenantsRows)
        // Too long for an index.
        let words = (0..<1_000).map { "w\(UInt64($0) &* 0x9E37_79B9_7F4A_7C15)" }.joined(separator: " ")
        func configuration(_ department: String) -> String {
            #""agent_id":"\#(SmallPlatform.id(30))","protocol":"context","department":"\#(department)","context":"c","#
                + #""llm_config":{"model":"m"}"#
        }
        func counts(_ report: ExportReport) -> [String] {
            report.tables.filter { $0.refused + $0.orphans > 0 }.map { "\($0.name) \($0.refused) \($0.orphans)" }
        }
        try await platform.perform([
            "agent.create": configuration(words) + #","organization_id":"\#(Self.acme)","name":"A""#
        ])
        var report = try platform.export("agent_infrastructure", to: database, tenantWrites: true)
        #expect(counts(report) == ["agents 1 0", "agent_organizations 0 1"])
        #expect(try TemporaryPostgres.ask(database, Self.tenantsRows) == before)
        // What is accepted comes, and goes when it no longer is.
        for (department, expected) in [("short", []), (words, ["agents 1 0", "agent_organizations 0 1"]), ("d", [])] {
            try await platform.perform([
                "agent.configure": configuration(department)
            ])
            report = try platform.export("agent_infrastructure", to: database, tenantWrites: true)
            #expect(counts(report) == expected, "\(department.prefix(9))")
            #expect(try TemporaryPostgres.ask(database, Self.tenantsRows) == before)
            let agents = try TemporaryPostgres.ask(
                database, "SELECT count(*) FROM agent_infrastructure.agent_organizations")
            #expect(agents == (expected.isEmpty ? "1" : "0"))
        }
    }

    @Test(
        "do not bring a deactivated user back", arguments: ["orchestrator_platform", "agent_infrastructure"])
    func deactivated(schema: String) async throws {
        // A server of its own, where a superuser makes the roles.
        let server = try TemporaryPostgres()
        let database = "postgres://owner@/postgres?host=\(server.folder)"
        let platform = try SmallPlatform()
        let (organization, owner, member) = (Self.acme, Self.founder, Self.guest)
        try await platform.perform([
            "user.register": #""user_id":"\#(owner)","email":"a@example.com""#,
            "user.register": #""user_id":"\#(member)","email":"b@example.com""#,
            "organization.create": #""organization_id":"\#(organization)","name":"One","slug":"one""#,
            "membership.add": #""organization_id":"\#(organization)","user_id":"\#(owner)","role":"owner""#,
        ])
        try platform.export(schema, to: database, tenantWrites: true)
        let (column, key) = schema == "agent_infrastructure" ? ("slug", "one") : ("id", organization)
        let join =
            "INSERT INTO \(schema).organization_members (organization_\(column), user_id, role) "
            + "VALUES ('\(key)', '\(member)', 'member')"
        func ask(_ user: String, _ sql: String) throws -> String {
            try TemporaryPostgres.ask(
                database, "SET request.jwt.claim.sub = '\(user)'; SET ROLE authenticated; \(sql)")
        }
        let question = "SELECT count(*) FROM \(schema).organizations"
        _ = try ask(owner, join)
        #expect(try ask(member, question) == "1")
        try await platform.perform(["user.deactivate": #""user_id":"\#(member)""#])
        try platform.export(schema, to: database, tenantWrites: true)
        #expect(try ask(member, question) == "0")
        _ = try ask(owner, "DELETE FROM \(schema).organization_members WHERE user_id = '\(member)'")
        #expect(throws: Shell.Failure.self) { try ask(owner, join) }
    }
}
