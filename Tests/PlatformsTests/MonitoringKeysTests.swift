import AgentLedger
import LedgerEvents
import LedgerRelations
import Testing

@Suite("The keys of agent_monitoring")
struct MonitoringKeysTests {
    private let story: MonitoringStory
    private let agent = MonitoringStory.id("d1")
    private let organization = MonitoringStory.id("a1")

    init() async throws {
        self.story = try MonitoringStory()
        try await self.story.begin(self.organization, self.agent)
        try await self.story.at("08:00:00", "agent.activate", "{'agent_id':'\(self.agent)'}")
    }

    private func beat(_ clock: String, _ metrics: String = "{}") async throws {
        try await self.story.at(
            clock, "agent.receive_heartbeat", "{'agent_id':'\(self.agent)','metrics':\(metrics)}")
    }

    /// What a store that was written at a time of day has to change at a later one, with no event between them.
    private func changed(_ prefix: String, _ clock: String, since earlier: String) throws -> [KeyChange] {
        let then = try #require(Instant("2025-08-20T\(earlier)Z"))
        let moment = KeyMoment(position: try self.story.position, microseconds: then.microseconds)
        return try self.story.changes(prefix, after: moment, byClock: clock)
    }

    /// Lets time pass.
    private func wait(until clock: String) async throws {
        try await self.story.at(
            clock, "organization.rename", "{'organization_id':'\(self.organization)','name':'Acme at \(clock)'}")
    }

