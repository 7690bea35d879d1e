import AgentLedger
import LedgerExporters
import LedgerPlatforms
import Servers
import Testing

@Suite("Row-level security of orchestrator_platform")
struct PlatformSecurityTests {
    private static let schema = "orchestrator_platform"

    /// The simulated company in a server of our own, where a superuser makes the roles; and, beside it, organization 1
    /// with a member of each role, and organization 2 with the stranger.
    private static let matrix = Task {
        try await RowSecurityMatrix.ofSimulatedCompany(
            in: Self.schema, with: Self.rows,
            users: [
                "owner": id(1), "admin": id(2), "member": id(3), "viewer": id(4), "stranger": id(5), "retired": id(7),
            ])
    }

    private static func id(_ number: Int) -> String { RowSecurityMatrix.id(number) }

    /// Users 1 to 4 by role, 5 the stranger, 6 nobody's member, 7 an owner who is deactivated. Organizations 1 and 2; 3 is
    /// like 1, with nothing in it; 4 is like 1 and suspended. Agent 5 is the member's own and has a run of organization 1,
    /// agent 6 the deactivated user's, agent 7 organization 4's.
    private static let rows = """
        SET search_path = orchestrator_platform;
        \(RowSecurityMatrix.idFunction)
        INSERT INTO users (id, email, password_hash, first_name, last_name, subscription_tier)
            SELECT pg_temp.n(u), u || '@security.example', '!', 'U', u, 'basic' FROM generate_series(1, 7) u;
        UPDATE users SET is_active = false WHERE id = pg_temp.n(7);
        INSERT INTO organizations (id, name, slug, subscription_tier)
            SELECT pg_temp.n(o), 'O', 'security-' || o, 'basic' FROM generate_series(1, 4) o;
        UPDATE organizations SET is_active = false WHERE id = pg_temp.n(4);
        INSERT INTO organization_members (id, organization_id, user_id, role)
            SELECT pg_temp.n(o * 10 + u), pg_temp.n(o), pg_temp.n(u), (ARRAY['owner', 'admin', 'member', 'viewer'])[u]
            FROM generate_series(1, 4) u, (VALUES (1), (3), (4)) organizations(o);
        INSERT INTO organization_members (id, organization_id, user_id, role)
            VALUES (pg_temp.n(25), pg_temp.n(2), pg_temp.n(5), 'owner'), (pg_temp.n(17), pg_temp.n(1), pg_temp.n(7), 'owner');
        INSERT INTO agents (id, name, owner_type, owner_id, framework, agent_type, status)
            SELECT pg_temp.n(a), 'A', CASE WHEN a IN (3, 5, 6) THEN 'user' ELSE 'organization' END,
                pg_temp.n((ARRAY[1, 1, 3, 2, 3, 7, 4])[a]), 'agno', 'code', 'active'
            FROM generate_series(1, 7) a;
        INSERT INTO workflows (id, agent_id, name, workflow_data, workflow_type, framework)
            SELECT pg_temp.n(a), pg_temp.n(a), 'W', '{}', 'code', 'agno' FROM generate_series(1, 4) a;
        INSERT INTO workflow_executions (id, workflow_id, agent_id, status, correlation_id)
            SELECT pg_temp.n(a), pg_temp.n(a), pg_temp.n(a), 'queued', pg_temp.n(a) FROM generate_series(1, 4) a;
        INSERT INTO workflow_executions (id, workflow_id, agent_id, status, correlation_id)
            VALUES (pg_temp.n(5), pg_temp.n(1), pg_temp.n(5), 'running', pg_temp.n(5)),
                (pg_temp.n(6), pg_temp.n(2), pg_temp.n(2), 'completed', pg_temp.n(6)),
                (pg_temp.n(7), pg_temp.n(1), pg_temp.n(1), 'pending', pg_temp.n(7));
        INSERT INTO marketplace_integrations (id, agent_id, status) VALUES (pg_temp.n(1), pg_temp.n(1), 'pending');
        INSERT INTO container_resources (id, agent_id, subscription_tier, cpu_limit, memory_limit_mb, network_isolation)
            VALUES (pg_temp.n(1), pg_temp.n(1), 'basic', 1, 2048, 'shared');
        """

