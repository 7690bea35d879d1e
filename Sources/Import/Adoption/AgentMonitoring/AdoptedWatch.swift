import LedgerDomain
import LedgerEvents

/// `alert_configs` and `alerts` of a monitored platform.
enum AdoptedWatch {
    /// A rule for a user's own agent belongs to the organization that the user is in; one for all agents to that whose
    /// agents it told of, or to the only one there is. Others belong to an organization that stands in.
    private static func organization(_ schema: AdoptedSchema) -> String {
        """
        coalesce(
          (SELECT a.org_id FROM \(schema.table("agents")) a WHERE a.id = c.agent_id),
          (SELECT m.org_id FROM \(schema.table("agents")) a JOIN \(schema.table("org_memberships")) m
            ON m.user_id = a.created_by WHERE a.id = c.agent_id ORDER BY m.org_id LIMIT 1),
          (SELECT a.org_id FROM \(schema.table("alerts")) l JOIN \(schema.table("agents")) a ON a.id = l.agent_id
            WHERE l.config_id = c.id AND a.org_id IS NOT NULL AND c.agent_id IS NULL
            ORDER BY l.triggered_at, l.id LIMIT 1),
          (SELECT CASE WHEN count(*) = 1 AND c.agent_id IS NULL THEN min(id::text)::uuid END
            FROM \(schema.table("organizations"))))
        """
    }

    static let rules = Adoption.Stage(
        "alert_configs",
        sql: { schema in
            """
            SELECT c.*, \(Self.organization(schema)) AS organization_id,
              (SELECT a.org_id IS NULL AND a.created_by IS NOT NULL FROM \(schema.table("agents")) a WHERE a.id = c.agent_id)
                AS adopted_is_personal,
              (SELECT a.created_by FROM \(schema.table("agents")) a WHERE a.id = c.agent_id) AS adopted_maker
            FROM \(schema.table("alert_configs")) c ORDER BY c.created_at, c.id
            """
        },
        { row, writer in
            let id: AlertRuleID = try row.requiredID("id")
            let created = try row.creation(else: "updated_at")
            let known = try writer.states.find(id)
            let settings = try Self.settings(row, id)
            if let known {
                writer.recognize(id)
                let updated = try row.instant("updated_at") ?? created
                try writer.then(
                    .alertRule(
                        .change(
                            .with {
                                $0.id = id
                                $0.settings = settings
                                $0.settings.description = known.settings.description
                                $0.settings.severity = known.settings.severity
                            })), at: updated)
                guard row.row["enabled"] != "f", settings.conditions != AlertCondition.never else { return }
                return try writer.then(.alertRule(.enable(.with { $0.id = id })), at: updated)
            }
            if row.text("organization_id") == nil, row.text("adopted_maker") == nil {
                try row.makeUp("agent_id", "no organization's rule; an organization stands in")
            }
            let organization = try writer.organization(of: row, orOf: "adopted_maker", at: created)
            if try row.bool("adopted_is_personal") {
                try writer.share(try row.requiredID("agent_id"), with: organization, at: created)
            }
            try writer.record(
                .alertRule(
                    .define(
                        try .with {
                            $0.id = id
                            $0.organization = organization
                            $0.agent = try row.id("agent_id")
                            $0.settings = settings
                        })), at: created)
        })

    private static func settings(_ row: SourceRow, _ id: AlertRuleID) throws -> AlertRuleSettings {
        var settings = AlertRuleSettings()
        settings.name = try row.name("name", else: "Rule \(id)")
        settings.conditions = try row.object("conditions")
        if !Accepted.conditions(settings.conditions) {
            settings.conditions = AlertCondition.never
            try row.change("conditions", "conditions that the ledger does not have; the rule is disabled")
        }
        settings.channels = try row.configuration("channels")
        if !Accepted.channels(settings.channels) {
            settings.channels = .emptyObject
            try row.change("channels", "no addresses by kind of channel; left out")
        }
        return settings
    }

    private static let began = AdoptedSchema.time("l.triggered_at", "l.resolved_at")

