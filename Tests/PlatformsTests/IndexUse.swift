import Servers

/// Which indexes PostgreSQL takes for a question, left to itself.
struct IndexUse {
    private struct Index {
        /// The whole table's, where this is a piece of it.
        var name: String
        var table: String
        /// `organization_id, created_at DESC`
        var columns: String
    }

    private let conninfo: String
    private let schema: String
    private let indexes: [String: Index]

    init(in schema: String, of conninfo: String) throws {
        self.conninfo = conninfo
        self.schema = schema
        let rows = try TemporaryPostgres.ask(conninfo, Self.catalogue.replacing(":schema", with: "'\(schema)'"))
            .split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
        self.indexes = Dictionary(
            uniqueKeysWithValues: rows.map { ($0[0], Index(name: $0[1], table: $0[2], columns: $0[3])) })
    }

    /// How PostgreSQL would go about `SELECT * FROM` what is asked, `pg_temp.n(77)` being an id.
    func plan(_ question: String) throws -> String {
        try TemporaryPostgres.ask(
            self.conninfo,
            """
            SET search_path = \(self.schema), public;
            \(RowSecurityMatrix.idFunction)
            EXPLAIN (COSTS OFF) SELECT * FROM \(question)
            """)
    }

    /// Whether a plan takes the index, or one of the same table that begins with its columns.
    func takes(_ name: String, _ plan: String) -> Bool {
        guard let wanted = self.indexes.values.first(where: { $0.name == name }) else { return false }
        return plan.matches(of: /(?:using|Index Scan on) (\w+)/).compactMap { self.indexes[String($0.output.1)] }
            .contains { $0.table == wanted.table && "\($0.columns), ".hasPrefix("\(wanted.columns), ") }
    }

    private static let catalogue = """
        SELECT c.relname, w.relname, i.indrelid::regclass,
            (SELECT string_agg(pg_get_indexdef(w.oid, k, true)
                || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END, ', ' ORDER BY k)
             FROM generate_series(1, i.indnkeyatts) k)
        FROM pg_class c LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
        JOIN pg_class w ON w.oid = coalesce(h.inhparent, c.oid) JOIN pg_index i ON i.indexrelid = w.oid
        WHERE c.relnamespace = :schema::regnamespace
        """
}