    @Test("a role may do on each table what it may, and nothing else")
    func matrix() async throws {
        let (_, matrix) = try await Self.matrix.value
        try matrix.check(Self.cases)
        try matrix.checkColumns(Self.cases, writable: Self.writable)
        try matrix.checkReferences(
            Self.cases,
            foreign: [
                "users": "'\(Self.id(5))'", "organizations": "'\(Self.id(2))'", "agents": "'\(Self.id(4))'",
                "workflows": "'\(Self.id(4))'", "workflow_executions": "'\(Self.id(4))'",
            ], except: ["organization_members.user_id"])
    }

    /// The columns that somebody may change.
    private static let writable: [String: Set<String>] = [
        "users": ["first_name", "last_name"], "organizations": ["name"], "organization_members": ["role"],
        "agents": ["name", "description", "framework", "agent_type", "status", "version", "metadata"],
        "workflows": [
            "name", "description", "workflow_data", "workflow_type", "framework", "version", "is_active",
        ],
        "workflow_executions": ["status", "status_message"], "marketplace_integrations": ["status"],
    ]

    private static let cases: [RowSecurityMatrix.Case] = {
        func row(_ number: Int) -> String { "id = '\(id(number))'" }
        func values(_ columns: String, _ values: String) -> String { "(\(columns)) VALUES (\(values))" }
        return [
            .init(
                table: "users", row: row(3), set: "first_name = 'V'",
                insert: values(
                    "email, password_hash, first_name, last_name, subscription_tier",
                    "'new@security.example', '!', 'N', 'N', 'enterprise'"),
                victim: row(6), select: "nnynnny", inserts: "nnnnnny", updates: "nnynnny", deletes: "nnnnnny"),
            .init(
                table: "organizations", row: row(1), set: "name = 'P'",
                insert: values("name, slug, subscription_tier", "'N', 'new', 'enterprise'"), victim: row(3),
                select: "yyyynny", inserts: "nnnnnny", updates: "ynnnnny", deletes: "nnnnnny"),
            .init(
                table: "organization_members", row: row(14), set: "role = 'member'",
                insert: values("organization_id, user_id, role", "'\(Self.id(1))', '\(Self.id(6))', 'member'"),
                select: "yyyynny", inserts: "yynnnny", updates: "yynnnny", deletes: "yynnnny"),
            .init(
                table: "agents", row: row(1), set: "status = 'inactive'",
                insert: values(
                    "name, owner_type, owner_id, framework, agent_type, status",
                    "'N', 'organization', '\(Self.id(1))', 'agno', 'code', 'draft'"),
                select: "yyyynny", inserts: "yyynnny", updates: "yyynnny", deletes: "ynnnnny"),
            .init(
                table: "workflows", row: row(1), set: "workflow_data = '[]'",
                insert: values(
                    "agent_id, name, workflow_data, workflow_type, framework",
                    "'\(Self.id(1))', 'N', '{}', 'code', 'agno'"),
                select: "yyyynny", inserts: "yyynnny", updates: "yyynnny", deletes: "ynnnnny"),
            .init(
                table: "workflow_executions", row: row(1), set: "status = 'cancelled'",
                insert: values(
                    "workflow_id, agent_id, status, correlation_id",
                    "'\(Self.id(1))', '\(Self.id(1))', 'queued', '\(Self.id(9))'"),
                select: "yyyynny", inserts: "yyynnny", updates: "yyynnny", deletes: "ynnnnny"),
            .init(
                table: "marketplace_integrations", row: row(1), set: "status = 'unpublished'",
                insert: values("agent_id, status", "'\(Self.id(2))', 'pending'"), select: "yyyynny",
                inserts: "yynnnny", updates: "yynnnny", deletes: "yynnnny"),
            .init(
                table: "container_resources", row: row(1), set: "updated_at = now()",
                insert: values(
                    "agent_id, subscription_tier, cpu_limit, memory_limit_mb, network_isolation",
                    "'\(Self.id(2))', 'enterprise', 16, 32768, 'isolated'"),
                select: "yyyynny", inserts: "nnnnnny", updates: "nnnnnny", deletes: "nnnnnny"),
        ]
    }()

