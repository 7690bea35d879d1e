import AgentDomain
import EventSourcing

/// `agents`, `container_resources` and `marketplace_integrations` of an orchestrator.
enum AdoptedHost {
    static let creation = Adoption.Stage(
        "agents",
        sql: { schema in
            """
            SELECT *, row_number() OVER (PARTITION BY owner_id, name ORDER BY status = 'inactive', created_at, id) AS namesake
            FROM \(schema.hosts) h WHERE NOT is_synthetic ORDER BY created_at, id
            """
        },
        { row, writer in
            let id: AgentID = try row.requiredID("id")
            let created = try row.requiredInstant("created_at")
            let updated = try row.instant("updated_at") ?? created
            let name = try row.required("name")
            try writer.record(
                .agent(
                    .create(
                        try .with {
                            $0.id = id
                            switch try row.required("owner_type") {
                            case "user": $0.ownerUser = try row.id("owner_id")
                            case "organization": $0.organization = try row.id("owner_id")
                            case let type:
                                throw CellError("owner_type is \"\(type)\", which is neither user nor organization")
                            }
                            $0.name = row.text("namesake") == "1" ? name : "\(name.prefix(200)) (\(id))"
                            $0.version = row.text("version")
                            $0.configuration.description = row.text("description") ?? ""
                            $0.configuration.framework = try row.word("framework")
                            $0.configuration.authoring = try row.word("agent_type")
                            $0.configuration.metadata = try row.object("metadata")
                            $0.configuration.llmConfig = .emptyObject
                        })), at: created)
            let known = try writer.states.find(id)
            try Self.deploy(id, row, known, at: updated, writer)
            let status: Agent.Status = try row.word("status") ?? .draft
            guard known?.status != status else { return }
            let activation = DomainCommand.agent(.activate(.with { $0.id = id }))
            switch status {
            case .draft: break
            case .active: try writer.then(activation, at: updated)
            case .inactive:
                try writer.then(activation, at: updated)
                try writer.then(.agent(.deactivate(.with { $0.id = id })), at: updated)
            case .error:
                try writer.then(activation, at: updated)
                try writer.then(.agent(.fail(.with { $0.id = id })), at: updated)
            }
        })

    private static func deploy(
        _ id: AgentID, _ row: AdoptedRow, _ known: Agent?, at updated: Instant, _ writer: AdoptionWriter
    ) throws {
        guard let deployed = try row.instant("deployed_at"), known?.deployedAt != deployed else { return }
        let container = row.text("container_id")
        try writer.then(
            .agent(
                .deploy(
                    .with {
                        $0.id = id
                        $0.container = container ?? "unknown"
                    })), at: deployed)
        if container == nil { try writer.then(.agent(.undeploy(.with { $0.id = id })), at: updated) }
    }

    static let containers = Adoption.Stage("container_resources", orderedBy: "created_at, id") { row, writer in
        try writer.record(
            .containerAllocation(
                .allocate(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.agent = try row.requiredID("agent_id")
                        $0.tier = try row.word("subscription_tier")
                        $0.cpuLimit = try row.integer("cpu_limit") ?? 0
                        $0.memoryLimitMebibytes = try row.integer("memory_limit_mb") ?? 0
                        $0.isolation = try row.word("network_isolation")
                    })), at: try row.requiredInstant("created_at"))
    }

    static let listings = Adoption.Stage("marketplace_integrations", orderedBy: "created_at, id") { row, writer in
        let id: MarketplaceListingID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let updated = try row.instant("updated_at") ?? created
        let request = DomainCommand.marketplaceListing(
            .request(
                try .with {
                    $0.id = id
                    $0.agent = try row.requiredID("agent_id")
                    $0.marketplace = row.text("marketplace_name")
                }))
        guard try writer.states.find(id) == nil else { return }
        try writer.record(request, at: created)
        let (published, unpublished) = (try row.instant("published_at"), try row.instant("unpublished_at"))
        if let published {
            try writer.then(
                .marketplaceListing(
                    .publish(
                        .with {
                            $0.id = id
                            $0.marketplaceAgent = row.text("marketplace_agent_id")
                        })), at: published)
            let usage = try row.object("usage_metrics")
            try writer.then(
                .marketplaceListing(
                    .reportUsage(
                        .with {
                            $0.id = id
                            $0.usage = usage
                        })), at: published)
        }
        if let unpublished {
            try writer.then(.marketplaceListing(.unpublish(.with { $0.id = id })), at: unpublished)
        }
        switch try row.word("status") ?? MarketplaceListing.Status.pending {
        case .pending: if unpublished != nil { try writer.then(request, at: updated) }
        case .published, .unpublished: break
        case .error:
            if unpublished != nil { try writer.then(request, at: updated) }
            try writer.then(
                .marketplaceListing(
                    .fail(
                        .with {
                            $0.id = id
                            $0.error = "not told"
                        })), at: updated)
        }
    }

    static let losses = [
        Loss("agents", "updated_at", "the time of the last change that was taken over"),
        Loss("agents", "created_at", where: "metadata->>'synthetic' = 'true'", "the workflow's"),
        Loss("container_resources", "updated_at", "what changed then is not told"),
        Loss("marketplace_integrations", "updated_at", "it comes back of one that failed then"),
    ]
}