    /// In the order of time: of one rule and agent, one alert is open at a time. A rule for all agents knows those of its
    /// organization.
    static let alerts = Adoption.Stage(
        "alerts",
        sql: { schema in
            """
            WITH told AS (
              SELECT l.*, c.agent_id AS adopted_rule_agent, c.id AS adopted_rule, coalesce(c.agent_id, (
                SELECT a.id FROM \(schema.table("agents")) a WHERE a.id = l.agent_id
                  AND a.org_id IS NOT DISTINCT FROM \(Self.organization(schema))
                  AND (a.org_id IS NOT NULL OR a.created_by IS NULL))) AS adopted_agent
              FROM \(schema.table("alerts")) l LEFT JOIN \(schema.table("alert_configs")) c ON c.id = l.config_id),
            spans AS (
              SELECT l.*, \(Self.began) AS adopted_began, lower(btrim(l.status)) IN ('resolved', 'closed')
                  AS adopted_is_closed, lead(\(Self.began)) OVER (PARTITION BY l.config_id,
                    CASE WHEN l.config_id IS NOT NULL THEN l.adopted_agent END ORDER BY \(Self.began), l.id) AS adopted_next
              FROM told l),
            ends AS (SELECT *, CASE WHEN coalesce(resolved_at, adopted_next) IS NOT NULL OR adopted_is_closed
                THEN greatest(least(resolved_at, adopted_next), adopted_began) END AS adopted_ended FROM spans)
            SELECT * FROM (SELECT *, adopted_began AS adopted_at, false AS adopted_is_end FROM ends
              UNION ALL SELECT *, adopted_ended, true FROM ends WHERE adopted_ended IS NOT NULL) parts
            ORDER BY adopted_at, adopted_is_end AND adopted_ended > adopted_began DESC, id, adopted_is_end
            """
        },
        { row, writer in
            let id: AlertID = try row.requiredID("id")
            let instant = try row.instant("adopted_at") ?? row.rules.earliest
            if try row.bool("adopted_is_end") {
                if row.text("adopted_ended") != row.text("resolved_at") {
                    try row.makeUp("resolved_at", "resolved when the next alert of the rule began, or at once")
                }
                return try writer.then(.alert(.resolve(.with { $0.id = id })), at: instant)
            }
            if row.row["triggered_at"] == nil { _ = try row.creation("triggered_at", else: "resolved_at") }
            let rule = try Self.rule(row, at: instant, writer)
            try writer.record(
                .alert(
                    .trigger(
                        try .with {
                            $0.id = id
                            $0.rule = rule
                            $0.agent = try Self.agent(row)
                            $0.details = try row.object("details")
                        })), at: instant)
            if try writer.states.find(id)?.status == .resolved, row.text("adopted_ended") == nil {
                try row.change("resolved_at", "an alert that was resolved does not open again")
            }
            let isKnown = ["open", "resolved", "closed"].contains(row.row["status"]?.trimmed.lowercased() ?? "open")
            if !isKnown { try row.change("status", "a state that the ledger does not have; open until resolved") }
        })

    /// Alerts without a rule have one in common.
    private static func rule(_ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter) throws -> AlertRuleID {
        if let rule: AlertRuleID = try row.id("adopted_rule") { return rule }
        try row.makeUp("config_id", "no rule; one that never triggers stands in")
        let organization = try writer.commonOrganization(at: instant)
        let id = AlertRuleID(bits: UUIDv5.named("alerts without a rule", in: organization.bits))
        try writer.then(
            .alertRule(
                .define(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.settings.name = "Alerts without a rule"
                        $0.settings.conditions = AlertCondition.never
                    })), at: instant)
        return id
    }

    private static func agent(_ row: SourceRow) throws -> AgentID? {
        guard row.text("adopted_rule") != nil else {
            if row.row["agent_id"] != nil { try row.change("agent_id", "an alert without a rule names no agent") }
            return nil
        }
        if let watched = row.text("adopted_rule_agent"), let agent = row.row["agent_id"], agent != watched {
            try row.change("agent_id", "the rule watches another agent; left out")
            return nil
        }
        if row.row["agent_id"] != nil, row.text("adopted_agent") == nil {
            try row.change("agent_id", "an agent of another organization than the rule's; left out")
            return nil
        }
        return try row.id("agent_id")
    }

    static let end = Adoption.Stage(
        "alert_configs", orderedBy: "updated_at, id"
    ) { row, writer in
        let id: AlertRuleID = try row.requiredID("id")
        let isDisabled = try row.text("enabled") == "f" || !Accepted.conditions(row.object("conditions"))
        guard isDisabled else { return }
        try writer.then(
            .alertRule(.disable(.with { $0.id = id })), at: try row.creation("updated_at", else: "created_at"))
    }

    static let losses = [
        Loss("alert_configs", "updated_at", "it comes back where the rule was disabled then")
    ]
}