    @Test("nobody makes himself more than he is")
    func holes() async throws {
        let (_, matrix) = try await Self.matrix.value
        let (one, two) = (Self.id(1), Self.id(2))
        let join = "INSERT INTO orchestrator_platform.organization_members (organization_id, user_id, role) VALUES"
        let members = "UPDATE orchestrator_platform.organization_members SET"
        let runs = "UPDATE orchestrator_platform.workflow_executions SET"
        let agents = "UPDATE orchestrator_platform.agents SET"
        let newAgent =
            "INSERT INTO orchestrator_platform.agents (name, owner_type, owner_id, framework, agent_type, status) "
            + "VALUES ('N', 'organization', '\(one)', 'agno', 'code',"
        let newRun =
            "INSERT INTO orchestrator_platform.workflow_executions (workflow_id, agent_id, correlation_id, status) "
            + "VALUES ('\(one)', '\(one)', '\(Self.id(9))',"
        let refused: [(actor: String, statement: String)] = [
            // Himself as the owner, or anything else, of a foreign organization.
            ("stranger", "\(join) ('\(one)', '\(Self.id(5))', 'owner')"),
            ("stranger", "\(join) ('\(one)', '\(Self.id(5))', 'viewer')"),
            ("nobody", "\(join) ('\(one)', '\(Self.id(6))', 'owner')"),
            ("stranger", "\(members) organization_id = '\(one)' WHERE id = '\(Self.id(25))'"),
            ("owner", "\(members) organization_id = '\(two)' WHERE id = '\(Self.id(14))'"),
            // His own role, up or down.
            ("owner", "\(members) role = 'viewer' WHERE id = '\(Self.id(11))'"),
            ("admin", "\(members) role = 'owner' WHERE id = '\(Self.id(12))'"),
            ("member", "\(members) role = 'admin' WHERE id = '\(Self.id(13))'"),
            ("viewer", "\(members) role = 'member' WHERE id = '\(Self.id(14))'"),
            // An admin who makes owners, or unmakes them.
            ("admin", "\(members) role = 'owner' WHERE id = '\(Self.id(13))'"),
            ("admin", "\(join) ('\(one)', '\(Self.id(6))', 'owner')"),
            ("admin", "\(members) role = 'viewer' WHERE id = '\(Self.id(11))'"),
            ("admin", "DELETE FROM orchestrator_platform.organization_members WHERE id = '\(Self.id(11))'"),
            // His own tier, his organization's, his container's, what else the platform says of him.
            ("member", "UPDATE orchestrator_platform.users SET subscription_tier = 'enterprise'"),
            ("member", "UPDATE orchestrator_platform.users SET email_verified = NOT email_verified"),
            ("member", "UPDATE orchestrator_platform.users SET is_active = false"),
            ("member", "UPDATE orchestrator_platform.users SET id = '\(Self.id(7))'"),
            ("owner", "UPDATE orchestrator_platform.organizations SET subscription_tier = 'pro' WHERE id = '\(one)'"),
            ("owner", "UPDATE orchestrator_platform.container_resources SET subscription_tier = 'pro'"),
            // What a viewer, who could read it, wrote.
            ("viewer", "UPDATE orchestrator_platform.agents SET name = 'mine' WHERE id = '\(one)'"),
            ("viewer", "DELETE FROM orchestrator_platform.workflow_executions WHERE id = '\(one)'"),
            // Agents and workflows that change hands.
            (
                "member",
                "UPDATE orchestrator_platform.agents SET owner_type = 'user', owner_id = '\(Self.id(3))' WHERE id = '\(one)'"
            ),
            ("member", "UPDATE orchestrator_platform.workflows SET agent_id = '\(Self.id(3))' WHERE id = '\(one)'"),
            (
                "member",
                "INSERT INTO orchestrator_platform.workflow_executions (workflow_id, agent_id, status, correlation_id) "
                    + "VALUES ('\(one)', '\(Self.id(4))', 'queued', '\(one)')"
            ),
            // Runs that change hands, and go with an agent of the member's own.
            ("member", "\(runs) agent_id = '\(Self.id(3))' WHERE id = '\(one)'"),
            ("member", "DELETE FROM orchestrator_platform.agents WHERE id = '\(Self.id(5))'"),
            (
                "member",
                "INSERT INTO orchestrator_platform.workflow_executions (workflow_id, agent_id, status, correlation_id) "
                    + "VALUES ('\(one)', '\(Self.id(3))', 'queued', '\(one)')"
            ),
            // What the platform says of agents and runs.
            ("member", "\(agents) resource_limits = '{}' WHERE id = '\(one)'"),
            ("member", "\(agents) container_id = 'mine' WHERE id = '\(one)'"),
            ("member", "\(newAgent) 'active')"), ("member", "\(newRun) 'completed')"),
            ("member", "\(runs) status = 'running' WHERE id = '\(Self.id(7))'"),
            ("member", "\(runs) status = 'completed' WHERE id = '\(Self.id(5))'"),
            ("member", "\(runs) status_message = 'fine' WHERE id = '\(Self.id(6))'"),
            ("admin", "UPDATE orchestrator_platform.marketplace_integrations SET status = 'published'"),
            // Runs that are part of another owner's.
            (
                "member",
                "INSERT INTO orchestrator_platform.workflow_executions (workflow_id, agent_id, status, correlation_id, "
                    + "parent_execution_id) VALUES ('\(one)', '\(one)', 'queued', '\(one)', '\(Self.id(3))')"
            ),
            // Whose account is deactivated.
            ("owner", "\(join) ('\(Self.id(3))', '\(Self.id(7))', 'viewer')"),
            ("retired", "SELECT FROM orchestrator_platform.organizations"),
            ("retired", "SELECT FROM orchestrator_platform.users"),
            ("retired", "SELECT FROM orchestrator_platform.agents"),
            ("retired", "UPDATE orchestrator_platform.users SET first_name = 'mine'"),
            ("retired", "DELETE FROM orchestrator_platform.agents WHERE id = '\(Self.id(6))'"),
            // What is suspended is read only.
            ("owner", "UPDATE orchestrator_platform.organizations SET name = 'mine' WHERE id = '\(Self.id(4))'"),
            ("owner", "DELETE FROM orchestrator_platform.organizations WHERE id IN ('\(Self.id(3))', '\(Self.id(4))')"),
            ("owner", "\(agents) name = 'mine' WHERE id = '\(Self.id(7))'"),
            ("owner", "\(join) ('\(Self.id(4))', '\(Self.id(6))', 'viewer')"),
            ("retired", "UPDATE orchestrator_platform.agents SET name = 'mine' WHERE id = '\(one)'"),
            // The exporter's own books.
            ("owner", "SELECT FROM orchestrator_platform.agentledger_export"),
            ("owner", "SELECT FROM orchestrator_platform.agentledger_orphans"),
        ]
        for grantingAll in [false, true] {
            for (attempt, outcome) in zip(refused, try matrix.attempt(refused, grantingAll: grantingAll)) {
                #expect(["refused", "0"].contains(outcome), "\(attempt.actor): \(attempt.statement): \(outcome)")
            }
        }
        let allowed: [(actor: String, statement: String)] = [
            ("owner", "\(members) role = 'owner' WHERE id = '\(Self.id(13))'"),
            ("owner", "\(join) ('\(one)', '\(Self.id(6))', 'owner')"),
            ("admin", "\(members) role = 'admin' WHERE id = '\(Self.id(13))'"),
            ("member", "UPDATE orchestrator_platform.agents SET name = 'own' WHERE id = '\(Self.id(3))'"),
            ("member", "DELETE FROM orchestrator_platform.agents WHERE id = '\(Self.id(3))'"),
            ("owner", "SELECT FROM orchestrator_platform.agents WHERE id = '\(Self.id(7))'"),
            ("member", "\(runs) status = 'paused' WHERE id = '\(Self.id(5))'"), ("member", "\(newRun) 'queued')"),
            (
                "member",
                "INSERT INTO orchestrator_platform.workflow_executions (workflow_id, agent_id, status, correlation_id, "
                    + "parent_execution_id) VALUES ('\(one)', '\(one)', 'queued', '\(one)', '\(one)')"
            ),
            ("member", "\(newAgent) 'draft')"),
            ("service", "\(agents) resource_limits = '{}' WHERE id = '\(one)'"),
            ("service", "\(runs) status = 'completed' WHERE id = '\(Self.id(5))'"),
            ("service", "UPDATE orchestrator_platform.users SET subscription_tier = 'pro' WHERE id = '\(Self.id(3))'"),
        ]
        for (attempt, outcome) in zip(allowed, try matrix.attempt(allowed)) {
            #expect(outcome == "1", "\(attempt.actor): \(attempt.statement): \(outcome)")
        }
    }

