import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerImporters
import Servers
import Testing

@Suite("Adopting a platform's database")
struct AdoptionTests {
    /// Tables as a platform has them that never heard of the ledger, in `public`; some rows are good, and some are not.
    private static let platform = """
        CREATE TABLE users (id uuid PRIMARY KEY, email varchar(255) NOT NULL, display_name varchar(255), role varchar(50),
          roles jsonb, created_at timestamptz, updated_at timestamptz, namespace_access jsonb NOT NULL, status text,
          organization_slug text);
        CREATE TABLE agent_conversations (id uuid PRIMARY KEY, user_id uuid NOT NULL, agent_name text NOT NULL,
          agent_type text NOT NULL, started_at timestamptz, ended_at timestamptz, last_active_at timestamptz,
          metadata jsonb, created_at timestamptz, updated_at timestamptz, primary_work_product_type text,
          primary_work_product_id uuid);
        CREATE TABLE tasks (id uuid PRIMARY KEY, agent_conversation_id uuid, user_id uuid NOT NULL, method text NOT NULL,
          prompt text NOT NULL, params jsonb, response text, response_metadata jsonb, status text, progress integer,
          progress_message text, evaluation jsonb, llm_metadata jsonb, error_code text, error_message text,
          error_data jsonb, started_at timestamptz, completed_at timestamptz, timeout_seconds integer, metadata jsonb,
          created_at timestamptz, updated_at timestamptz, deliverable_type text, deliverable_metadata jsonb);
        CREATE TABLE projects (id uuid PRIMARY KEY, conversation_id uuid NOT NULL, name text, description text,
          plan_json jsonb, status text, current_step_id text, error_details jsonb, metadata jsonb, created_at timestamptz,
          updated_at timestamptz, parent_project_id uuid, hierarchy_level integer, subproject_count integer);
        CREATE TABLE project_steps (id uuid PRIMARY KEY, project_id uuid NOT NULL, step_id text NOT NULL,
          step_index integer NOT NULL, step_type text NOT NULL, step_name text NOT NULL, agent_name text, prompt text,
          dependencies text[], status text, result jsonb, error_details jsonb, started_at timestamptz,
          completed_at timestamptz, metadata jsonb, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE deliverables (id uuid PRIMARY KEY, user_id uuid NOT NULL, conversation_id uuid, title text NOT NULL,
          type text NOT NULL, created_at timestamptz, updated_at timestamptz, task_id uuid, project_step_id uuid,
          metadata jsonb, agent_name varchar);
        CREATE TABLE deliverable_versions (id uuid PRIMARY KEY, deliverable_id uuid NOT NULL, version_number integer NOT NULL,
          content text, format varchar, is_current_version boolean, created_by_type varchar, task_id uuid, metadata jsonb,
          file_attachments jsonb, created_at timestamptz, updated_at timestamptz);
        INSERT INTO users VALUES
          ('00000000-0000-4000-8000-000000000001', 'ada@example.org', 'Ada', 'admin', '["admin", "user"]',
           '2025-03-01 10:00+02', '2025-03-02', '["my-org"]', 'active', NULL),
          ('00000000-0000-4000-8000-000000000002', 'nobody', NULL, NULL, NULL, '2025-03-01', NULL, '[]', NULL, 'acme'),
          ('00000000-0000-4000-8000-000000000003', 'bob@example.org', NULL, NULL, NULL, NULL, NULL, '[]', NULL, 'acme');
        INSERT INTO agent_conversations VALUES
          ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000001', 'scribe', 'context',
           '2025-03-03', '2025-03-05', NULL, '{"client": "web"}', '2025-03-03', '2025-03-05', NULL, NULL);
        INSERT INTO tasks (id, agent_conversation_id, user_id, method, prompt, status, progress, error_code, started_at,
            completed_at, timeout_seconds, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1',
           '00000000-0000-4000-8000-000000000001', 'process', 'Write.', 'failed', 40, 'timeout', '2025-03-03 01:00',
           '2025-03-03 02:00', 300, '2025-03-03', '2025-03-03 02:00'),
          ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000c1',
           '00000000-0000-4000-8000-000000000001', 'process', 'Write.', 'stuck', 0, NULL, NULL, NULL, 300, '2025-03-03',
           '2025-03-03'),
          ('00000000-0000-4000-8000-0000000000d3', '00000000-0000-4000-8000-0000000000c1',
           '00000000-0000-4000-8000-000000000001', 'process', 'Write.', 'pending', 0, NULL, NULL, NULL, -1, '2025-03-03',
           '2025-03-03');
        """

