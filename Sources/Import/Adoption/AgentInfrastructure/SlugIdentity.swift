import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// The ids of things that a platform names by slugs.
extension AdoptionStates {
    /// The organization that a slug means, as the platform writes it: one that was made for this slug, else the ledger's
    /// own, else the one to be made.
    func organization(named slug: String) throws -> OrganizationID {
        let id = SourceIdentity.organization(slug)
        if try self.find(id) != nil { return id }
        return Self.own(try self.organization(slug: slug)) ?? id
    }

    /// The agent that a slug means. Our own exports name an agent that has none by its id.
    func agent(named slug: String) throws -> AgentID {
        if let id = AgentID(slug), id != .zero { return id }
        let id = AgentID(bits: UUIDv5.named("agent/\(slug)", in: 0xC6D4_1E0B_52F7_5D3A_8B19_7F60_3A4E_D285))
        if try self.find(id) != nil { return id }
        return Self.own(try self.holder(of: Agent.alias(ofSlug: slug), as: Agent.self)) ?? id
    }

    /// Nil for what was made of another name, with an id of version 5: its slug was made to fit.
    private static func own<E>(_ holder: ID<E>?) -> ID<E>? {
        holder.flatMap { ($0.bits >> 76) & 0xF == 5 ? nil : $0 }
    }
}

extension SourceRow {
    /// The organization that the row names; one stands in where it names none.
    func organization(at instant: Instant, _ writer: AdoptionWriter) throws -> OrganizationID {
        if let slug = self.text("organization_slug") {
            let id = try writer.states.organization(named: slug)
            writer.organization = id
            return id
        }
        try self.makeUp("organization_slug", "no organization; one stands in")
        return try writer.commonOrganization(at: instant)
    }

    /// The agent that the row names, where it may work in the row's organization: `adopted_has_agent` says so.
    func agent(_ states: any AdoptionStates, in column: String = "agent_slug") throws -> AgentID? {
        guard let slug = self.text(column) else { return nil }
        if self.row["adopted_has_agent"] == "t" { return try states.agent(named: slug) }
        try self.change(column, "no agent of the organization; left out")
        return nil
    }

    /// Slugs of a JSON array as they are.
    func slugs(_ column: String) throws -> [String] {
        guard let json = try self.json(column), json.text.hasPrefix("[") else { return [] }
        var slugs: [String] = []
        try json.reading { reader in try reader.array { slugs.append(try $0.string()) } }
        return slugs
    }
}
