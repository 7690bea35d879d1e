import AgentDomain
import EventSourcing
import Import

/// Asks a ledger what it knows, from the reading thread.
struct LedgerNames: TraceNames {
    let ledger: Ledger

    func organization(slug: String) throws -> OrganizationID? {
        try self.holder(of: Organization.alias(ofSlug: slug))
    }

    func workflow(_ name: String, in organization: OrganizationID) throws -> WorkflowID? {
        try self.holder(of: Workflow.alias(of: name, in: organization))
    }

    func agent(_ name: String, in organization: OrganizationID) throws -> AgentID? {
        try self.holder(of: Agent.alias(of: name, ownedBy: organization.bits))
    }

    func holder<E: Stored>(of alias: Tag) throws -> ID<E>? {
        try Blocking.wait { [ledger] in try await ledger.holder(of: alias, as: E.self) }
    }
}

/// What a ledger knows of a platform's things, from the reading thread. Nothing, where it was empty.
final class AdoptedStates: AdoptionStates {
    private let ledger: Ledger
    private var organizations: [String: OrganizationID] = [:]
    private let isEmpty: Bool

    init(ledger: Ledger) throws {
        self.ledger = ledger
        self.isEmpty = try ledger.log.head() == .start
    }

    func find<E: Stored>(_ id: ID<E>) throws -> E? {
        if self.isEmpty { return nil }
        return try Blocking.wait { [ledger] in try await ledger.find(id) }
    }

    func organization(slug: String) throws -> OrganizationID? {
        if let known = self.organizations[slug] { return known }
        let found = try LedgerNames(ledger: self.ledger).organization(slug: slug)
        self.organizations[slug] = found
        return found
    }
}
