import AgentLedger
import Servers
import Testing

@Suite("The database of an adopted platform")
struct AdoptedDatabaseTests {
    private static let run = WorkflowExecutionID(bits: 0x0000_0000_0000_4000_8000_0000_0000_F001)
    private static let ada = UserID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0001)

    private static func adopt(
        _ platform: AdoptedPlatform, timeZone: String? = nil
    ) async throws -> (run: WorkflowExecution?, user: User?) {
        let (report, refusals) = try await platform.adopt(timeZone: timeZone)
        #expect(report.refused == 0, "\(refusals)")
        return (try await platform.ledger.find(Self.run), try await platform.ledger.find(Self.ada))
    }

    @Test(
        "reads times without a zone in its own zone, or in the one that is given",
        arguments: [
            (nil, "2025-01-03T06:00:00Z", "2025-07-01T03:30:00Z"),
            ("Europe/Berlin", "2025-01-03T00:00:00Z", "2025-06-30T21:30:00Z"),
            ("-03:30", "2025-01-03T04:30:00Z", "2025-07-01T03:00:00Z"),
            ("UTC", "2025-01-03T01:00:00Z", "2025-06-30T23:30:00Z"),
        ])
    func zones(zone: String?, started: String, login: String) async throws {
        let platform = try AdoptedPlatform(
            "ops_studio",
            PlatformTables.studio + """
                UPDATE users SET last_login = '2025-06-30 23:30';
                DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/New_York');
                END $$;
                """)
        let (run, user) = try await Self.adopt(platform, timeZone: zone)
        #expect(run?.startedAt == Instant(started) && user?.lastLoginAt == Instant(login))
    }

    @Test("reads times at which clocks change as the database does: the later of two, and the offset before a gap")
    func clockChanges() async throws {
        let platform = try AdoptedPlatform(
            "ops_studio",
            PlatformTables.studio + """
                UPDATE workflow_executions SET started_at = '2025-10-26 02:30', completed_at = '2025-11-01';
                UPDATE users SET last_login = '2025-03-30 02:30';
                """)
        let asked = try TemporaryPostgres.ask(
            platform.conninfo,
            """
            SET timezone = 'UTC'; SELECT timestamp '2025-10-26 02:30' AT TIME ZONE 'Europe/Berlin',
              timestamp '2025-03-30 02:30' AT TIME ZONE 'Europe/Berlin'
            """)
        #expect(asked.contains("2025-10-26 01:30:00+00") && asked.contains("2025-03-30 01:30:00+00"), "\(asked)")
        let (run, user) = try await Self.adopt(platform, timeZone: "Europe/Berlin")
        #expect(run?.startedAt == Instant("2025-10-26T01:30:00Z"))
        #expect(user?.lastLoginAt == Instant("2025-03-30T01:30:00Z"))
    }

    @Test("is refused with a zone that there is not")
    func unknownZone() async throws {
        let platform = try AdoptedPlatform("core_platform", PlatformTables.core)
        let error = await #expect(throws: ImportError.self) { _ = try await platform.adopt(timeZone: "Middle/Earth") }
        #expect(error?.message.contains("no time zone \"Middle/Earth\"") ?? false, "\(error?.message ?? "")")
    }

    @Test("is refused to a role from which row-level security hides rows")
    func hiddenRows() async throws {
        let platform = try AdoptedPlatform(
            "core_platform",
            PlatformTables.core + """
                ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
                ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
                CREATE POLICY own ON tasks USING (status = 'pending');
                """)
        let error = await #expect(throws: ImportError.self) { _ = try await platform.adopt() }
        #expect(error?.code == .rowsHidden, "\(error?.message ?? "")")
        #expect(error?.message.contains("hides rows of tasks") ?? false, "\(error?.message ?? "")")
    }
}
