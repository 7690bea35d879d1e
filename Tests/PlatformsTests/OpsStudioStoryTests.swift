import Testing

@Suite("ops_studio, told of what companies seldom do")
struct OpsStudioStoryTests {
    private static let story = Task { try await OpsStudioStory() }

    @Test("somebody who leaves and comes back is one user, and an address that is taken again is its new holder's")
    func users() async throws {
        let story = try await Self.story.value
        #expect(
            try story.ask("SELECT full_name, role, deleted_at IS NULL, email FROM ops_studio.users ORDER BY full_name")
                == """
                Ada|viewer|t|ada@example.org
                Carl|owner|t|bob@example.org
                |member|f|\(OpsStudioStory.bob)@deleted.invalid
                """)
        #expect(
            try story.ask(
                "SELECT full_name FROM ops_studio.users u JOIN ops_studio.workflows w ON w.created_by = u.id "
                    + "JOIN ops_studio.workflow_executions r ON r.triggered_by_user_id = u.id") == "Ada")
    }

    @Test("a part of a run stays with the node that was there when it was queued, also when another takes its name")
    func nodes() async throws {
        let story = try await Self.story.value
        let nodes = try story.ask(
            "SELECT e.id, n.name, n.enabled, n.configuration->>'agent_id' FROM ops_studio.agent_executions e "
                + "JOIN ops_studio.agents n ON n.id = e.agent_id ORDER BY e.id")
        let parts = OpsStudioStory.parts
        let agent = OpsStudioStory.agent
        let lines = nodes.split(separator: "\n")
        #expect(lines[0] == "\(parts[0])|step (removed \(OpsStudioStory.firstNode))|f|\(agent)")
        #expect(lines[1] == "\(parts[1])|step|t|\(agent)")
        #expect(lines[2].hasPrefix("\(parts[2])|unknown (") && lines[2].hasSuffix("|t|"), "\(lines[2])")
        #expect(
            try story.ask(
                "SELECT agent_id, dimensions->>'agent_id', char_length(unit) FROM ops_studio.agent_metrics")
                == "\(OpsStudioStory.firstNode)|\(agent)|50")
    }

    @Test("of two evaluations by one evaluator both stay, and the first names the second")
    func evaluations() async throws {
        let story = try await Self.story.value
        #expect(
            try story.ask("SELECT score, superseded_by FROM ops_studio.evaluation_results ORDER BY score")
                == "40.000000000000|\(OpsStudioStory.id(4))\n80.000000000000|")
    }

    @Test("what was removed or voided goes, with an update as with a whole export")
    func removals() async throws {
        let story = try await Self.story.value
        #expect(try story.ask("SELECT count(*) FROM ops_studio.workflow_triggers") == "0")
        #expect(
            try story.ask("SELECT integration_type, credentials FROM ops_studio.integrations")
                == #"slack|{"reference": "vault:acme/slack"}"#)
        #expect(
            try story.ask(
                "SELECT integrations->'slack'->>'status', integrations ? 'hubspot' FROM ops_studio.organizations")
                == "connected|f")
        #expect(
            try story.ask("SELECT id, trim_scale(quantity) FROM ops_studio.usage_records")
                == "\(OpsStudioStory.usage[0])|3000000000")
    }

    @Test("a paused run is running and says since when; names are free again; long texts are cut")
    func rest() async throws {
        let story = try await Self.story.value
        #expect(
            try story.ask("SELECT status, status_reason, metadata ? 'paused_at' FROM ops_studio.workflow_executions")
                == "running|lunch|t")
        #expect(
            try story.ask(
                "SELECT count(*), count(DISTINCT deleted_at), max(deleted_at) FROM ops_studio.workflows "
                    + "WHERE name = 'report'") == "3|2|2025-08-31 12:00:00.000001+00")
        #expect(
            try story.ask(
                "SELECT char_length(name) FROM ops_studio.workflows WHERE id = '\(OpsStudioStory.id(13))'")
                == "255")
        #expect(
            try story.ask("SELECT char_length(trace_id), agent_execution_id IS NULL FROM ops_studio.execution_logs")
                == "255|t")
    }

    @Test("the audit log tells a removal by what was and what is, and masks whom it is about")
    func audit() async throws {
        let story = try await Self.story.value
        #expect(
            try story.ask(
                "SELECT DISTINCT before->'removed_at', after ? 'removed_at', outcome FROM ops_studio.audit_logs "
                    + "WHERE action = 'membership.removed'") == "null|t|recorded")
        #expect(
            try story.ask(
                "SELECT before IS NULL, after->>'email', details->>'email' FROM ops_studio.audit_logs "
                    + "WHERE entity_id = '\(OpsStudioStory.ada)'"
            )
                == "t|[masked]|[masked]")
    }
}
