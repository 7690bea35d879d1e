import AgentDomain
import EventSourcing

/// `alert_configs` and `alerts` of a monitored platform.
enum AdoptedWatch {
    /// A rule for a user's own agent belongs to the organization that the user is in; one for all agents to that whose
    /// agents it told of, or to the only one there is.
    static let rules = Adoption.Stage(
        "alert_configs",
        sql: { schema in
            """
            SELECT c.*, coalesce(
              (SELECT a.org_id FROM \(schema.table("agents")) a WHERE a.id = c.agent_id),
              (SELECT m.org_id FROM \(schema.table("agents")) a JOIN \(schema.table("org_memberships")) m
                ON m.user_id = a.created_by WHERE a.id = c.agent_id ORDER BY m.org_id LIMIT 1),
              (SELECT a.org_id FROM \(schema.table("alerts")) l JOIN \(schema.table("agents")) a ON a.id = l.agent_id
                WHERE l.config_id = c.id AND a.org_id IS NOT NULL ORDER BY l.triggered_at LIMIT 1),
              (SELECT CASE WHEN count(*) = 1 THEN min(id::text)::uuid END FROM \(schema.table("organizations")))
              ) AS organization_id,
              (SELECT a.org_id IS NULL FROM \(schema.table("agents")) a WHERE a.id = c.agent_id) AS is_personal
            FROM \(schema.table("alert_configs")) c ORDER BY c.created_at, c.id
            """
        },
        { row, writer in
            guard row.text("organization_id") != nil else {
                throw CellError("agent_id names no organization's agent, and no alert tells whose rule it is")
            }
            if try row.bool("is_personal") {
                try writer.then(
                    .agent(
                        .shareWithOrganization(
                            try .with {
                                $0.id = try row.requiredID("agent_id")
                                $0.organization = try row.requiredID("organization_id")
                            })), at: try row.requiredInstant("created_at"))
            }
            try writer.record(
                .alertRule(
                    .define(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.organization = try row.requiredID("organization_id")
                            $0.agent = try row.id("agent_id")
                            $0.settings.name = try row.required("name")
                            $0.settings.conditions = try row.object("conditions")
                            $0.settings.channels = try row.object("channels")
                        })), at: try row.requiredInstant("created_at"))
        })

    /// In the order of time: of one rule and agent, one alert is open at a time.
    static let alerts = Adoption.Stage(
        "alerts",
        sql: { schema in
            """
            SELECT * FROM (
              SELECT *, triggered_at AS "at", false AS is_end FROM \(schema.table("alerts"))
              UNION ALL SELECT *, resolved_at, true FROM \(schema.table("alerts")) WHERE resolved_at IS NOT NULL) a
            ORDER BY "at", NOT is_end, id
            """
        },
        { row, writer in
            let id: AlertID = try row.requiredID("id")
            let instant = try row.requiredInstant("at")
            if try row.bool("is_end") { return try writer.then(.alert(.resolve(.with { $0.id = id })), at: instant) }
            try writer.record(
                .alert(
                    .trigger(
                        try .with {
                            $0.id = id
                            $0.rule = try row.requiredID("config_id")
                            $0.agent = try row.id("agent_id")
                            $0.details = try row.object("details")
                        })), at: instant)
        })

    static let end = Adoption.Stage(
        "alert_configs",
        sql: { "SELECT * FROM \($0.table("alert_configs")) WHERE NOT enabled ORDER BY updated_at, id" },
        { row, writer in
            try writer.then(
                .alertRule(.disable(try .with { $0.id = try row.requiredID("id") })),
                at: try row.instant("updated_at") ?? row.requiredInstant("created_at"))
        })

    static let losses = [
        Loss("alert_configs", "updated_at", "it comes back where the rule was disabled then")
    ]
}