    @Test("an agent is online for so long after a heartbeat, and its going offline is a change that no event tells")
    func status() async throws {
        let key = "agent:\(self.agent):status"
        #expect(try self.story.changes(key) == [.text(key: key, "offline")])
        try await self.beat("09:00:00")
        #expect(try self.story.changes(key) == [.text(key: key, "online", expiresInMilliseconds: 90_001)])
        let heard = try self.story.position
        try await self.wait(until: "09:01:30")
        #expect(try self.story.changes(key, after: heard) == [])
        #expect(try self.story.changes(key) == [.text(key: key, "online", expiresInMilliseconds: 1)])
        try await self.wait(until: "09:01:31")
        #expect(try self.story.changes(key, after: heard) == [.text(key: key, "offline")])
        #expect(
            try self.story.changes(key, onlineWithinSeconds: 91)
                == [.text(key: key, "online", expiresInMilliseconds: 1)])
        try await self.beat("09:02:00")
        try await self.story.at("09:02:00", "agent.fail", "{'agent_id':'\(self.agent)','error_message':'no disk'}")
        #expect(try self.story.changes(key) == [.text(key: key, "error")])
        let failed = try self.story.position
        try await self.story.at("09:03:00", "agent.delete", "{'agent_id':'\(self.agent)'}")
        #expect(try self.story.changes("agent:") == [])
        #expect(
            try self.story.changes("agent:", after: failed)
                == [.removedKey(key), .removedKey("agent:\(self.agent):metrics")])
    }

    @Test("by the clock an agent goes offline and counts fall on a quiet ledger, and a job waits until it is taken")
    func quiet() async throws {
        let (status, use) = ("agent:\(self.agent):status", "ratelimit:api:\(MonitoringStory.id("11"))")
        let hash = String(repeating: "ab", count: 32)
        try await self.story.at(
            "08:00:00", "organization.issue_api_key",
            "{'organization_id':'\(self.organization)','key_id':'\(MonitoringStory.id("11"))','name':'ci','key_hash':'\(hash)','key_prefix':'al_1'}"
        )
        try await self.story.at(
            "08:59:00", "agent.schedule", "{'agent_id':'\(self.agent)','schedule':'1 9 * * *'}")
        for second in [10, 20] {
            try await self.story.at(
                "09:00:\(second)", "workflow.create",
                "{'organization_id':'\(self.organization)','name':'Flow \(second)'}",
                actor: "api_key:\(MonitoringStory.id("11"))")
        }
        try await self.beat("09:00:20")
        #expect(try self.changed("", "09:00:30", since: "09:00:20") == [])
        #expect(
            try self.changed("ratelimit:", "09:01:15", since: "09:00:30")
                == [.text(key: use, "1", expiresInMilliseconds: 5_001)])
        #expect(
            try self.changed("", "09:01:51", since: "09:01:15")
                == [.text(key: status, "offline"), .text(key: use, "0")])
    }

    @Test("an agent's metrics are what it said last, and how what it did last ended")
    func metrics() async throws {
        let key = "agent:\(self.agent):metrics"
        #expect(try self.story.changes(key) == [])
        try await self.beat("09:00:00", "{'memory':2048,'cpu':0.5,'note':'a b','gone':null,'disks':[1,2]}")
        let heartbeat = [
            KeyField("cpu", "0.5"), KeyField("disks", "[1,2]"),
            KeyField("last_heartbeat", "2025-08-20T09:00:00.000000Z"),
            KeyField("memory", "2048"), KeyField("note", "a b"),
        ]
        #expect(try self.story.changes(key) == [.hash(key: key, heartbeat)])
        let heard = try self.story.position
        let (flow, run, part) = (MonitoringStory.id("b1"), MonitoringStory.id("c1"), MonitoringStory.id("e1"))
        for (clock, command, data) in [
            (
                "09:01:00", "workflow.create",
                "{'workflow_id':'\(flow)','organization_id':'\(self.organization)','name':'Flow'}"
            ),
            ("09:01:00", "workflow.activate", "{'workflow_id':'\(flow)'}"),
            ("09:01:00", "workflow_execution.queue", "{'execution_id':'\(run)','workflow_id':'\(flow)'}"),
            ("09:01:00", "workflow_execution.dispatch", "{'execution_id':'\(run)'}"),
            ("09:01:00", "workflow_execution.start", "{'execution_id':'\(run)'}"),
            (
                "09:01:00", "agent_execution.queue",
                "{'agent_execution_id':'\(part)','workflow_execution_id':'\(run)','agent_id':'\(self.agent)'}"
            ), ("09:01:01", "agent_execution.start", "{'agent_execution_id':'\(part)'}"),
            ("09:01:02", "metric.record", "{'agent_execution_id':'\(part)','metric_type':'quality','value':0.9}"),
            ("09:01:03", "agent_execution.fail", "{'agent_execution_id':'\(part)','status_reason':'no answer'}"),
            ("09:01:04", "metric.record", "{'agent_execution_id':'\(part)','metric_type':'quality','value':0.1}"),
            ("09:01:04", "agent_execution.retry", "{'agent_execution_id':'\(part)'}"),
            ("09:01:05", "agent_execution.start", "{'agent_execution_id':'\(part)'}"),
            ("09:01:09", "agent_execution.complete", "{'agent_execution_id':'\(part)'}"),
        ] {
            try await self.story.at(clock, command, data)
        }
        let all = [
            heartbeat[0], heartbeat[1], KeyField("last_execution_duration_ms", "4000"),
            KeyField("last_execution_status", "completed"),
            KeyField("last_execution_time", "2025-08-20T09:01:09.000000Z"),
        ]
        #expect(try self.story.changes(key, after: heard) == [.hash(key: key, all + heartbeat[2...])])

        // Each point says what stood when its event happened, whatever happened since.
        let points = try self.story.points()
        let told = points.map { point in
            "\(point.measurement) \(point.labels.first { $0.name == "status" }?.value ?? "-") \(point.fields[0].value)"
        }
        #expect(
            told == [
                "memory - number(2048.0)", "cpu - number(0.5)", "quality running number(0.9)",
                "agent_execution_duration failed number(2000.0)", "quality failed number(0.1)",
                "agent_execution_duration completed number(4000.0)",
            ])
        let last = try #require(points.last)
        #expect(last.time / 1000 == (try #require(Instant("2025-08-20T09:01:09Z"))).microseconds)
        #expect(
            last.labels.map { "\($0.name)=\($0.value)" } == [
                "agent_id=\(self.agent)", "organization_id=\(self.organization)", "status=completed",
            ])
    }

    @Test("scheduled jobs are triggers and agents that are due, by when they are due next")
    func scheduledJobs() async throws {
        let (flow, trigger) = (MonitoringStory.id("b1"), MonitoringStory.id("f1"))
        for (command, data) in [
            ("workflow.create", "{'workflow_id':'\(flow)','organization_id':'\(self.organization)','name':'Flow'}"),
            ("workflow.activate", "{'workflow_id':'\(flow)'}"),
            (
                "workflow_trigger.add",
                "{'workflow_trigger_id':'\(trigger)','workflow_id':'\(flow)','trigger_type':'schedule',"
                    + "'schedule_cron':'*/30 * * * *'}"
            ), ("agent.schedule", "{'agent_id':'\(self.agent)','schedule':'0 12 * * *'}"),
        ] {
            try await self.story.at("09:00:00", command, data)
        }
        func due(_ member: String, _ clock: String) throws -> KeyChange {
            let moment = try #require(Instant("2025-08-20T\(clock)Z"))
            return .member(key: "queue:scheduled_jobs", member, score: Double(moment.microseconds / 1_000_000))
        }
        let (job, own) = ("workflow_trigger:\(trigger)", "agent:\(self.agent)")
        #expect(try self.story.changes("queue:") == [due(job, "09:30:00"), due(own, "12:00:00")])
        let start = try self.story.position
        try await self.wait(until: "09:29:59")
        #expect(try self.story.changes("queue:", after: start) == [])
        try await self.wait(until: "09:30:00")
        #expect(try self.story.changes("queue:", after: start) == [due(job, "10:00:00")])
        let passed = try self.story.position
        try await self.story.at("09:31:00", "workflow.pause", "{'workflow_id':'\(flow)'}")
        try await self.story.at("09:31:00", "agent.schedule", "{'agent_id':'\(self.agent)'}")
        #expect(
            try self.story.changes("queue:", after: passed) == [
                .removedMember(key: "queue:scheduled_jobs", job), .removedMember(key: "queue:scheduled_jobs", own),
            ])
        #expect(try self.story.changes("queue:") == [])
    }

    @Test("a key's use is counted by the minute, under the key's id and never the key")
    func rateLimits() async throws {
        let id = MonitoringStory.id("11")
        let key = "ratelimit:api:\(id)"
        let hash = String(repeating: "ab", count: 32)
        try await self.story.at(
            "09:00:00", "organization.issue_api_key",
            "{'organization_id':'\(self.organization)','key_id':'\(id)','name':'ci','key_hash':'\(hash)','key_prefix':'al_1'}"
        )
        #expect(try self.story.changes("ratelimit:") == [.text(key: key, "0")])
        for second in [10, 20] {
            try await self.story.at(
                "09:00:\(second)", "workflow.create",
                "{'organization_id':'\(self.organization)','name':'Flow \(second)'}",
                actor: "api_key:\(id)")
        }
        #expect(try self.story.changes("ratelimit:") == [.text(key: key, "2", expiresInMilliseconds: 60_001)])
        let used = try self.story.position
        try await self.beat("09:00:50")
        #expect(try self.story.changes("ratelimit:", after: used) == [])
        try await self.beat("09:01:15")
        #expect(
            try self.story.changes("ratelimit:", after: used) == [.text(key: key, "1", expiresInMilliseconds: 5_001)])
        try await self.story.at(
            "09:01:20", "organization.revoke_api_key", "{'organization_id':'\(self.organization)','key_id':'\(id)'}")
        #expect(try self.story.changes("ratelimit:", after: used) == [.removedKey(key)])
        #expect(try self.story.changes("ratelimit:") == [])
    }

    @Test("a session is there from a login to its logout, or until its user is deactivated")
    func sessions() async throws {
        let user = MonitoringStory.id("21")
        let (first, second) = (MonitoringStory.id("31"), MonitoringStory.id("32"))
        try await self.story.at(
            "09:00:00", "user.register", "{'user_id':'\(user)','email':'ada@example.org','display_name':'Ada L.'}")
        func session(_ id: String, role: String = "user") -> KeyChange {
            .hash(
                key: "session:\(id)",
                [
                    KeyField("email", "ada@example.org"), KeyField("name", "Ada L."), KeyField("role", role),
                    KeyField("user_id", user),
                ])
        }
        for id in [first, second] {
            try await self.story.at("09:00:01", "user.log_in", "{'user_id':'\(user)','session_id':'\(id)'}")
        }
        #expect(try self.story.changes("session:") == [session(first), session(second)])
        let signedIn = try self.story.position
        try await self.story.at(
            "09:00:02", "user.change_platform_roles", "{'user_id':'\(user)','roles':['support','admin']}")
        try await self.story.at("09:00:03", "user.log_out", "{'user_id':'\(user)','session_id':'\(first)'}")
        #expect(
            try self.story.changes("session:", after: signedIn)
                == [.removedKey("session:\(first)"), session(second, role: "admin")])
        try await self.story.at("09:00:04", "user.deactivate", "{'user_id':'\(user)'}")
        #expect(
            try self.story.changes("session:", after: signedIn)
                == [.removedKey("session:\(first)"), .removedKey("session:\(second)")])
    }
}
