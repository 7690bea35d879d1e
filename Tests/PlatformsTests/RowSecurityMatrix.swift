import AgentLedger
import LedgerExporters
import LedgerPlatforms
import Servers
import Testing

/// Who may do what in a real database: every actor tries every command on every table, and each attempt is undone.
struct RowSecurityMatrix {
    /// In the order of the letters of an expectation. `stranger` owns another organization, `nobody` has no claim.
    static let actors = ["owner", "admin", "member", "viewer", "stranger", "nobody", "service"]

    /// What is tried on one table. An expectation has a letter for each actor: `y` where the command touches a row.
    struct Case {
        var table: String
        /// The row that is read, updated and deleted.
        var row: String
        /// What an update sets.
        var set: String
        /// Columns and values of the row that is inserted.
        var insert: String
        /// Another row to delete, where nothing else may depend on it.
        var victim: String?
        var select: String
        var inserts: String
        var updates: String
        var deletes: String
    }

    /// The superuser's connection string.
    let conninfo: String
    let schema: String
    /// The user of each actor who has one.
    let users: [String: String]

    /// The simulated company in a server of its own, where a superuser makes the roles, and rows beside it.
    static func ofSimulatedCompany(
        in schema: String, with rows: String, users: [String: String]
    ) async throws -> (server: TemporaryPostgres, matrix: RowSecurityMatrix) {
        let server = try TemporaryPostgres()
        let conninfo = "postgres://owner@/postgres?host=\(server.folder)"
        let ledger = try await SimulatedLedger.shared.value
        let projection = try #require(Projections.named(schema))
        _ = try PostgresExporter(conninfo, tenantWrites: true).export(try ledger.snapshot(projection))
        _ = try TemporaryPostgres.ask(conninfo, rows)
        return (server, RowSecurityMatrix(conninfo: conninfo, schema: schema, users: users))
    }

    /// An id that is easy to read; `pg_temp.n(number)` in SQL.
    static func id(_ number: Int) -> String {
        "00000000-0000-0000-0000-\(String(repeating: "0", count: 12 - "\(number)".count))\(number)"
    }

    static let idFunction = """
        CREATE FUNCTION pg_temp.n(number int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT ('00000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid $$;
        """

    /// Tables without row-level security.
    var openTables: String {
        get throws {
            try TemporaryPostgres.ask(
                self.conninfo,
                """
                SELECT relname FROM pg_class WHERE relnamespace = '\(self.schema)'::regnamespace AND relkind = 'r'
                AND NOT relrowsecurity
                """)
        }
    }

    /// Functions whose names could be taken over by a caller's search path.
    var looseFunctions: String {
        get throws {
            try TemporaryPostgres.ask(
                self.conninfo,
                """
                SELECT proname FROM pg_proc WHERE pronamespace = '\(self.schema)'::regnamespace
                AND NOT coalesce(proconfig && ARRAY['search_path=pg_catalog, pg_temp'], false)
                """)
        }
    }

    /// What became of a statement: the number of rows that it touched, `refused`, or the SQLSTATE of another error.
    func attempt(_ actor: String, _ statement: String) throws -> String { try self.attempt([(actor, statement)])[0] }

    /// The outcome of each attempt.
    /// - Parameter grantingAll: whether an administrator has granted every role everything, so that policies and triggers
    ///   alone refuse.
    func attempt(_ attempts: [(actor: String, statement: String)], grantingAll: Bool = false) throws -> [String] {
        // A command line has a limit.
        try stride(from: 0, to: attempts.count, by: 200).flatMap { start in
            try self.attemptTogether(attempts[start...].prefix(200), grantingAll)
        }
    }

    private func attemptTogether(
        _ attempts: ArraySlice<(actor: String, statement: String)>, _ grantingAll: Bool
    ) throws -> [String] {
        let values = attempts.enumerated().map { place, attempt in
            "(\(place), '\(attempt.actor == "service" ? "service_role" : "authenticated")', "
                + "'\(self.users[attempt.actor] ?? "")', $statement$\(attempt.statement)$statement$)"
        }
        let answer = try TemporaryPostgres.ask(
            self.conninfo,
            """
            BEGIN;
            \(grantingAll ? "GRANT ALL ON ALL TABLES IN SCHEMA \(self.schema) TO authenticated;" : "")
            \(Self.attemptFunction)
            SELECT pg_temp.attempt(who, sub, statement) FROM (VALUES \(values.joined(separator: ",\n"))) v(place, who, sub, statement)
            ORDER BY place;
            ROLLBACK
            """)
        return answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static let attemptFunction = """
        CREATE OR REPLACE FUNCTION pg_temp.attempt(who text, sub text, statement text) RETURNS text
        LANGUAGE plpgsql AS $body$
        DECLARE
            touched bigint;
        BEGIN
            PERFORM set_config('request.jwt.claim.sub', sub, true);
            EXECUTE format('SET LOCAL ROLE %I', who);
            EXECUTE statement;
            GET DIAGNOSTICS touched = ROW_COUNT;
            RAISE EXCEPTION '%', touched USING ERRCODE = 'UNDO0';
        EXCEPTION
            WHEN SQLSTATE 'UNDO0' THEN RETURN SQLERRM;
            WHEN insufficient_privilege THEN RETURN 'refused';
            WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
        END
        $body$;
        """

    func check(_ cases: [Case]) throws {
        var attempts: [(actor: String, statement: String)] = []
        var expectations: [(words: String, mayDoIt: Bool)] = []
        for it in cases {
            let table = "\(self.schema).\(it.table)"
            let commands = [
                ("select", "SELECT FROM \(table) WHERE \(it.row)", it.select),
                ("insert", "INSERT INTO \(table) \(it.insert)", it.inserts),
                ("update", "UPDATE \(table) SET \(it.set) WHERE \(it.row)", it.updates),
                ("delete", "DELETE FROM \(table) WHERE \(it.victim ?? it.row)", it.deletes),
            ]
            for (command, statement, letters) in commands {
                try #require(letters.count == Self.actors.count, "\(it.table), \(command)")
                for (actor, letter) in zip(Self.actors, letters) {
                    attempts.append((actor, statement))
                    expectations.append(("\(actor), \(command) on \(it.table)", letter == "y"))
                }
            }
        }
        let outcomes = try self.attempt(attempts)
        try #require(outcomes.count == expectations.count)
        for (outcome, (words, mayDoIt)) in zip(outcomes, expectations) {
            // Refused outright, or the row is not there for the actor.
            #expect(
                mayDoIt ? outcome == "1" : ["refused", "0"].contains(outcome), "\(words): \(outcome)"
            )
        }
    }
}
