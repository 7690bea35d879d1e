import LedgerDomain
import LedgerEvents

/// `container_resources` and `marketplace_integrations` of an orchestrator: an agent has one of each. Of several containers
/// each is released when the next begins; of several listings one becomes the agent's, and the others are kept.
enum AdoptedHostResources {
    /// Rows with the time at which the next one of the same agent begins, and the tier of the agent's owner.
    private static func rows(_ table: String, _ schema: AdoptedSchema) -> String {
        // Of listings one that is published is the agent's, else the newest.
        let rank = "ORDER BY" + (schema.has(table, "published_at") ? " c.status = 'published' DESC," : "")
        let began = AdoptedSchema.time("c.created_at", "c.updated_at")
        let order = "ORDER BY \(began) NULLS FIRST, c.id"
        return """
            SELECT c.*, lead(\(began)) OVER (PARTITION BY c.agent_id \(order)) AS adopted_next,
              lead(c.id) OVER (PARTITION BY c.agent_id \(order)) IS NOT NULL AS adopted_has_next,
              row_number() OVER (PARTITION BY c.agent_id \(rank) \(began) DESC NULLS LAST, c.id) AS adopted_rank,
              coalesce(o.subscription_tier::text, u.subscription_tier::text) AS adopted_tier
            FROM \(schema.table(table)) c LEFT JOIN \(schema.table("agents")) a ON a.id = c.agent_id
            LEFT JOIN \(schema.table("organizations")) o ON a.owner_type = 'organization' AND o.id = a.owner_id
            LEFT JOIN \(schema.table("users")) u ON a.owner_type = 'user' AND u.id = a.owner_id \(order)
            """
    }

    static let containers = Adoption.Stage("container_resources", sql: { Self.rows("container_resources", $0) }) {
        row, writer in
        let id: ContainerAllocationID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let tier = try Self.tier(row)
        let known = try writer.states.find(id)
        if let known {
            writer.recognize(id)
            if known.releasedAt == nil, known.tier != tier {
                try writer.then(
                    .containerAllocation(
                        .change(
                            .with {
                                $0.id = id
                                $0.tier = tier
                            })), at: try row.instant("updated_at") ?? created)
            }
        } else {
            try writer.record(
                .containerAllocation(
                    .allocate(
                        try .with {
                            $0.id = id
                            $0.agent = try row.requiredID("agent_id")
                            $0.tier = tier
                        })), at: created)
        }
        // The tier fixes all of it.
        if try row.integer("cpu_limit") != tier.cpuLimit { try row.change("cpu_limit", Self.fixed) }
        if try row.integer("memory_limit_mb") != tier.memoryLimitMebibytes {
            try row.change("memory_limit_mb", Self.fixed)
        }
        if row.text("network_isolation") != tier.isolation.rawValue { try row.change("network_isolation", Self.fixed) }
        guard try row.bool("adopted_has_next") else { return }
        let next = try row.instant("adopted_next") ?? created
        try row.makeUp("agent_id", "the agent has another container; this one was released when that began")
        try writer.then(.containerAllocation(.release(.with { $0.id = id })), at: next)
    }

    private static let fixed = "what the tier has"

    /// Never more than the owner is subscribed to.
    private static func tier(_ row: SourceRow) throws -> ContainerTier {
        let tier: ContainerTier =
            try row.word("subscription_tier", else: ["free": .basic, "professional": .pro, "business": .enterprise])
            ?? .basic
        let most = row.text("adopted_tier").map { ContainerTier(rawValue: $0) ?? .basic } ?? .basic
        if tier <= most { return tier }
        try row.change("subscription_tier", "what the owner is subscribed to")
        return most
    }

    static let listings = Adoption.Stage("marketplace_integrations", sql: { Self.rows("marketplace_integrations", $0) })
    {
        row, writer in
        let id: MarketplaceListingID = try row.requiredID("id")
        let alias = MarketplaceListing.alias(of: try row.requiredID("agent_id"))
        guard try row.row["adopted_rank"] == "1" && writer.take(alias, for: id) else {
            return try row.keepWhole("agent_id", "the agent has another listing; kept in extra")
        }
        let created = try row.creation(else: "published_at", "updated_at")
        let updated = try row.instant("updated_at") ?? created
        let known = try writer.states.find(id)
        let request = DomainCommand.marketplaceListing(
            .request(
                try .with {
                    $0.id = id
                    $0.agent = try row.requiredID("agent_id")
                    $0.marketplace = try known?.marketplace ?? row.name("marketplace_name", upTo: 50)
                }))
        let status: MarketplaceListing.Status =
            try row.word("status", else: ["active": .published, "live": .published, "removed": .unpublished])
            ?? .pending
        if let known {
            writer.recognize(id)
            if status == .pending, known.status == .published {
                try writer.then(.marketplaceListing(.unpublish(.with { $0.id = id })), at: updated)
            }
            let isOut = known.status == .unpublished || known.status == .error || known.status == .published
            if status == .pending && isOut || status == .published && isOut && known.status != .published
                || status == .error && known.status == .unpublished
            {
                try writer.then(request, at: updated)
            }
        } else {
            try writer.record(request, at: created)
        }
        try Self.publish(id, row, status, known, at: updated, writer)
        var unpublished = try row.instant("unpublished_at")
        if status == .unpublished, unpublished == nil {
            try row.makeUp("unpublished_at", "no time; the row's last was taken")
            unpublished = updated
        }
        if let unpublished, known == nil || status == .unpublished {
            try writer.then(.marketplaceListing(.unpublish(.with { $0.id = id })), at: unpublished)
        }
        switch status {
        case .pending: if unpublished != nil, known == nil { try writer.then(request, at: updated) }
        case .published, .unpublished: break
        case .error:
            if unpublished != nil, known == nil { try writer.then(request, at: updated) }
            try writer.then(
                .marketplaceListing(
                    .fail(
                        .with {
                            $0.id = id
                            $0.error = "not told"
                        })), at: updated)
        }
    }

    private static func publish(
        _ id: MarketplaceListingID, _ row: SourceRow, _ status: MarketplaceListing.Status, _ known: MarketplaceListing?,
        at updated: Instant, _ writer: AdoptionWriter
    ) throws {
        var published = try row.instant("published_at")
        if status == .published, published == nil {
            try row.makeUp("published_at", "no time; the row's last was taken")
            published = updated
        }
        // What is used of one that was never published stays in extra.
        guard let published else { return }
        let marketplaceAgent = try row.name("marketplace_agent_id")
        let usage = try row.object("usage_metrics")
        if known?.publishedAt == nil || status == .published {
            try writer.then(
                .marketplaceListing(
                    .publish(
                        .with {
                            $0.id = id
                            $0.marketplaceAgent = marketplaceAgent
                        })), at: published)
        }
        try writer.then(
            .marketplaceListing(
                .reportUsage(
                    .with {
                        $0.id = id
                        $0.usage = usage
                    })), at: known == nil ? published : updated)
    }

    static let losses = [
        Loss("container_resources", "updated_at", "what changed then is not told"),
        Loss("marketplace_integrations", "updated_at", "it comes back of one that failed then"),
    ]
}
