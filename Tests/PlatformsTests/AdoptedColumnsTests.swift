import AgentLedger
import LedgerDomain
import Servers
import Testing

@Suite("Every column of an adopted platform")
struct AdoptedColumnsTests {
    /// Adds copies of each table's first row, each with another value in one column that the database allows and that is
    /// awkward: what it refuses itself is left out.
    private static let awkward = #"""
        DO $$
        DECLARE
          c record; v text; made int := 0; fresh jsonb; proto record;
        BEGIN
          FOR c IN SELECT t.table_name, t.column_name, t.data_type, t.udt_name FROM information_schema.columns t
            WHERE table_schema = 'public' AND column_name <> 'id' AND table_name <> 'org_memberships' ORDER BY 1, 2
          LOOP
            FOREACH v IN ARRAY CASE
              WHEN c.data_type IN ('character varying', 'text') THEN ARRAY[NULL, '', ' Acme_Corp ', E'tab\tand\nline', '2.0',
                '1.2.3-beta+x', repeat('x', 255), 'Ünïcode ✓', 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789',
                'done', 'stuck', 'ACTIVE', 'https://example.org/?token=abcdefghijklmnop0123', '4111 1111 1111 1111']
              WHEN c.data_type IN ('integer', 'bigint') THEN ARRAY[NULL, '-1', '0', '2147483647']
              WHEN c.data_type = 'numeric' THEN ARRAY[NULL, '-1', '0.01', '99.99']
              WHEN c.data_type = 'double precision' THEN ARRAY[NULL, 'NaN', 'Infinity', '0']
              WHEN c.data_type = 'boolean' THEN ARRAY[NULL, 'true', 'false']
              WHEN c.data_type = 'jsonb' THEN ARRAY[NULL, 'null', '[]', '"text"', '7', '{"api_key": "hunter2hunter2"}',
                '{"x": 1e300, "y": "3"}', '[1, "a", "a", {}]', '{"tax_rate": "much"}', '{"agent_id": "none"}']
              WHEN c.data_type = 'date' THEN ARRAY[NULL, 'infinity', '0044-03-15 BC', '2000-02-29']
              WHEN c.data_type LIKE 'timestamp%' THEN ARRAY[NULL, 'infinity', '-infinity', '0044-03-15 BC', '294276-01-01',
                '1970-01-01', '2100-01-01']
              WHEN c.data_type = 'uuid' THEN ARRAY[NULL, '00000000-0000-0000-0000-000000000000',
                '12345678-1234-4234-8234-123456789012']
              WHEN c.data_type = 'ARRAY' THEN ARRAY[NULL, '{}', '{"no such step"}', '{"outline","outline"}']
              ELSE (SELECT array_agg(e.enumlabel::text) || NULL::text FROM pg_enum e JOIN pg_type y ON y.oid = e.enumtypid
                WHERE y.typname = c.udt_name) END
            LOOP
              made := made + 1;
              EXECUTE format('SELECT to_jsonb(t) AS j FROM %I t ORDER BY 1 LIMIT 1', c.table_name) INTO proto;
              fresh := proto.j || jsonb_build_object('id', CASE WHEN c.table_name = 'agent_metrics' THEN made::text
                ELSE '10000000-0000-4000-8000-' || lpad(made::text, 12, '0') END);
              IF fresh ? 'email' THEN fresh := fresh || jsonb_build_object('email', 'user' || made || '@example.org'); END IF;
              IF fresh ? 'slug' THEN fresh := fresh || jsonb_build_object('slug', 'slug-' || made); END IF;
              IF fresh ? 'invoice_number' THEN
                fresh := fresh || jsonb_build_object('invoice_number', 'n' || made); END IF;
              IF c.table_name = 'workflows' AND made % 3 > 0 THEN
                fresh := fresh || jsonb_build_object('name', 'Workflow ' || made); END IF;
              IF fresh ? 'approval_number' THEN
                fresh := fresh || jsonb_build_object('approval_number', made); END IF;
              IF fresh ? 'participant_id' THEN
                fresh := fresh || jsonb_build_object('participant_id', gen_random_uuid()); END IF;
              IF c.table_name = 'organization_members' AND to_regclass('users') IS NULL THEN
                fresh := fresh || jsonb_build_object('user_id', gen_random_uuid());
              ELSIF c.table_name = 'organization_members' THEN
                fresh := fresh || jsonb_build_object('user_id', (SELECT id FROM users u WHERE NOT EXISTS (
                  SELECT FROM organization_members m WHERE m.user_id = u.id) LIMIT 1)); END IF;
              fresh := fresh || jsonb_build_object(c.column_name, CASE WHEN c.data_type = 'jsonb' THEN v::jsonb
                WHEN c.data_type = 'ARRAY' THEN to_jsonb(v::text[]) ELSE to_jsonb(v) END);
              BEGIN
                EXECUTE format('INSERT INTO %I SELECT * FROM jsonb_populate_record(NULL::%I, $1)', c.table_name,
                  c.table_name) USING fresh;
              EXCEPTION WHEN OTHERS THEN NULL;
              END;
            END LOOP;
          END LOOP;
        END $$;
        """#

    private static let memberships = """
        INSERT INTO org_memberships SELECT id, '00000000-0000-4000-8000-00000000000a',
          (ARRAY['owner', 'Editor', '', ' admin ', 'boss'])[1 + (row_number() OVER (ORDER BY id)) % 5] FROM users
          WHERE id::text LIKE '1%';
        """

    private static let tables = [
        "orchestrator_platform": PlatformTables.orchestrator, "agent_infrastructure": PlatformTables.infrastructure,
        "ops_studio": PlatformTables.studio, "agent_monitoring": PlatformTables.monitoring,
        "core_platform": PlatformTables.core,
    ]

    @Test(
        "may hold any value that its database allows: no row is refused, and each is known again",
        arguments: [
            "orchestrator_platform", "agent_infrastructure", "ops_studio", "agent_monitoring", "core_platform",
        ])
    func awkwardValues(name: String) async throws {
        let more = name == "agent_monitoring" ? Self.memberships : ""
        let platform = try AdoptedPlatform(name, try #require(Self.tables[name]) + Self.awkward + more)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals.prefix(30).map(\.description).joined(separator: "\n"))")
        let names = try TemporaryPostgres.ask(
            platform.conninfo,
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        ).split(separator: "\n").map(String.init)
        let adopted = try await platform.rows("SELECT table_name, count(*) FROM adopted_rows GROUP BY 1")
        let counts = Dictionary(uniqueKeysWithValues: adopted.map { ($0[0], $0[1]) })
        for table in names {
            let there = try TemporaryPostgres.ask(platform.conninfo, "SELECT count(*) FROM \"\(table)\"")
            #expect(counts[table] == there.trimmingSuffix("\n"), "\(name).\(table)")
        }
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0 && again.refused == 0, "\(again)")
        #expect(again.unchanged == report.rows)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        self.hasSuffix(suffix) ? String(self.dropLast(suffix.count)) : self
    }
}
