import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
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

    @Test("is given up on, with the one who has the lock, if a table stays locked")
    func lockedTable() async throws {
        let platform = try AdoptedPlatform("ops_studio", PlatformTables.studio)
        let holder = try LockHolder(platform.conninfo, "LOCK TABLE public.users IN ACCESS EXCLUSIVE MODE")
        let error = await #expect(throws: ImportError.self) { try await platform.adopt(timeoutSeconds: 2) }
        #expect(error?.code == .database, "\(error!)")
        let words = "a lock on public.users, which process \(holder.pid) (psql"
        #expect(error?.message.contains(words) ?? false, "\(error!)")
        try holder.release()
        #expect(try await platform.adopt().report.refused == 0)
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

    @Test("is read in its own zone whatever the role or the client sets, and the report says so")
    func sessionZones() async throws {
        let platform = try AdoptedPlatform(
            "ops_studio",
            PlatformTables.studio + """
                DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/New_York');
                EXECUTE format('ALTER ROLE %I SET timezone = %L', current_user, 'Asia/Tokyo'); END $$;
                """)
        let (report, _) = try await platform.adopt(parameters: "&options=-c%20TimeZone%3DAsia/Kolkata")
        #expect(report.timeZone == "America/New_York")
        #expect(try await platform.ledger.find(Self.run)?.startedAt == Instant("2025-01-03T06:00:00Z"))
    }

    @Test("is read in the server's zone where it has none, and is refused where that cannot be known")
    func serverZone() async throws {
        let server = try AdoptedPlatform("ops_studio", PlatformTables.studio)
        let (report, _) = try await server.adopt()
        let configured = try TemporaryPostgres.shared.get().psql(
            database: "postgres",
            ["-A", "-t", "-c", "SELECT setting FROM pg_file_settings WHERE lower(name) = 'timezone'"])
        #expect(report.timeZone == configured.trimmingCharacters(in: .whitespacesAndNewlines))

        let hidden = try AdoptedPlatform(
            "ops_studio",
            PlatformTables.studio
                + "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SET timezone = %L', current_user, 'Asia/Tokyo'); END $$;")
        let error = await #expect(throws: ImportError.self) { _ = try await hidden.adopt() }
        #expect(error?.message.contains("give --time-zone") ?? false, "\(error?.message ?? "")")
        let (given, _) = try await hidden.adopt(timeZone: "Europe/Berlin")
        #expect(given.timeZone == "Europe/Berlin")
        let asOwner = try AdoptedPlatform("ops_studio", PlatformTables.studio)
        let (owners, _) = try await asOwner.adopt(parameters: "&user=owner&options=-c%20TimeZone%3DAsia/Kolkata")
        #expect(owners.timeZone == report.timeZone)
    }

    @Test("has no zone to tell of where all times have one")
    func noZone() async throws {
        let platform = try AdoptedPlatform("core_platform", PlatformTables.core)
        let (report, _) = try await platform.adopt()
        #expect(report.timeZone == nil)
    }

    @Test(
        "is refused to a role that may not read all of its tables, with the remedy",
        arguments: [
            (
                "REVOKE SELECT ON container_resources FROM limited_role",
                "GRANT SELECT ON public.container_resources TO limited_role"
            ),
            (
                "REVOKE SELECT ON users, agents FROM limited_role",
                "GRANT SELECT ON public.agents, public.users TO limited_role"
            ),
            (
                "REVOKE SELECT ON users FROM limited_role; GRANT SELECT (id, email) ON users TO limited_role",
                "GRANT SELECT ON public.users TO limited_role"
            ),
        ])
    func closedTables(sql: String, remedy: String) async throws {
        let platform = try AdoptedPlatform("orchestrator_platform", PlatformTables.orchestrator)
        let role = "limited_\(TemporaryPostgres.name(in: platform.conninfo))"
        try TemporaryPostgres.shared.get().psql(database: "postgres", ["-c", "CREATE ROLE \(role) LOGIN"])
        try platform.change("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role)")
        let (whole, refusals) = try await platform.adopt(parameters: "&user=\(role)")
        #expect(whole.refused == 0, "\(refusals)")
        try platform.change(sql.replacing("limited_role", with: role))
        let error = await #expect(throws: ImportError.self) {
            _ = try await platform.adopt(parameters: "&user=\(role)")
        }
        #expect(error?.code == .notPermitted)
        #expect(
            error?.message.contains(remedy.replacing("limited_role", with: role)) ?? false, "\(error?.message ?? "")")
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
