import LedgerPostgres
import LedgerRelations

/// Takes the tables of an older version of a schema away, so that the new ones can be made in their place. What others
/// added to the schema is left; what depends on one of our tables is refused.
struct PostgresReplacement {
    let connection: PostgresConnection
    let schema: Schema

    func dropOlder() throws {
        let dialect = PostgreSQLDialect()
        let bookmark = dialect.qualified(Bookmark.table, in: self.schema)
        let made = try self.connection.query("SELECT unnest(\"made\") FROM \(bookmark)").compactMap { $0[0] }
        func names(_ kind: String) -> String? {
            let names = made.filter { $0.hasPrefix(kind + " ") }.map { name in
                dialect.qualified(String(name.dropFirst(kind.count + 1)), in: self.schema)
            }
            return names.isEmpty ? nil : names.joined(separator: ", ")
        }
        for kind in ["VIEW", "TABLE", "TYPE"] {
            guard let list = names(kind) else { continue }
            do {
                try self.connection.execute("DROP \(kind) \(list)")
            } catch {
                guard error.refusal?.sqlState == "2BP01" else { throw error }
                throw ExportError(
                    .olderSchema,
                    "the tables of an older version in schema \(self.schema.name) of \(self.connection.target) cannot make "
                        + "way: something that we did not make depends on them; drop it, export, and make it again",
                    cause: error.refusal)
            }
        }
    }
}
