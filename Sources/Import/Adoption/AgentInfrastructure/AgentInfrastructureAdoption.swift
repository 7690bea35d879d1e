import LedgerEvents

/// Agents of one organization or several, by slugs, with conversations, documents and tasks. The platform has no users:
/// one stands in for each whom its rows name. What ends a thing comes last, when all that happened in it stands.
enum AgentInfrastructureAdoption {
    static let adoption = Adoption(
        name: "agent_infrastructure",
        tables: ["organizations", "agents"],
        stages: [
            AdoptedSlugOrganization.creation, AdoptedSlugOrganization.missing, AdoptedColleague.users,
            AdoptedColleague.addition, AdoptedSlugAgent.creation, AdoptedSlugAgent.places, AdoptedTalk.start,
            AdoptedTalk.missing, AdoptedTalk.participants, AdoptedTalk.messages, AdoptedLibrary.collections,
            AdoptedLibrary.missingCollections, AdoptedLibrary.documents, AdoptedLibrary.missingDocuments,
            AdoptedLibrary.chunks, AdoptedErrand.creation, AdoptedErrand.missing, AdoptedAgreement.assignments,
            AdoptedAgreement.approvals, AdoptedErrand.course, AdoptedAgreement.comments, AdoptedMeasurement.metrics,
            AdoptedLibrary.documentEnd, AdoptedLibrary.collectionEnd, AdoptedTalk.departures, AdoptedTalk.end,
            AdoptedSlugAgent.end, AdoptedSlugOrganization.end, AdoptedColleague.end,
            AdoptedHistory.rows(of: "observability_events"), AdoptedHistory.rows(of: "performance_logs"),
        ],
        keys: [
            "organizations": ["slug"], "agents": ["slug"], "agent_organizations": ["agent_slug", "organization_slug"],
            "conversation_participants": ["conversation_id", "participant_id"],
            "approvals": ["task_id", "approval_number"],
        ],
        readElsewhere: [
            "organizations": ["is_active"], "organization_members": ["is_active"],
            "conversations": ["title", "status", "ended_at", "updated_at"], "conversation_participants": ["left_at"],
            "document_collections": ["removed_at", "updated_at"],
            "documents": ["chunk_count", "removed_at", "updated_at"],
            "tasks": [
                "status", "status_reason", "progress", "response", "error_code", "error_message", "evaluation",
                "started_at", "completed_at", "updated_at", "assigned_user_id", "assigned_agent_slug",
            ],
        ],
        losses: AdoptedSlugOrganization.losses + AdoptedSlugAgent.losses + AdoptedTalk.losses + AdoptedLibrary.losses
            + AdoptedErrand.losses + AdoptedAgreement.losses + [
                Loss(
                    "user_accounts", nil,
                    "users whom no other row names; of members, organization_members.is_active is read"),
                Loss("observability_events", nil, Self.history), Loss("performance_logs", nil, Self.history),
            ])

    private static let history = "kept in adopted_rows: the platform has no table of the runs that these rows are of"
}

extension AdoptedSchema {
    /// Agents with their lists as JSON. An organization that no row has to the letter is the one whose slug differs in
    /// case and white space alone, if there is one.
    var agentsBySlug: String {
        let columns = (self.columns["agents"] ?? []).map { column in
            switch column {
            case "organization_slug": "r.slugs AS organization_slug"
            case "tags", "capabilities": "to_jsonb(a.\(column)) AS \(column)"
            case _: "a.\(Self.quoted(column))"
            }
        }
        let organizations = self.table("organizations")
        return """
            (SELECT \(columns.joined(separator: ", ")),
              r.slugs IS NOT DISTINCT FROM to_jsonb(a.organization_slug) AS adopted_is_exact,
              a.metadata->>'deleted_at' IS NOT NULL AS adopted_is_deleted
            FROM \(self.table("agents")) a LEFT JOIN LATERAL (
              SELECT jsonb_agg(coalesce(
                (SELECT o.slug FROM \(organizations) o WHERE o.slug = e.slug),
                (SELECT min(o.slug) FROM \(organizations) o WHERE lower(btrim(o.slug)) = lower(btrim(e.slug))),
                e.slug) ORDER BY e.place) AS slugs
              FROM unnest(a.organization_slug) WITH ORDINALITY e(slug, place) WHERE e.slug IS NOT NULL) r ON true)
            """
    }

    /// Whether an agent may work in an organization, both by their slugs, in SQL.
    func isAgent(_ agent: String, of organization: String) -> String {
        """
        EXISTS (SELECT FROM \(self.table("agents")) b WHERE b.slug = \(agent)
          AND \(organization) = ANY(b.organization_slug))
        """
    }

    /// Whether a slug is one as the ledger has them, in SQL.
    static func isSlug(_ slug: String) -> String {
        "\(slug) ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(\(slug)) <= 100"
    }

    /// Parents that rows name and that are not there, each with the earliest time of those rows, as a query.
    func missing(
        _ parent: String, key: String = "id", namedIn children: [(table: String, column: String, time: String)]
    )
        -> String
    {
        let named = children.filter { self.has($0.table, $0.column) && self.has($0.table, $0.time) }.map {
            "SELECT \($0.column) AS \(key), \($0.time) AS created_at FROM \(self.table($0.table)) "
                + "WHERE \($0.column) IS NOT NULL"
        }
        let all = named.isEmpty ? ["SELECT NULL AS \(key), NULL::timestamptz AS created_at WHERE false"] : named
        let there =
            self.has(parent)
            ? "WHERE NOT EXISTS (SELECT FROM \(self.table(parent)) p WHERE p.\(key) = n.\(key))" : ""
        return """
            SELECT n.\(key), min(n.created_at) AS created_at FROM (\(all.joined(separator: " UNION ALL "))) n \(there)
            GROUP BY n.\(key) ORDER BY 2, 1
            """
    }
}
