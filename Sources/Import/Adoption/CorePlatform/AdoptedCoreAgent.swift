import LedgerDomain
import LedgerEvents

/// `agents`, where the platform has them.
enum AdoptedCoreAgent {
    static let creation = Adoption.Stage("agents", orderedBy: "created_at, id") { row, writer in
        let id: AgentID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let updated = try row.instant("updated_at") ?? created
        let known = try writer.states.find(id)
        let organization =
            try known?.organization ?? AdoptedCoreUser.organization(row.text("organization_slug"), writer.states)
        let name = try writer.free(row.name("name", else: "Agent \(id)"), of: id, in: row, "name") {
            Agent.alias(of: $0, ownedBy: organization.bits)
        }
        let description = try row.description("description") ?? ""
        let status = try Self.status(row)
        if let known {
            writer.recognize(id)
            if known.deletedAt != nil { return row.row["status"] == "deleted" ? () : try row.cannotReach("status") }
            try writer.rename(id, to: name, at: updated)
            if known.configuration.description != description {
                try writer.then(
                    .agent(
                        .configure(
                            .with {
                                $0.id = id
                                $0.configuration = known.configuration
                                $0.configuration.description = description
                            })), at: updated)
            }
        } else {
            try writer.record(
                .agent(
                    .create(
                        try .with {
                            $0.id = id
                            $0.organization = organization
                            $0.name = name
                            $0.slug = try writer.slug(of: id, in: row) { Agent.alias(ofSlug: $0) }
                            $0.configuration.description = description
                            $0.configuration.protocol = try row.word("agent_type") ?? .context
                            // The one or the other is asked for; what it holds is not told.
                            switch $0.configuration.protocol {
                            case .context: $0.configuration.llmConfig = .emptyObject
                            case .api, .external: $0.configuration.endpoint = .emptyObject
                            }
                        })), at: created)
        }
        if let known, row.row["status"] != "deleted",
            known.deletedAt != nil || status == .draft && known.status != .draft
        {
            return try row.cannotReach("status")
        }
        guard status != .draft, known?.status != status else { return }
        let activation = DomainCommand.agent(.activate(.with { $0.id = id }))
        switch status {
        case .draft: break
        case .active: try writer.then(activation, at: updated)
        case .inactive:
            try writer.then(activation, at: created)
            try writer.then(.agent(.deactivate(.with { $0.id = id })), at: updated)
        case .error:
            try writer.then(activation, at: created)
            try writer.then(.agent(.fail(.with { $0.id = id })), at: updated)
        }
    }

    /// A deleted one could be used until then.
    private static func status(_ row: SourceRow) throws -> Agent.Status {
        row.text("status") == "deleted" ? .draft : try row.word("status", else: Agent.Status.others) ?? .draft
    }

    static let end = Adoption.Stage("agents", orderedBy: "updated_at, id") { row, writer in
        guard row.text("status") == "deleted" else { return }
        try writer.then(
            .agent(.delete(try .with { $0.id = try row.requiredID("id") })),
            at: try row.creation("updated_at", else: "created_at"))
    }

    static let losses = [
        Loss("agents", "updated_at", "it comes back where the agent was activated, stopped or deleted then"),
        Loss("agents", "organization_slug", "an agent without an organization comes to belong to my-org"),
    ]
}