    private static let ada = UserID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0001)
    private static let conversation = ConversationID(bits: 0x0000_0000_0000_4000_8000_0000_0000_00C1)

    private static func database() throws -> String {
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        _ = try TemporaryPostgres.ask(conninfo, Self.platform)
        return "\(conninfo)&schema=public&as=core_platform"
    }

    @Test("adopts values that the ledger does not allow in another form, and keeps them as they were")
    func otherForms() async throws {
        let platform = try AdoptedPlatform("core_platform", Self.platform)
        let ledger = platform.ledger
        let (report, refusals) = try await platform.adopt()
        #expect(report.rows == 7 && report.refused == 0, "\(report) \(refusals)")
        let ada = try await ledger.find(Self.ada)
        #expect(ada?.createdAt == Instant("2025-03-01T08:00:00Z") && ada?.platformRoles == ["admin", "user"])
        let nobody = UserID(bits: Self.ada.bits + 1)
        #expect(try await ledger.find(nobody)?.email == "\(nobody)@unknown.invalid")
        // Bob's row has no time: he dates from the first of all users.
        #expect(try await ledger.find(UserID(bits: Self.ada.bits + 2))?.createdAt == Instant("2025-03-01"))
        let task = try await ledger.find(TaskID(bits: 0x0000_0000_0000_4000_8000_0000_0000_00D1))
        #expect(task?.status == .timeout && task?.progress == 40 && task?.agentName == "scribe")
        #expect(task?.completedAt == Instant("2025-03-03T02:00:00Z"))
        #expect(try await ledger.find(TaskID(bits: 0x0000_0000_0000_4000_8000_0000_0000_00D2))?.status == .pending)
        let last = try await ledger.find(TaskID(bits: 0x0000_0000_0000_4000_8000_0000_0000_00D3))
        #expect(last?.timeoutSeconds == AgentTask.defaultTimeoutSeconds)
        #expect(try await ledger.find(Self.conversation)?.endedAt == Instant("2025-03-05"))

        let rows = try await platform.rows(
            "SELECT extra->>'email', extra->>'status', extra->>'timeout_seconds' FROM adopted_rows "
                + "WHERE extra->>'email' IS NOT NULL OR extra->>'status' IN ('stuck') "
                + "OR extra->>'timeout_seconds' = -1 ORDER BY row_key")
        #expect(rows == [["nobody", "", ""], ["", "stuck", ""], ["", "", "-1"]], "\(rows)")
    }

    @Test("ends at the first value that does not fit, when it is strict; what came before stands")
    func strict() async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger.create(at: "\(folder.path)/ledger")
        var options = ImportOptions()
        options.isStrict = true
        let refusals = Refusals()
        let report = try await Importer(ledger, options: options).run([try Self.database()]) { refusals.add($0) }
        #expect(report.endedEarly && report.refused == 1 && report.events == 2)
        #expect(refusals.list.first?.reason.hasPrefix("email is \"nobody\"") ?? false, "\(refusals.list)")
        #expect(try await ledger.holder(of: Organization.alias(ofSlug: "acme"), as: Organization.self) != nil)
        #expect(try await ledger.find(Self.ada) == nil)
        #expect(try await ledger.find(Self.conversation) == nil)
    }

    @Test("takes over what an agent did in another organization's run that has not ended: it was lent")
    func lentAgent() async throws {
        let platform = try AdoptedPlatform(
            "agent_monitoring",
            PlatformTables.monitoring + """
                INSERT INTO organizations VALUES
                  ('00000000-0000-4000-8000-00000000000b', 'Beta', '2025-01-01', '2025-01-01');
                INSERT INTO agent_logs VALUES ('00000000-0000-4000-8000-00000000f002', '00000000-0000-4000-8000-0000000000a1',
                  'success', NULL, '{"kind": "agent_execution", "organization_id": "00000000-0000-4000-8000-00000000000b",
                  "agent_execution_id": "00000000-0000-4000-8000-00000000f003",
                  "workflow_execution_id": "00000000-0000-4000-8000-00000000f004"}', '2025-01-03', '2025-01-03 01:00Z', 1);
                """)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let part: AgentExecution? = try await platform.ledger.find(ID(bits: 0x0000_0000_0000_4000_8000_0000_0000_F003))
        #expect(part?.status == .completed)
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0, "\(again)")
    }

    @Test(
        "says what is wrong with an address that names no platform",
        arguments: [
            ("", "names no schema"), ("&schema=public", "no platform \"public\""),
            ("&schema=nothing&as=core_platform", "has no table users"),
        ])
    func addresses(options: String, reason: String) async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger.create(at: "\(folder.path)/ledger")
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        let error = await #expect(throws: ImportError.self) {
            _ = try await Importer(ledger).run([conninfo + options]) { _ in }
        }
        #expect(error?.code == .invalidAddress && error?.message.contains(reason) ?? false, "\(error?.message ?? "")")
    }
}