    @Test(
        "everybody sees the rows of his own organizations, and no others", arguments: ["member", "stranger", "nobody"])
    func rowsInSight(actor: String) async throws {
        let (_, matrix) = try await Self.matrix.value
        let counts = ["member": "1|3|13|5|3|6", "stranger": "1|1|1|1|1|1", "nobody": "0|0|0|0|0|0"]
        let tables = ["users", "organizations", "organization_members", "agents", "workflows", "workflow_executions"]
        let questions = tables.map { "(SELECT count(*) FROM orchestrator_platform.\($0))" }
        let sub = matrix.users[actor].map { "SET request.jwt.claims = '{\"sub\":\"\($0)\"}';" } ?? ""
        let answer = try TemporaryPostgres.ask(
            matrix.conninfo, "\(sub) SET ROLE authenticated; SELECT \(questions.joined(separator: ", "))")
        // A user sees no other user; the member's organizations are 1, 3 and 4.
        #expect(answer == counts[actor])
    }

    @Test("a caller's own temporary tables are nobody's membership")
    func searchPath() async throws {
        let (_, matrix) = try await Self.matrix.value
        let answer = try TemporaryPostgres.ask(
            matrix.conninfo,
            """
            SET request.jwt.claim.sub = '\(Self.id(5))';
            SET ROLE authenticated;
            CREATE TEMPORARY TABLE organization_members AS SELECT '\(Self.id(1))'::uuid AS organization_id,
                '\(Self.id(5))'::uuid AS user_id, 'owner'::text AS role;
            CREATE FUNCTION pg_temp.uid() RETURNS uuid LANGUAGE sql AS $$ SELECT '\(Self.id(1))'::uuid $$;
            SET search_path = pg_temp, orchestrator_platform;
            SELECT count(*) FROM orchestrator_platform.agents WHERE id = '\(Self.id(1))'
            """)
        #expect(answer == "0")
    }

