import Servers
import Testing

@Suite("Rows of agent_infrastructure")
struct InfrastructureRowTests {
    private static let schema = "agent_infrastructure"
    private static let (acme, globex, ada, scout, scribe) = (
        SmallPlatform.id(10), SmallPlatform.id(11), SmallPlatform.id(12), SmallPlatform.id(13), SmallPlatform.id(14)
    )

    /// Acme's agents Scout, which Globex may use, and Scribe, which has no slug; Ada is Acme's.
    private static func platform() async throws -> SmallPlatform {
        let platform = try SmallPlatform()
        try await platform.perform([
            "organization.create": #""organization_id":"\#(Self.acme)","name":"Acme","slug":"acme""#,
            "organization.create": #""organization_id":"\#(Self.globex)","name":"Globex","slug":"globex""#,
            "user.register": #""user_id":"\#(Self.ada)","email":"ada@example.org""#,
            "membership.add":
                #""membership_id":"\#(SmallPlatform.id(20))","organization_id":"\#(Self.acme)","user_id":"\#(Self.ada)","role":"owner""#,
            "agent.create":
                #""agent_id":"\#(Self.scout)","organization_id":"\#(Self.acme)","name":"Scout","slug":"scout","llm_config":{"model":"m"},"tags":["a","b"]"#,
            "agent.share_with_organization":
                #""agent_id":"\#(Self.scout)","shared_with_organization_id":"\#(Self.globex)""#,
            "agent.create":
                #""agent_id":"\#(Self.scribe)","organization_id":"\#(Self.acme)","name":"Scribe","protocol":"api","endpoint":{"url":"http://localhost"},"metadata":{"author":"Ada"}"#,
            "conversation.start":
                #""conversation_id":"\#(SmallPlatform.id(21))","organization_id":"\#(Self.acme)","user_id":"\#(Self.ada)","agent_id":"\#(Self.scout)","agent_name":"Scout","agent_type":"context""#,
            "metric.record": #""agent_id":"\#(Self.scout)","metric_type":"latency","value":12.5,"unit":"ms""#,
        ])
        return platform
    }

    private static func agents(_ conninfo: String) throws -> String {
        try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT slug, organization_slug, agent_type, metadata, (SELECT string_agg(o.organization_slug, ' ' ORDER BY place)
                FROM agent_infrastructure.agent_organizations o WHERE o.agent_slug = a.slug)
            FROM agent_infrastructure.agents a ORDER BY name
            """)
    }

    @Test("an agent goes by its slug or else its id, and names its organizations, the owner first")
    func agents() async throws {
        let platform = try await Self.platform()
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        #expect(
            try Self.agents(conninfo) == """
                scout|{acme,globex}|context|{}|acme globex
                \(Self.scribe)|{acme}|api|{"author": "Ada"}|acme
                """)
        try await platform.perform([
            "agent.unshare": #""agent_id":"\#(Self.scout)","shared_with_organization_id":"\#(Self.globex)""#,
            "agent.delete": #""agent_id":"\#(Self.scribe)""#,
        ])
        try platform.exportAgain(Self.schema, to: conninfo)
        let lines = try Self.agents(conninfo).split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == "scout|{acme}|context|{}|acme")
        #expect(lines[1].contains(#"{"author": "Ada", "deleted_at": "2"#))
    }

    @Test("an organization that takes another slug is followed by all that names it")
    func slugs() async throws {
        let platform = try await Self.platform()
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        try await platform.perform([
            "organization.change_slug": #""organization_id":"\#(Self.acme)","slug":"acme-next""#
        ])
        try platform.exportAgain(Self.schema, to: conninfo)
        #expect(
            try TemporaryPostgres.ask(conninfo, "SELECT slug FROM agent_infrastructure.organizations ORDER BY slug")
                == "acme-next\nglobex")
        for table in ["organization_members", "conversations", "agent_metrics"] {
            #expect(
                try TemporaryPostgres.ask(
                    conninfo, "SELECT DISTINCT organization_slug FROM agent_infrastructure.\(table)") == "acme-next")
        }
    }

    @Test("updated_at follows whoever writes, and not the exporter")
    func updatedAt() async throws {
        let platform = try await Self.platform()
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        let question = "SELECT updated_at = now() FROM agent_infrastructure.organizations WHERE slug = 'acme'"
        let change = "UPDATE agent_infrastructure.organizations SET name = 'A' WHERE slug = 'acme'"
        #expect(try TemporaryPostgres.ask(conninfo, "\(change); \(question)") == "t")
        #expect(
            try TemporaryPostgres.ask(
                conninfo, "\(change.replacing("'A'", with: "'B', updated_at = '2001-01-01'")); \(question)") == "t")
        // An update comes with the time that the ledger tells.
        try await platform.perform([
            "organization.rename": #""organization_id":"\#(Self.acme)","name":"Acme Ltd""#
        ])
        try platform.exportAgain(Self.schema, to: conninfo)
    }

    @Test("an agent has either a model or an endpoint, as its type asks")
    func types() async throws {
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try await Self.platform().export(Self.schema, to: conninfo)
        for change in [
            "endpoint = '{}'", "llm_config = NULL", "agent_type = 'api'", "agent_type = 'other'",
            "slug = '\(Self.scribe)'",
        ] {
            #expect(throws: Shell.Failure.self, "\(change)") {
                try TemporaryPostgres.ask(
                    conninfo, "UPDATE agent_infrastructure.agents SET \(change) WHERE slug = 'scout'")
            }
        }
    }
}
