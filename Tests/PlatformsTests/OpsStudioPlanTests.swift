import Testing

@Suite("PostgreSQL finds what is asked of ops_studio")
struct OpsStudioPlanTests {
    static let partitioned = ["execution_logs", "agent_metrics", "evaluation_results"]

    @Test("in a partition for each month that has rows, and in that one alone", arguments: Self.partitioned)
    func partitions(table: String) async throws {
        let database = try await OpsStudioDatabase.shared.value
        let months = try database.ask(
            "SELECT DISTINCT to_char(\"timestamp\", 'YYYY_MM') FROM ops_studio.\(table) ORDER BY 1"
        ).split(separator: "\n").map(String.init)
        let partitions = try database.ask(
            "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
                + "WHERE inhparent = 'ops_studio.\(table)'::regclass ORDER BY 1")
        #expect(partitions.split(separator: "\n").map(String.init) == months.map { "\(table)_\($0)" })
        #expect(months.count > 1, "the simulated company is at work for more than a month")
        let month = try #require(months.first)
        let start = "\(month.replacing("_", with: "-"))-01"
        let plan = try database.plan(
            "SELECT * FROM ops_studio.\(table) WHERE \"timestamp\" >= '\(start)' "
                + "AND \"timestamp\" < timestamptz '\(start)' + interval '1 month'")
        #expect(plan.contains("\(table)_\(month)"))
        for other in months.dropFirst() { #expect(!plan.contains("\(table)_\(other)"), "\(plan)") }
    }
}
