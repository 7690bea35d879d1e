import AgentLedger
import LedgerDomain
import LedgerEvents
import Servers
import Testing

@Suite("Duplicates in adopted platforms")
struct AdoptedDuplicatesTests {
    private static func id<Thing>(_ end: UInt128) -> ID<Thing> {
        ID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0000 + end)
    }

    private static let users = [
        "ops_studio": PlatformTables.studio + """
            INSERT INTO organizations (id, name, created_at) VALUES
              ('00000000-0000-4000-8000-00000000000b', 'Beta', '2025-01-01');
            INSERT INTO users (id, organization_id, email, full_name, role, created_at) VALUES
              ('00000000-0000-4000-8000-00000000b001', '00000000-0000-4000-8000-00000000000a', 'bob@x.example', 'Bob', 'admin',
               '2025-02-01'),
              ('00000000-0000-4000-8000-00000000b002', '00000000-0000-4000-8000-00000000000a', 'BOB@x.example', 'Bobby',
               'viewer', '2025-02-02'),
              ('00000000-0000-4000-8000-00000000b003', '00000000-0000-4000-8000-00000000000b', 'Bob@x.example', 'Bob', 'owner',
               '2025-01-01');
            """,
        "orchestrator_platform": PlatformTables.orchestrator + """
            INSERT INTO users (id, email, password_hash, first_name, last_name, subscription_tier, created_at) VALUES
              ('00000000-0000-4000-8000-00000000b001', 'bob@x.example', '!', 'Bob', 'B', 'pro', '2025-02-01'),
              ('00000000-0000-4000-8000-00000000b002', 'BOB@x.example', '!', 'Bobby', 'B', 'pro', '2025-02-02');
            """,
        "core_platform": PlatformTables.core + """
            INSERT INTO users (id, email, display_name, created_at) VALUES
              ('00000000-0000-4000-8000-00000000b001', 'bob@x.example', 'Bob', '2025-02-01'),
              ('00000000-0000-4000-8000-00000000b002', 'BOB@x.example', 'Bobby', '2025-02-02');
            """,
        "agent_monitoring": PlatformTables.monitoring + """
            INSERT INTO users (id, email, password_hash, name, role, created_at) VALUES
              ('00000000-0000-4000-8000-00000000b001', 'bob@x.example', '!', 'Bob', 'user', '2025-02-01'),
              ('00000000-0000-4000-8000-00000000b002', 'BOB@x.example', '!', 'Bobby', 'user', '2025-02-02');
            """,
    ]

    @Test(
        "an address in other letters is a user of their own, whose address was made up and is kept",
        arguments: users.keys.sorted())
    func addresses(name: String) async throws {
        let platform = try AdoptedPlatform(name, try #require(Self.users[name]))
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let other = UserID(bits: (Self.id(0xB002) as UserID).bits)
        let user: User? = try await platform.ledger.find(other)
        #expect(user?.email == "\(other)@duplicate.invalid" && user?.displayName?.hasPrefix("Bobby") ?? false)
        let extra = try await platform.rows(
            "SELECT extra->>'email' FROM adopted_rows WHERE table_name = 'users' AND row_key = '\(other)'")
        #expect(extra == [["BOB@x.example"]])
        #expect(AdoptedPlatform.findings(report, "users.email") == [.changed: 1], "\(report.sortedFindings)")
        let (again, more) = try await platform.adopt()
        #expect(again.events == 0 && again.refused == 0, "\(more)")
    }

    @Test("in ops_studio each keeps their place and role, and a row in another organization is the first one's")
    func places() async throws {
        let platform = try AdoptedPlatform("ops_studio", try #require(Self.users["ops_studio"]))
        _ = try await platform.adopt()
        let first: Membership? = try await platform.ledger.find(Self.id(0xB001))
        let second: Membership? = try await platform.ledger.find(Self.id(0xB002))
        let third: Membership? = try await platform.ledger.find(Self.id(0xB003))
        #expect(first?.role == .admin && second?.role == .viewer && third?.role == .owner)
        #expect(second?.user == Self.id(0xB002) && first?.user == third?.user && first?.user != second?.user)
        // What changes at the second is the second's.
        try platform.change("UPDATE users SET role = 'member', full_name = 'Rob' WHERE email = 'BOB@x.example'")
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0 && report.changedRows == 1, "\(refusals)")
        #expect(try await platform.ledger.find(Self.id(0xB002) as MembershipID)?.role == .member)
        #expect(try await platform.ledger.find(Self.id(0xB002) as UserID)?.displayName == "Rob")
    }

    @Test(
        "the tokens of a run are those that it says itself, whatever sums its parts say",
        arguments: [
            (77, 0, 77, false), (77, 11, 77, false), (77, 50, 77, false), (11, 0, 11, false), (5, 11, 11, true),
        ])
    func tokens(said: Int, sum: Int, expected: Int, isKept: Bool) async throws {
        let platform = try AdoptedPlatform(
            "ops_studio",
            PlatformTables.studio + """
                UPDATE workflow_executions SET total_tokens_used = \(said);
                UPDATE agent_executions SET input_tokens = 5, output_tokens = 6, total_tokens = \(sum);
                """)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let totals = try await platform.rows("SELECT total_tokens_used FROM workflow_executions")
        #expect(totals == [["\(expected)"]])
        let kept = try await platform.rows(
            "SELECT extra->>'total_tokens_used' FROM adopted_rows WHERE table_name = 'workflow_executions'")
        #expect(kept == [[isKept ? "\(said)" : ""]])
        #expect(AdoptedPlatform.findings(report, "workflow_executions.total_tokens_used")[.kept] == (isKept ? 1 : nil))
        let part = try await platform.rows(
            "SELECT extra->>'total_tokens' FROM adopted_rows WHERE table_name = 'agent_executions'")
        #expect(part == [[sum == 11 ? "" : "\(sum)"]])
    }

    @Test("a value is counted once, though several passes read it, and not at all of a row that is refused")
    func countedOnce() async throws {
        let platform = try AdoptedPlatform(
            "core_platform",
            PlatformTables.core + """
                INSERT INTO projects (id, conversation_id, name, status, created_at) VALUES
                  ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000c1', 'Film', 'on hold',
                   '2025-01-02');
                INSERT INTO tasks (id, user_id, method, prompt, status, created_at) VALUES
                  ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-000000000001', 'process', 'Write.',
                   'done', '2025-01-02');
                """)
        // The id is taken by something else: the row is refused.
        _ = try await platform.ledger.execute(
            CommandRequest(
                .organization(.create(Self.organization)), actor: .system("test"),
                occurredAt: platform.ledger.now()))
        _ = try await platform.ledger.execute(
            CommandRequest(.user(.register(Self.user)), actor: .system("test"), occurredAt: platform.ledger.now())
        )
        _ = try await platform.ledger.execute(
            CommandRequest(.task(.create(Self.task)), actor: .system("test"), occurredAt: platform.ledger.now())
        )
        let (report, refusals) = try await platform.adopt()
        #expect(
            refusals.map(\.place) == [.row(table: "tasks", key: "00000000-0000-4000-8000-0000000000d2")], "\(refusals)")
        #expect(AdoptedPlatform.findings(report, "projects.status") == [.changed: 1])
        #expect(AdoptedPlatform.findings(report, "tasks.status") == [:])
    }

    private static var organization: OrganizationCreated {
        var created = OrganizationCreated()
        created.id = Self.id(0x99)
        created.name = "Other"
        created.slug = "other"
        return created
    }

    private static var user: UserRegistered {
        var registered = UserRegistered()
        registered.id = Self.id(0x98)
        registered.email = "eve@example.org"
        return registered
    }

    private static var task: TaskCreated {
        var created = TaskCreated()
        created.id = Self.id(0xD2)
        created.organization = Self.id(0x99)
        created.user = Self.id(0x98)
        created.method = "other"
        created.agentName = "other"
        created.prompt = "Read."
        return created
    }
}
