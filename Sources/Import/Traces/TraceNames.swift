import AgentDomain
import EventSourcing

/// What the ledger knows already, for a trace that may have been seen before.
public protocol TraceNames {
    func organization(slug: String) throws -> OrganizationID?
    func workflow(_ name: String, in organization: OrganizationID) throws -> WorkflowID?
    func agent(_ name: String, in organization: OrganizationID) throws -> AgentID?
    func contains(_ execution: WorkflowExecutionID) throws -> Bool
    func contains(_ execution: AgentExecutionID) throws -> Bool
}

/// The ids behind names: the ledger's, else ones made from the name. Each is asked for and made once.
final class NameDirectory<Names: TraceNames> {
    let names: Names
    private var organizations: [String: OrganizationID] = [:]
    private var workflows: [Key: WorkflowID] = [:]
    private var agents: [Key: AgentID] = [:]

    private struct Key: Hashable {
        var organization: OrganizationID
        var name: String
    }

    init(_ names: Names) { self.names = names }

    func organization(slug: String) throws -> (id: OrganizationID, isNew: Bool) {
        if let id = self.organizations[slug] { return (id, false) }
        let known = try self.names.organization(slug: slug)
        let id = known ?? SourceIdentity.organization(slug)
        self.organizations[slug] = id
        return (id, known == nil)
    }

    func workflow(_ name: String, in organization: OrganizationID) throws -> (id: WorkflowID, isNew: Bool) {
        let key = Key(organization: organization, name: name)
        if let id = self.workflows[key] { return (id, false) }
        let known = try self.names.workflow(name, in: organization)
        let id = known ?? SourceIdentity.workflow(name, organization)
        self.workflows[key] = id
        return (id, known == nil)
    }

    func agent(_ name: String, in organization: OrganizationID) throws -> (id: AgentID, isNew: Bool) {
        let key = Key(organization: organization, name: name)
        if let id = self.agents[key] { return (id, false) }
        let known = try self.names.agent(name, in: organization)
        let id = known ?? SourceIdentity.agent(name, organization)
        self.agents[key] = id
        return (id, known == nil)
    }
}

/// Ids made from what a thing is called at its source: the same for every arrival, so that importing twice changes
/// nothing.
enum SourceIdentity {
    /// Namespace of everything that is known only by name.
    private static let names: UInt128 = 0x5B2E_9C41_7D1F_5A60_9E73_C0D4_18A2_6F35

    static func organization(_ slug: String) -> OrganizationID {
        OrganizationID(bits: UUIDv5.named("organization/\(slug)", in: self.names))
    }

    static func workflow(_ name: String, _ organization: OrganizationID) -> WorkflowID {
        WorkflowID(bits: UUIDv5.named("workflow/\(name)", in: organization.bits))
    }

    static func agent(_ name: String, _ organization: OrganizationID) -> AgentID {
        AgentID(bits: UUIDv5.named("agent/\(name)", in: organization.bits))
    }

    /// The run or agent that a span stands for, save the trace's root: known by the span's id alone, because children
    /// that come before or without it have to find it.
    static func span(_ span: UInt64, of trace: UInt128) -> UInt128 {
        UUIDv5.named(self.bytes(span), in: trace)
    }

    /// What happened once in a span, at `instant`; in the order of time.
    static func fact(_ part: String = "", in span: UInt64, of trace: UInt128, at instant: Instant) -> UInt128 {
        UUIDv8.named(self.bytes(span) + Array(part.utf8), in: trace, at: instant)
    }

    private static func bytes(_ span: UInt64) -> [UInt8] { withUnsafeBytes(of: span.bigEndian) { Array($0) } }

    /// A slug from any name: what is not a-z, 0-9 becomes a dash.
    static func slug(_ name: String) -> String {
        let mapped = name.lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let words = String(mapped).split(separator: "-")
        let slug = words.joined(separator: "-").prefix(100)
        return slug.isEmpty ? "unnamed" : String(slug.last == "-" ? slug.dropLast() : slug)
    }
}
