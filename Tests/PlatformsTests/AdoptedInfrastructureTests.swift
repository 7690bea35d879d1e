import AgentLedger
import LedgerDomain
import LedgerEvents
import Servers
import Testing

@Suite("An adopted agent_infrastructure")
struct AdoptedInfrastructureTests {
    private static func id<Thing>(_ end: UInt128) -> ID<Thing> {
        ID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0000 + end)
    }

    private static func organization(_ slug: String, _ platform: AdoptedPlatform) async throws -> Organization? {
        let id = try await platform.ledger.holder(of: Organization.alias(ofSlug: slug), as: Organization.self)
        guard let id else { return nil }
        return try await platform.ledger.find(id)
    }

    private static func agent(_ slug: String, _ platform: AdoptedPlatform) async throws -> Agent? {
        let id = try await platform.ledger.holder(of: Agent.alias(ofSlug: slug), as: Agent.self)
        guard let id else { return nil }
        return try await platform.ledger.find(id)
    }

    @Test("becomes organizations, agents of several of them, conversations, documents and tasks")
    func everything() async throws {
        let platform = try AdoptedPlatform("agent_infrastructure", PlatformTables.infrastructure)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let acme = try #require(try await Self.organization("acme", platform))
        let beta = try #require(try await Self.organization("beta", platform))
        #expect(acme.url == "https://acme.example" && acme.description == "Makes all")
        #expect(acme.settings.text == #"{"theme":"light"}"# && acme.createdAt == Instant("2025-01-01"))
        let scout = try #require(try await Self.agent("scout", platform))
        #expect(scout.organization == acme.id && scout.sharedWith == [beta.id] && scout.status == .active)
        #expect(scout.configuration.protocol == .context && scout.configuration.tags == ["web"])
        #expect(scout.configuration.llmConfig?.text == #"{"model":"claude","provider":"anthropic"}"#)
        let caller = try #require(try await Self.agent("caller", platform))
        #expect(caller.version == "2.1.0" && caller.configuration.endpoint?.text.contains("${API_TOKEN}") ?? false)

        let talk: Conversation = try #require(try await platform.ledger.find(Self.id(0xC1)))
        #expect(talk.agent == scout.id && talk.title == "Hello" && talk.organization == acme.id)
        let left = talk.participants.first { $0.user == Self.id(2) }
        #expect(left?.joinedAt == Instant("2025-01-04T01:00:00Z") && left?.leftAt == Instant("2025-01-04T03:00:00Z"))
        let task: AgentTask = try #require(try await platform.ledger.find(Self.id(0xE1)))
        #expect(task.status == .completed && task.response == "Done." && task.assignedAgent == scout.id)
        #expect(task.approvals.map(\.status) == [.rejected, .approved] && task.updatedAt == Instant("2025-01-06"))
        let counts = try await platform.rows(
            """
            SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM document_chunks),
              (SELECT count(*) FROM task_comments), (SELECT count(*) FROM agent_metrics),
              (SELECT embedding FROM document_chunks)
            """)
        #expect(counts == [["1", "1", "1", "1", "[0.5,0.0,1.0]"]], "\(counts)")
        let kept = try await platform.rows(
            "SELECT table_name, extra FROM adopted_rows WHERE table_name IN ('performance_logs') ORDER BY 1")
        #expect(kept.count == 1 && kept[0][1].contains("model_call"), "\(kept)")
        // The users whom rows name, and of whom the platform tells nothing else.
        #expect(AdoptedPlatform.findings(report, "users.id")[.madeUp] == 2)
    }

    private static let awkward = """
        INSERT INTO organizations VALUES
          ('Acme_Corp', 'Acme Corp', NULL, 'nowhere', '{"api_key": "hunter2hunter2"}', NULL, NULL),
          ('gamma ', 'Gamma', NULL, NULL, '{"tax_rate": "much"}', '2025-02-01', '2025-02-01'),
          ('acme corp', 'Acme Corp', NULL, NULL, '{}', '2025-02-01', '2025-02-01');
        INSERT INTO agents VALUES
          ('Blog_Writer ', '{Acme_Corp,nowhere,gamma}', 'Writer', 'Writes', '2.0', 'context', 'marketing', '{a,a," "}', '{}',
           '{}', 'Write.', '{"url": "https://x.example"}', '{"model": "m"}', NULL, NULL, NULL),
          ('beta-bot', '{}', 'Bot', 'Does', '1.2.3-beta+x', 'api', 'ops', '{}', '[]', '{}', '',
           '{"url": "https://x.example", "headers": {"Authorization": "Bearer abcdefghijklmnopqrstuvwxyz012345"}}', NULL,
           '{}', '2025-02-01', '2025-02-01'),
          ('twin', '{acme}', 'Scout', 'Finds', '1.0.0', 'llm', 'ops', '{}', '{}', '{}', '', NULL, NULL, '{}', '2025-03-01',
           '2025-03-01');
        """

    @Test("has slugs and versions made to fit, organizations that stand in, no secrets, and the originals beside it")
    func otherForms() async throws {
        let platform = try AdoptedPlatform("agent_infrastructure", PlatformTables.infrastructure + Self.awkward)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        // Of two that are made to fit alike, the first keeps the slug.
        let first = try #require(try await Self.organization("acme-corp", platform))
        let gamma = try #require(try await Self.organization("gamma", platform))
        let nowhere = try #require(try await Self.organization("nowhere", platform))
        #expect(first.createdAt == Instant("2025-02-01") && first.url == nil)
        let slugs = try await platform.rows(
            "SELECT slug, created_at FROM organizations WHERE name = 'Acme Corp' ORDER BY length(slug)")
        #expect(slugs.count == 2 && slugs[1][0].hasPrefix("acme-corp-"), "\(slugs)")
        // What has no time dates from the first of all organizations.
        #expect(slugs[1][1].hasPrefix("2025-01-01"), "\(slugs)")

        let writer = try #require(try await Self.agent("blog-writer", platform))
        #expect(writer.version == "2.0.0" && writer.configuration.tags == ["a"])
        #expect(writer.configuration.endpoint == nil && writer.configuration.llmConfig?.text == #"{"model":"m"}"#)
        #expect(writer.sharedWith == [nowhere.id, gamma.id] && writer.organization != first.id)
        let bot = try #require(try await Self.agent("beta-bot", platform))
        #expect(bot.version == "1.2.3" && bot.configuration.endpoint?.text.contains("${MASKED}") ?? false)
        let owner = try #require(bot.organization)
        #expect(try await platform.ledger.find(owner)?.slug == "without-owner")
        let twin = try #require(try await Self.agent("twin", platform))
        #expect(twin.name == "Scout (\(twin.id))" && twin.configuration.protocol == .context)

        let kept = try await platform.rows(
            """
            SELECT row_key, coalesce(extra->>'slug', ''), coalesce(extra->>'version', ''), extra->>'endpoint' IS NOT NULL,
              coalesce(extra->>'organization_slug', '') FROM adopted_rows WHERE table_name = 'agents' ORDER BY 1
            """)
        let masked = try await platform.rows("SELECT count(*) FROM adopted_rows WHERE extra LIKE '%hunter2%'")
        #expect(masked == [["0"]])
        #expect(
            kept == [
                ["Blog_Writer ", "Blog_Writer ", "2.0", "1", #"["Acme_Corp","nowhere","gamma"]"#],
                ["beta-bot", "", "1.2.3-beta+x", "0", ""], ["caller", "", "", "0", ""], ["scout", "", "", "0", ""],
                ["twin", "", "", "0", ""],
            ], "\(kept)")
        #expect(AdoptedPlatform.findings(report, "agents.endpoint")[.notAdopted] == 1)
        #expect(AdoptedPlatform.findings(report, "organizations.slug")[.madeUp] == 1)

        let (again, _) = try await platform.adopt()
        #expect(again.events == 0 && again.refused == 0 && again.unchanged == report.rows, "\(again)")
    }

    @Test("takes over what changed since, whatever the order of rows, and reports rows that are gone")
    func changes() async throws {
        let platform = try AdoptedPlatform("agent_infrastructure", PlatformTables.infrastructure)
        _ = try await platform.adopt()
        try platform.change(
            """
            UPDATE organizations SET name = 'Acme Two', url = NULL, settings = '{"theme": "dark"}', updated_at = '2025-06-01'
              WHERE slug = 'acme';
            INSERT INTO organizations VALUES ('delta', 'Delta', NULL, NULL, '{}', '2025-05-01', '2025-05-01');
            UPDATE agents SET organization_slug = '{acme,delta,beta}', name = 'Ranger', version = '1.1.0',
              llm_config = '{"model": "other"}', updated_at = '2025-06-01' WHERE slug = 'scout';
            DELETE FROM agent_organizations WHERE organization_slug = 'beta';
            INSERT INTO agent_organizations VALUES ('scout', 'delta', 2), ('scout', 'beta', 3);
            UPDATE conversations SET title = 'Bye', status = 'ended', ended_at = '2025-06-02', updated_at = '2025-06-02';
            UPDATE conversation_participants SET left_at = NULL, joined_at = '2025-06-01'
              WHERE participant_id = '00000000-0000-4000-8000-000000000002';
            INSERT INTO task_assignments VALUES ('00000000-0000-4000-8000-00000000e103',
              '00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-000000000002', NULL, 'system:desk',
              '2025-05-02');
            INSERT INTO tasks (id, organization_slug, user_id, prompt, status, created_at, updated_at) VALUES
              ('00000000-0000-4000-8000-0000000000e2', 'beta', '00000000-0000-4000-8000-000000000001', 'Read.',
               'pending', '2025-05-01', '2025-05-01');
            INSERT INTO approvals VALUES ('00000000-0000-4000-8000-0000000000e2', 1, 'pending', NULL, 'May I?', NULL,
              '2025-05-03', NULL, NULL, NULL);
            UPDATE task_assignments SET assigned_by = 'system:other' WHERE user_id IS NOT NULL;
            UPDATE document_collections SET removed_at = '2025-06-03', updated_at = '2025-06-03';
            DELETE FROM agents WHERE slug = 'caller';
            """)
        let (second, refusals) = try await platform.adopt()
        #expect(second.refused == 0, "\(refusals)")
        #expect(
            second.goneRows == [.row(table: "agents", key: "caller")] && second.changedRows >= 6, "\(second.goneRows)")
        let acme = try #require(try await Self.organization("acme", platform))
        #expect(acme.name == "Acme Two" && acme.url == nil && acme.settings.text == #"{"theme":"dark"}"#)
        let scout = try #require(try await Self.agent("scout", platform))
        let beta = try await Self.organization("beta", platform)
        let delta = try await Self.organization("delta", platform)
        #expect(scout.name == "Ranger" && scout.version == "1.1.0" && scout.updatedAt == Instant("2025-06-01"))
        #expect(scout.sharedWith == [delta?.id, beta?.id] && scout.organization == acme.id)
        let talk: Conversation = try #require(try await platform.ledger.find(Self.id(0xC1)))
        #expect(talk.title == "Bye" && talk.endedAt == Instant("2025-06-02"))
        #expect(talk.participants.first { $0.user == Self.id(2) }?.joinedAt == Instant("2025-06-01"))
        let done: AgentTask = try #require(try await platform.ledger.find(Self.id(0xE1)))
        #expect(done.assignedAgent == scout.id)
        let new: AgentTask = try #require(try await platform.ledger.find(Self.id(0xE2)))
        #expect(new.assignedUser == Self.id(2) && new.approvals.map(\.status) == [.pending])
        let collection: DocumentCollection? = try await platform.ledger.find(Self.id(0xD1))
        #expect(collection?.removedAt == Instant("2025-06-03"))

        // The request is decided, and another one made; a task's other rows are as they were.
        try platform.change(
            """
            UPDATE approvals SET status = 'rejected', decided_at = '2025-06-04' WHERE status = 'pending';
            INSERT INTO approvals VALUES ('00000000-0000-4000-8000-0000000000e2', 2, 'approved', NULL, 'Now?', NULL,
              '2025-06-05', NULL, '2025-06-06', NULL);
            """)
        let (third, more) = try await platform.adopt()
        #expect(third.refused == 0, "\(more)")
        let decided: AgentTask? = try await platform.ledger.find(Self.id(0xE2))
        #expect(decided?.approvals.map(\.status) == [.rejected, .approved])
        let (fourth, _) = try await platform.adopt()
        #expect(fourth.events == 0 && fourth.goneRows.isEmpty, "\(fourth)")
    }

    @Test("has a place for rows whose parents are not there, and keeps those that no entity can hold")
    func standIns() async throws {
        let platform = try AdoptedPlatform(
            "agent_infrastructure",
            PlatformTables.infrastructure + """
                INSERT INTO messages VALUES ('00000000-0000-4000-8000-00000000c102', '00000000-0000-4000-8000-0000000000c9',
                  'assistant', NULL, 'scout', 'Found.', '{}', '2025-01-04');
                INSERT INTO document_chunks VALUES
                  ('00000000-0000-4000-8000-00000000d112', '00000000-0000-4000-8000-00000000d109', 0, 'Lost.', NULL, NULL, NULL,
                   '{}', '2025-01-04'),
                  ('00000000-0000-4000-8000-00000000d113', '00000000-0000-4000-8000-00000000d101', 0, 'Again.', NULL, '[1]',
                   NULL, '{}', '2025-01-05');
                INSERT INTO task_comments VALUES ('00000000-0000-4000-8000-00000000e112',
                  '00000000-0000-4000-8000-0000000000e9', '00000000-0000-4000-8000-000000000002', 'Where?', '2025-01-07');
                INSERT INTO approvals VALUES ('00000000-0000-4000-8000-0000000000e1', 3, 'pending', NULL, 'More?', NULL,
                  '2025-01-08', NULL, NULL, NULL);
                INSERT INTO agent_organizations VALUES ('caller', 'beta', 2);
                INSERT INTO conversations VALUES ('00000000-0000-4000-8000-0000000000c2', 'beta',
                  '00000000-0000-4000-8000-000000000001', 'caller', NULL, 'active', '{}', NULL, '2025-01-04', '2025-01-05');
                """)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let talk: Conversation? = try await platform.ledger.find(Self.id(0xC9))
        let task: AgentTask? = try await platform.ledger.find(Self.id(0xE9))
        let document: Document? = try await platform.ledger.find(Self.id(0xD109))
        #expect(talk != nil && task != nil && document != nil)
        for table in ["conversations", "tasks", "documents"] {
            #expect(AdoptedPlatform.findings(report, "\(table).id")[.madeUp] == 1, "\(table)")
        }
        let whole = try await platform.rows(
            """
            SELECT table_name, row_key FROM adopted_rows
            WHERE subject IS NULL AND table_name <> 'performance_logs' ORDER BY 1
            """)
        let prefix = "00000000-0000-4000-8000-00000000"
        #expect(
            whole == [
                ["agent_organizations", "caller, beta"], ["approvals", "\(prefix)00e1, 3"],
                ["document_chunks", "\(prefix)d113"],
            ], "\(whole)")
        let other: Conversation? = try await platform.ledger.find(Self.id(0xC2))
        #expect(other != nil && other?.agent == nil)
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0 && again.unchanged == report.rows, "\(again)")
    }

    /// The two tables of the first phase, with what their document seeds; times are without a zone.
    private static let firstPhase = """
        CREATE TABLE organizations (slug text PRIMARY KEY, name text NOT NULL, description text, url text,
          settings jsonb NOT NULL DEFAULT '{}', created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
        CREATE TABLE agents (slug text PRIMARY KEY, organization_slug text[] NOT NULL, name text NOT NULL,
          description text NOT NULL, version text NOT NULL DEFAULT '1.0.0', agent_type text NOT NULL,
          department text NOT NULL, tags text[], io_schema jsonb NOT NULL, capabilities text[] NOT NULL,
          context text NOT NULL, endpoint jsonb, llm_config jsonb, metadata jsonb, created_at timestamp NOT NULL,
          updated_at timestamp NOT NULL);
        INSERT INTO organizations VALUES ('demo-org', 'Demo Organization', NULL, NULL, '{"limits": {"max_agents": 100}}',
          '2025-01-20 12:00', '2025-01-20 12:00');
        INSERT INTO agents VALUES ('blog-post-writer', '{demo-org}', 'Blog Post Writer', 'Writes', '1.0.0', 'context',
          'marketing', '{blog}', '{"input": {}, "output": {}}', '{seo}', 'You write.', NULL,
          '{"provider": "anthropic", "model": "claude-3-5-sonnet-20241022"}', '{"license": "MIT"}', '2025-01-20 12:00',
          '2025-01-20 12:00');
        """

    @Test("may be its first phase alone, passes as it is documented, and meets an organization of that slug")
    func firstPhase() async throws {
        let platform = try AdoptedPlatform("agent_infrastructure", Self.firstPhase)
        var created = OrganizationCreated()
        created.id = Self.id(0x0D)
        created.name = "Demo"
        created.slug = "demo-org"
        _ = try await platform.ledger.execute(
            CommandRequest(
                .organization(.create(created)), actor: .system("test"),
                occurredAt: try #require(Instant("2025-01-01"))))
        let (report, refusals) = try await platform.adopt(isStrict: true, timeZone: "Europe/Berlin")
        #expect(report.refused == 0 && report.rows == 2 && report.findings.isEmpty, "\(refusals) \(report.findings)")
        let demo: Organization? = try await platform.ledger.find(Self.id(0x0D))
        #expect(demo?.name == "Demo Organization" && demo?.settings.text == #"{"limits":{"max_agents":100}}"#)
        let writer = try #require(try await Self.agent("blog-post-writer", platform))
        #expect(writer.organization == demo?.id && writer.createdAt == Instant("2025-01-20T11:00:00Z"))
        let rows = try await platform.rows("SELECT DISTINCT organization_id FROM adopted_rows")
        #expect(rows == [["\(Self.id(0x0D) as OrganizationID)"]])
    }

    @Test("takes a slug that fits for another thing than one that was made to fit, whichever comes first")
    func laterSlug() async throws {
        let row = { (slug: String) in
            "INSERT INTO organizations VALUES ('\(slug)', '\(slug)', NULL, NULL, '{}', '2025-01-20', '2025-01-20');"
        }
        let platform = try AdoptedPlatform("agent_infrastructure", Self.firstPhase + row("Acme_Corp"))
        _ = try await platform.adopt()
        try platform.change(row("acme-corp"))
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let names = try await platform.rows("SELECT name, slug FROM organizations WHERE slug LIKE 'acme%' ORDER BY 1")
        #expect(names.map { $0[0] } == ["Acme_Corp", "acme-corp"] && names[0][1] == "acme-corp", "\(names)")
        #expect(AdoptedPlatform.findings(report, "organizations.slug")[.changed] == 1)
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0, "\(again)")
    }
}
