import Servers
import Testing

@Suite("agentledger export --follow")
struct FollowTests {
    private static let agent = "0198c000-0000-7000-8000-00000000000a"

    /// A ledger with an agent that has not been heard of yet.
    private static func withAgent() throws -> Tool {
        let tool = try Tool.withLedger()
        let agent = #""agent_id":"\#(self.agent)","organization_id":"\#(Tool.organization)""#
        try self.execute("agent.create", #"\#(agent),"name":"Ada","llm_config":{}"#, with: tool)
        try self.execute("agent.activate", #""agent_id":"\#(self.agent)""#, with: tool)
        return tool
    }

    private static func execute(_ command: String, _ data: String, with tool: Tool) throws {
        let answer = try tool("execute", #"{"command":"\#(command)","data":{\#(data)}}"#)
        #expect(answer.status == 0, "\(answer.error)")
    }

    /// Follows while the agent's heart beats twice, and says how far it came: each line on standard error is one export.
    private static func follow(_ target: String, schema: String, with tool: Tool) throws -> String {
        let beat =
            #"$agentledger execute '{"command":"agent.receive_heartbeat","data":{"agent_id":"\#(self.agent)","metrics":{"cpu":0.5}}}'"#
        let answer = try tool.shell(
            """
            mkfifo lines; $agentledger export --to '\(target)' --schema \(schema) --follow 2> lines & exec 3< lines
            read -r first <&3
            \(beat) >/dev/null; read -r second <&3
            \(beat) >/dev/null; read -r third <&3
            kill $!; echo "$first"; echo "$second"; echo "$third"
            """)
        #expect(answer.status == 0, "\(answer)")
        return answer.out
    }

    private static func expectSteps(_ lines: String, _ schema: String) {
        let steps = lines.split(separator: "\n")
        #expect(steps.count == 3, "\(lines)")
        for (step, end) in zip(steps, ["position 5", "position 6 (it stood at 5)", "position 7 (it stood at 6)"]) {
            #expect(step.contains(" of \(schema) to ") && step.hasSuffix(", as of \(end)"), "\(lines)")
        }
    }

    @Test("brings PostgreSQL up to date whenever something happens")
    func postgres() throws {
        let database = try TemporaryPostgres.shared.get().newDatabase()
        Self.expectSteps(
            try Self.follow(database, schema: "agent_monitoring", with: Self.withAgent()), "agent_monitoring")
        let answer = try TemporaryPostgres.ask(
            database, "SELECT count(*), max(last_heartbeat) > now() - interval '1 h' FROM agent_monitoring.agents")
        #expect(answer == "1|t")
    }

    @Test("brings Redis up to date whenever something happens")
    func redis() throws {
        let server = try TemporaryRedis.shared.get()
        let database = server.newDatabase()
        Self.expectSteps(
            try Self.follow(server.address(database), schema: "agent_monitoring", with: Self.withAgent()),
            "agent_monitoring")
        let key = "agent:\(Self.agent)"
        #expect(try server.ask(["GET", "\(key):status"], in: database) == "online")
        #expect(try server.ask(["HGET", "\(key):metrics", "cpu"], in: database) == "0.5")
        #expect(try server.ask(["HGET", "agentledger_export:agent_monitoring", "position"], in: database) == "7")
    }

    @Test("on a quiet ledger an agent goes offline in Redis, and an evicted key comes back")
    func quiet() throws {
        let server = try TemporaryRedis.shared.get()
        let database = server.newDatabase()
        let tool = try Self.withAgent()
        try Self.execute("agent.receive_heartbeat", #""agent_id":"\#(Self.agent)""#, with: tool)
        let client = "redis-cli -p \(server.port) -n \(database)"
        // The status is online, then gone, then offline: in well under half a minute.
        let answer = try tool.shell(
            """
            $agentledger export --to \(server.address(database)) --schema agent_monitoring --follow \
              --online-within 2 2>lines & follower=$!
            wait_for() { for i in $(seq 300); do [ "$(\(client) $1 $2)" = "$3" ] && return; sleep 0.1; done; }
            wait_for GET agent:\(Self.agent):status offline
            \(client) GET agent:\(Self.agent):status; \(client) DEL agent:\(Self.agent):status >/dev/null
            wait_for EXISTS agent:\(Self.agent):status 1
            \(client) GET agent:\(Self.agent):status; kill $follower
            """)
        #expect(answer.out == "offline\noffline\n", "\(answer)")
    }

    @Test("brings InfluxDB up to date whenever something happens")
    func influx() throws {
        let server = try TemporaryInflux.shared.get()
        let database = server.newDatabase()
        Self.expectSteps(
            try Self.follow(server.address(database), schema: "agent_monitoring", with: Self.withAgent()),
            "agent_monitoring")
        #expect(try server.rows("SELECT count(value) FROM cpu", in: database) == ["cpu|0|2"])
    }

    @Test("takes all schemas of a target along, those that have something for it")
    func allSchemas() throws {
        let server = try TemporaryRedis.shared.get()
        let database = server.newDatabase()
        Self.expectSteps(
            try Self.follow(server.address(database), schema: "all", with: Self.withAgent()), "agent_monitoring")
        #expect(try server.ask(["GET", "agent:\(Self.agent):status"], in: database) == "online")
    }

    @Test("of a file of points is refused, which is written anew each time")
    func lines() throws {
        let answer = try Tool.withLedger()("export", "--to", "line:x.line", "--schema", "agent_monitoring", "--follow")
        expectFailure(answer, status: 64, "--follow is for SQLite files, PostgreSQL, Redis and InfluxDB")
    }
}
