import LedgerDomain
import LedgerEvents
import LedgerImporters

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

    func holder<E: Stored>(of alias: EventTag) throws -> ID<E>? {
        try Blocking.wait { [ledger] in try await ledger.holder(of: alias, as: E.self) }
    }
}

/// What a ledger knows of a platform's things, from the reading thread. Nothing, where it was empty.
final class AdoptedStates: AdoptionStates {
    private let ledger: Ledger
    private let isEmpty: Bool

    init(ledger: Ledger) throws {
        self.ledger = ledger
        self.isEmpty = try ledger.log.head() == .start
    }

    func find<E: Stored>(_ id: ID<E>) throws -> E? {
        if self.isEmpty { return nil }
        return try Blocking.wait { [ledger] in try await ledger.find(id) }
    }

    /// Names that are taken in this import are looked up elsewhere.
    func holder<E: Stored>(of alias: EventTag, as kind: E.Type) throws -> ID<E>? {
        if self.isEmpty { return nil }
        return try LedgerNames(ledger: self.ledger).holder(of: alias)
    }

    func forEachAdoptedRow(of source: String, _ body: (AdoptedRow) throws -> Void) throws {
        if self.isEmpty { return }
        try Blocking.wait { [ledger] in try await ledger.catchUp() }
        let views = try LedgerReader(at: self.ledger.path).snapshot(at: .end).views
        try views.forEach(AdoptedRow.self) { _, loaded in
            if loaded.state.source == source { try body(loaded.state) }
        }
    }
}
