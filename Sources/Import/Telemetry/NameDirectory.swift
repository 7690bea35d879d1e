import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// What the ledger knows already of the things that telemetry names.
package protocol TraceNames {
    func organization(slug: String) throws -> OrganizationID?
    func workflow(_ name: String, in organization: OrganizationID) throws -> WorkflowID?
    func agent(_ name: String, in organization: OrganizationID) throws -> AgentID?
}

/// The ids of named things: the ledger's, or ones made from the name. Each name is looked up once.
package final class NameDirectory<Names: TraceNames> {
    private let names: Names
    private var organizations: [String: OrganizationID] = [:]
    private var workflows: [Key: WorkflowID] = [:]
    private var agents: [Key: AgentID] = [:]

    private struct Key: Hashable {
        var organization: OrganizationID
        var name: String
    }

    package init(_ names: Names) { self.names = names }

    package func organization(slug: String) throws -> (id: OrganizationID, isNew: Bool) {
        if let id = self.organizations[slug] { return (id, false) }
        let known = try self.names.organization(slug: slug)
        let id = known ?? SourceIdentity.organization(slug)
        self.organizations[slug] = id
        return (id, known == nil)
    }

    package func workflow(_ name: String, in organization: OrganizationID) throws -> (id: WorkflowID, isNew: Bool) {
        let key = Key(organization: organization, name: name)
        if let id = self.workflows[key] { return (id, false) }
        let known = try self.names.workflow(name, in: organization)
        let id = known ?? SourceIdentity.workflow(name, organization)
        self.workflows[key] = id
        return (id, known == nil)
    }

    package func agent(_ name: String, in organization: OrganizationID) throws -> (id: AgentID, isNew: Bool) {
        let key = Key(organization: organization, name: name)
        if let id = self.agents[key] { return (id, false) }
        let known = try self.names.agent(name, in: organization)
        let id = known ?? SourceIdentity.agent(name, organization)
        self.agents[key] = id
        return (id, known == nil)
    }

    /// Looks workflows and agents up again from here on: some may have been withdrawn.
    package func forgetThings() {
        self.workflows.removeAll(keepingCapacity: true)
        self.agents.removeAll(keepingCapacity: true)
    }
}

extension SourceIdentity {
    /// A slug from any name: what is not a-z, 0-9 becomes a dash. Where much is lost by that, it ends with a hash of the
    /// name, so that names that differ stay apart. Of a secret only a hash is left.
    static func slug(_ name: String) -> String {
        if name.withoutSecret().isSecret { return "masked-" + FittingName.hash(of: name) }
        let mapped = name.lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let words = String(mapped).split(separator: "-")
        let slug = words.joined(separator: "-")
        if (1...100).contains(slug.utf8.count) { return slug }
        return (slug.isEmpty ? "unnamed" : slug.prefix(83)) + "-" + FittingName.hash(of: name)
    }
}
