import AgentLedger
import LedgerExporters
import LedgerImporters
import Seeded
import Testing

@Suite("Times in questions")
struct QueryTimeTests {
    let scratch: Scratch
    private let reader: LedgerReader

    /// Two organizations, of 09:00:00 and 10:30:00.5 of one day.
    init() async throws {
        self.scratch = try Scratch()
        let ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for (slug, time) in [("a", "2025-08-01T09:00:00Z"), ("b", "2025-08-01T10:30:00.5Z")] {
            let json =
                #"{"command":"organization.create","occurred_at":"\#(time)","data":{"name":"\#(slug)","slug":"\#(slug)"}}"#
            let request = try Array(json.utf8).withUnsafeBytes {
                try CommandReader(defaultActor: .system("test")).read($0, now: ledger.now(), newID: ledger.makeID())
            }
            _ = try await ledger.execute(request)
        }
        self.reader = try LedgerReader(at: ledger.path)
    }

    private func ask(_ sql: String) throws -> [String] {
        var rows: [String] = []
        try self.reader.query(sql, columns: { _ in }) { rows.append($0.map(\.text).joined(separator: "|")) }
        return rows
    }

    @Test(
        "ours compare with SQLite's as times, in columns and in expressions",
        arguments: [
            ("created_at > datetime('2025-08-01 10:00:00')", "b"),
            ("datetime('2025-08-01 10:00:00') > created_at", "a"),
            ("created_at < datetime('2025-08-01T11:00:00', '-1 hour')", "a"),
            ("created_at = datetime('2025-08-01T09:00:00Z')", "a"),
            ("created_at = '2025-08-01 09:00'", "a"),
            ("created_at = '2025-08-01T11:00:00+02:00'", "a"),
            ("created_at BETWEEN '2025-08-01 10:00' AND '2025-08-01 10:30:01'", "b"),
            ("created_at > '2025-08-01 10:30:00' AND created_at < '2025-08-01T10:31:00Z'", "b"),
            ("created_at > strftime('%Y-%m-%d %H:%M:%S', '2025-08-01 10:00:00')", "b"),
            ("created_at > julianday('2025-08-01 10:00:00')", "b"),
            ("created_at > unixepoch('2025-08-01 10:00:00')", "b"),
            ("coalesce(deleted_at, created_at) < datetime('2025-08-01 10:00:00')", "a"),
            ("(SELECT max(o.created_at) FROM organizations o WHERE o.id = x.id) < '2025-08-01 10:00:00'", "a"),
            ("coalesce(deleted_at, created_at) < /* then */ DateTime /* ( */ ('2025-08-01 10:00:00')", "a"),
            ("datetime(created_at) > '2025-08-01 10:00:00'", "b"),
            ("datetime(created_at) > '2025-08-01T10:00:00Z'", "b"),
            ("created_at > instant('2025-08-01 10:00')", "b"),
            ("max(created_at, created_at) > instant('2025-08-01 10:00')", "b"),
            ("created_at >= '2025'", "a b"),
            ("created_at >= '2025-08-02'", ""),
            ("created_at < CURRENT_TIMESTAMP", "a b"),
            ("coalesce(deleted_at, created_at) < current_timestamp", "a b"),
            ("created_at > instant('yesterday')", ""),
            ("name = 'it''s datetime('", ""),
        ])
    func comparisons(condition: String, slugs: String) throws {
        let rows = try self.ask("SELECT slug FROM organizations x WHERE \(condition) ORDER BY created_at")
        #expect(rows.joined(separator: " ") == slugs, "\(condition)")
    }

    @Test("rows that are joined or grouped by time are found however it is spelled")
    func joins() throws {
        let joined = """
            WITH t(at) AS (VALUES ('2025-08-01 09:00:00'), ('2025-08-01 10:30:00.5'))
            SELECT slug FROM t JOIN organizations ON created_at = at ORDER BY slug
            """
        #expect(try self.ask(joined) == ["a", "b"])
        let same = "SELECT a.slug FROM organizations a JOIN organizations b ON a.created_at = b.created_at ORDER BY 1"
        #expect(try self.ask(same) == ["a", "b"])
    }

    @Test("columns keep the names that the statement gives them, and instant refuses what is no time")
    func names() throws {
        var names: [String] = []
        try self.reader.query(
            "SELECT datetime('2025-08-01 10:00'), strftime('%H', 'now') AS hour", columns: { names = $0 }
        ) { _ in }
        #expect(names == ["datetime('2025-08-01 10:00')", "hour"])
        let answer = try self.ask("SELECT instant(NULL) IS NULL, instant('2025-08-01 10:00')")
        #expect(answer == ["1|2025-08-01T10:00:00.000000Z"])
        let refusal = #expect(throws: QueryError.self) { try self.ask("SELECT instant('soon')") }
        #expect(refusal?.message.contains("'soon'") == true)
    }
}