    @Test("a run's status changes by the transitions that there are, whoever changes it")
    func transitions() async throws {
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        let projection = try #require(Projections.named(Self.schema))
        _ = try PostgresExporter(conninfo).export(try await SimulatedLedger.shared.value.snapshot(projection))
        let words = ["queued", "pending", "running", "paused", "completed", "failed", "cancelled", "timeout"]
        let allowed: [String: Set<String>] = [
            "queued": ["pending", "cancelled"], "pending": ["running", "cancelled"],
            "running": ["paused", "completed", "failed", "timeout", "cancelled"], "paused": ["running", "cancelled"],
            "failed": ["queued"],
        ]
        // Each run of the company goes wherever it may, and back to what it was by saying that it is exported.
        let answer = try TemporaryPostgres.ask(
            conninfo,
            """
            SET search_path = orchestrator_platform;
            CREATE TEMPORARY TABLE taken (past text, next text);
            DO $$ DECLARE past text; next text; run uuid := (SELECT min(id::text)::uuid FROM workflow_executions);
            BEGIN
                FOREACH past IN ARRAY ARRAY[\(words.map { "'\($0)'" }.joined(separator: ", "))] LOOP
                FOREACH next IN ARRAY ARRAY[\(words.map { "'\($0)'" }.joined(separator: ", "))] LOOP
                    SET agentledger.exporting = 'on';
                    UPDATE workflow_executions SET status = past WHERE id = run;
                    SET agentledger.exporting = 'off';
                    BEGIN
                        UPDATE workflow_executions SET status = next WHERE id = run;
                        INSERT INTO taken VALUES (past, next);
                    EXCEPTION WHEN check_violation THEN
                    END;
                END LOOP; END LOOP;
            END $$;
            SELECT * FROM taken WHERE past <> next
            """)
        let wanted = allowed.flatMap { past, next in next.map { "\(past)|\($0)" } }
        #expect(Set(answer.split(separator: "\n").map(String.init)) == Set(wanted))
        #expect(answer.split(separator: "\n").count == wanted.count)
    }

