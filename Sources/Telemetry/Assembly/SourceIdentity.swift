import LedgerDomain
import LedgerEvents

/// Ids made from what a thing is called at its source: the same for every arrival, so that importing twice changes
/// nothing.
package enum SourceIdentity {
    /// Namespace of everything that is known only by name.
    private static let names: UInt128 = 0x5B2E_9C41_7D1F_5A60_9E73_C0D4_18A2_6F35

    package static func organization(_ slug: String) -> OrganizationID {
        OrganizationID(bits: UUIDv5.named("organization/\(slug)", in: self.names))
    }

    package static func workflow(_ name: String, _ organization: OrganizationID) -> WorkflowID {
        WorkflowID(bits: UUIDv5.named("workflow/\(name)", in: organization.bits))
    }

    package static func agent(_ name: String, _ organization: OrganizationID) -> AgentID {
        AgentID(bits: UUIDv5.named("agent/\(name)", in: organization.bits))
    }

    /// The run or agent's part that a span stands for, except the trace's own run.
    package static func span(_ span: SpanID, of identity: UInt128) -> UInt128 {
        withUnsafeBytes(of: span.bits.bigEndian) { UUIDv5.named($0, in: identity) }
    }

    /// What happened once in a span, at `instant`; ids are in the order of time.
    package static func fact(_ part: String = "", in span: SpanID, of identity: UInt128, at instant: Instant) -> UInt128
    {
        withUnsafeTemporaryAllocation(byteCount: 8 + part.utf8.count, alignment: 1) { name in
            name.storeBytes(of: span.bits.bigEndian, as: UInt64.self)
            UnsafeMutableRawBufferPointer(rebasing: name[8...]).copyBytes(from: part.utf8)
            return UUIDv8.named(UnsafeRawBufferPointer(name), in: identity, at: instant)
        }
    }
}
