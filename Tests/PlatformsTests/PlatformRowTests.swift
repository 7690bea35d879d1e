import Servers
import Testing

@Suite("Rows of orchestrator_platform")
struct PlatformRowTests {
    private static let schema = "orchestrator_platform"
    private static let (acme, ada, scout, other, flow) = (
        SmallPlatform.id(10), SmallPlatform.id(11), SmallPlatform.id(12), SmallPlatform.id(13), SmallPlatform.id(14)
    )

    /// Acme with the agent Scout, and Ada with an agent of her own.
    private static func platform() async throws -> SmallPlatform {
        let platform = try SmallPlatform()
        try await platform.perform([
            "organization.create": #""organization_id":"\#(Self.acme)","name":"Acme","slug":"acme""#,
            "organization.change_tier": #""organization_id":"\#(Self.acme)","subscription_tier":"business""#,
            "user.register": #""user_id":"\#(Self.ada)","email":"ada@example.org","display_name":"Ada King Lovelace""#,
            "agent.create":
                #""agent_id":"\#(Self.scout)","organization_id":"\#(Self.acme)","name":"Scout","llm_config":{}"#,
            "agent.create":
                #""agent_id":"\#(Self.other)","owner_user_id":"\#(Self.ada)","name":"Own","llm_config":{}"#,
        ])
        return platform
    }

    @Test("a workflow that runs on no agent has a synthetic one, and so do its runs")
    func hosts() async throws {
        let platform = try await Self.platform()
        let run = SmallPlatform.id(15)
        try await platform.perform([
            "workflow.create": #""workflow_id":"\#(Self.flow)","organization_id":"\#(Self.acme)","name":"Flow""#,
            "workflow.activate": #""workflow_id":"\#(Self.flow)""#,
            "workflow_execution.queue": #""execution_id":"\#(run)","workflow_id":"\#(Self.flow)""#,
        ])
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        #expect(
            try TemporaryPostgres.ask(
                conninfo,
                """
                SELECT a.name, a.owner_organization_id, a.status, a.framework, a.metadata, e.agent_id = a.id, e.started_at
                FROM orchestrator_platform.workflows w JOIN orchestrator_platform.agents a ON a.id = w.agent_id
                JOIN orchestrator_platform.workflow_executions e ON e.workflow_id = w.id
                """)
                == "Flow|\(Self.acme)|active|langgraph|{\"synthetic\": true, \"workflow_id\": \"\(Self.flow)\"}|t|")
        try await platform.perform(["workflow.pause": #""workflow_id":"\#(Self.flow)""#])
        try platform.exportAgain(Self.schema, to: conninfo)
        #expect(
            try TemporaryPostgres.ask(
                conninfo, "SELECT status FROM orchestrator_platform.agents WHERE metadata ->> 'synthetic' = 'true'")
                == "inactive")
    }

    @Test("an owner is a user or an organization, and exists")
    func owners() async throws {
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try await Self.platform().export(Self.schema, to: conninfo)
        let owners = try TemporaryPostgres.ask(
            conninfo,
            "SELECT owner_type, owner_user_id, owner_organization_id FROM orchestrator_platform.agents ORDER BY name")
        #expect(owners == "user|\(Self.ada)|\norganization||\(Self.acme)")
        for change in ["owner_type = 'user'", "owner_id = '\(Self.flow)'", "owner_type = 'nobody'"] {
            #expect(throws: Shell.Failure.self) {
                try TemporaryPostgres.ask(
                    conninfo, "UPDATE orchestrator_platform.agents SET \(change) WHERE name = 'Scout'")
            }
        }
    }

    @Test("an agent's container comes and goes, and its limits with it")
    func containers() async throws {
        let platform = try await Self.platform()
        let (first, second) = (SmallPlatform.id(21), SmallPlatform.id(22))
        let question = """
            SELECT a.resource_limits ->> 'cpu_limit', c.id, c.subscription_tier, c.cpu_limit FROM orchestrator_platform.agents a
            LEFT JOIN orchestrator_platform.container_resources c ON c.agent_id = a.id WHERE a.name = 'Scout'
            """
        try await platform.perform([
            "container_allocation.allocate": #""container_allocation_id":"\#(first)","agent_id":"\#(Self.scout)""#
        ])
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        // Business gets what pro does.
        #expect(try TemporaryPostgres.ask(conninfo, question) == "4|\(first)|pro|4")
        try await platform.perform([
            "container_allocation.release": #""container_allocation_id":"\#(first)""#
        ])
        try platform.exportAgain(Self.schema, to: conninfo)
        #expect(try TemporaryPostgres.ask(conninfo, question) == "|||")
        try await platform.perform([
            "container_allocation.allocate":
                #""container_allocation_id":"\#(second)","agent_id":"\#(Self.scout)","tier":"basic""#
        ])
        try platform.exportAgain(Self.schema, to: conninfo)
        #expect(try TemporaryPostgres.ask(conninfo, question) == "1|\(second)|basic|1")
        for change in ["cpu_limit = 4", "network_isolation = 'isolated'", "subscription_tier = 'enterprise'"] {
            #expect(throws: Shell.Failure.self) {
                try TemporaryPostgres.ask(conninfo, "UPDATE orchestrator_platform.container_resources SET \(change)")
            }
        }
    }

    @Test("a deleted user's address goes to the next one, and the row stays")
    func addresses() async throws {
        let platform = try await Self.platform()
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        try await platform.perform([
            "user.delete": #""user_id":"\#(Self.ada)""#,
            "user.register": #""user_id":"\#(SmallPlatform.id(31))","email":"ada@example.org""#,
        ])
        try platform.exportAgain(Self.schema, to: conninfo)
        #expect(
            try TemporaryPostgres.ask(
                conninfo,
                "SELECT email, is_active, first_name, last_name, password_hash FROM orchestrator_platform.users ORDER BY id"
            )
                == """
                deleted:\(Self.ada):ada@example.org|f|Ada King|Lovelace|!
                ada@example.org|t|||!
                """)
    }

    @Test("a run's log is its last thousand lines, and new ones are brought over")
    func logs() async throws {
        let platform = try await Self.platform()
        let run = SmallPlatform.id(15)
        try await platform.perform([
            "workflow.create": #""workflow_id":"\#(Self.flow)","organization_id":"\#(Self.acme)","name":"Flow""#,
            "workflow.activate": #""workflow_id":"\#(Self.flow)""#,
            "workflow_execution.queue": #""execution_id":"\#(run)","workflow_id":"\#(Self.flow)""#,
            "log_line.record": #""workflow_execution_id":"\#(run)","level":"warning","message":"line 0""#,
        ])
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try platform.export(Self.schema, to: conninfo)
        try await platform.perform(
            (1...2005).map { number in
                ("log_line.record", #""workflow_execution_id":"\#(run)","message":"line \#(number)""#)
            })
        try platform.exportAgain(Self.schema, to: conninfo)
        #expect(
            try TemporaryPostgres.ask(
                conninfo,
                """
                SELECT jsonb_array_length(execution_logs), execution_logs -> 0 ->> 'message',
                    execution_logs -> -1 ->> 'message', execution_logs -> -1 ->> 'level'
                FROM orchestrator_platform.workflow_executions
                """) == "1000|line 1006|line 2005|info")
    }
}