    @Test("no member passes a transition off as an export")
    func pretendedExport() async throws {
        let (_, matrix) = try await Self.matrix.value
        let refused = #expect(throws: Shell.Failure.self) {
            try TemporaryPostgres.ask(
                matrix.conninfo,
                """
                BEGIN;
                SET LOCAL request.jwt.claim.sub = '\(Self.id(3))';
                SET LOCAL ROLE authenticated;
                SET LOCAL agentledger.exporting = 'on';
                UPDATE orchestrator_platform.workflow_executions SET status = 'completed' WHERE id = '\(Self.id(1))';
                """)
        }
        #expect(refused?.description.contains("a run cannot go from queued to completed") ?? false, "\(refused!)")
    }

    @Test("every table has row-level security, and functions with their owner's rights have a fixed search path")
    func covered() async throws {
        let (_, matrix) = try await Self.matrix.value
        #expect(try matrix.openTables.isEmpty)
        #expect(try matrix.looseFunctions.isEmpty)
    }

    @Test("where no roles can be made the schema loads all the same, and shows nothing to others")
    func plainOwner() async throws {
        // A server of its own: roles belong to the whole server.
        let server = try TemporaryPostgres()
        let conninfo = try server.newDatabase()
        let ledger = try await SimulatedLedger.shared.value
        for name in ["orchestrator_platform", "agent_infrastructure"] {
            let projection = try #require(Projections.named(name))
            _ = try PostgresExporter(conninfo).export(try ledger.snapshot(projection))
        }
        #expect(
            try TemporaryPostgres.ask(conninfo, "SELECT count(*) FROM pg_roles WHERE rolname = 'authenticated'") == "0")
        let other = try server.newDatabase()
        let name = try TemporaryPostgres.ask(other, "SELECT current_user")
        let seen = try TemporaryPostgres.ask(
            conninfo,
            """
            GRANT USAGE ON SCHEMA orchestrator_platform TO \(name);
            GRANT ALL ON ALL TABLES IN SCHEMA orchestrator_platform TO \(name);
            SELECT count(*) > 0 FROM orchestrator_platform.agents
            """)
        #expect(seen == "t")
        let database = try TemporaryPostgres.ask(conninfo, "SELECT current_database()")
        let stranger = "postgres://\(name)@/\(database)?host=\(server.folder)"
        #expect(try TemporaryPostgres.ask(stranger, "SELECT count(*) FROM orchestrator_platform.agents") == "0")
    }
}
