import LedgerEvents

/// A resource or an instrumentation scope that spans and log records come from. Recorded once for each content; the
/// spans refer to it.
public struct TraceResource: Fact {
    @usableFromInline package static let kind = "trace_resource"
    @usableFromInline package static let type: EventType = "trace_resource.recorded"
    @usableFromInline package static let command = "trace_resource.record"
    @usableFromInline package static let isForClients = false
    @usableFromInline package typealias Rules = FactRules<TraceResource>

    public enum Part: String, Enumeration {
        /// What produces telemetry: a process of a service.
        case resource
        /// The library that made the spans.
        case scope

        @usableFromInline package static var defaultValue: Part { .resource }
    }

    /// Derived from the organization and the content, so that the same resource has the same id.
    public var id = TraceResourceID.zero
    public var organization = OrganizationID.zero
    public var part = Part.resource
    /// Of a scope.
    public var name = ""
    /// Of a scope.
    public var version = ""
    /// See `TraceSpan.attributes`.
    public var attributes = JSONText.emptyObject
    public var droppedAttributes = 0
    public var schemaURL = ""

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "trace_resource_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "part", &self.part)
        try v.field(4, "name", &self.name)
        try v.field(5, "version", &self.version)
        try v.field(6, "attributes", &self.attributes)
        try v.field(7, "dropped_attributes_count", &self.droppedAttributes)
        try v.field(8, "schema_url", &self.schemaURL)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try world.requireThere(self.organization)
        try Require.notNegative(self.droppedAttributes, "dropped_attributes_count")
    }
}

package typealias TraceResourceID = ID<TraceResource>
@usableFromInline package typealias TraceResourceEvent = FactEvent<TraceResource>
@usableFromInline package typealias TraceResourceCommand = FactCommand<TraceResource>
