import Crypto
import LedgerPlatforms
import LedgerRelations
import Seeded
import Testing

@Suite("The tables of each schema")
struct SchemaFormTests {
    @Test("are those of its version: whoever changes one raises the number, so that exported databases are refused")
    func tables() throws {
        for projection in Projections.all {
            let schema = projection.schema
            let statements = Self.statements(of: schema, PostgreSQLDialect(tenantWrites: true))
            let form = statements + Self.statements(of: schema, SQLiteDialect())
            let problem = try KeptForm(schema.name, version: schema.version, form: form.map(Self.line))
                .problem(raise: "the version of the schema \(schema.name)")
            #expect(problem == nil)
        }
    }

    /// Without comments, which say the same tables in other words.
    private static func statements(of schema: Schema, _ dialect: some SQLDialect) -> [String] {
        (dialect.statementsBeforeLoad(schema) + dialect.statementsAfterLoad(schema)).filter { !$0.hasPrefix("COMMENT") }
    }

    /// How a statement begins, and a hash of all of it.
    private static func line(_ statement: String) -> String {
        let hash = SHA256.hash(data: Array(statement.utf8)).prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return "\(hash.joined()) \(statement.prefix { $0 != "\n" }.prefix(90))"
    }
}
