import LedgerDomain
import LedgerEvents
import Testing

/// What arrived of a trace whose root is still missing.
extension SmallCompany {
    func telemetry(_ acme: OrganizationID) async throws {
        let resource = try await self.resource(acme) {
            $0.attributes = JSONText(uncheckedCanonical: #"{"service.name":"reports"}"#)
        }
        let scope = try await self.resource(acme) {
            $0.part = .scope
            $0.name = "reports.agents"
            $0.version = "1.2.0"
            $0.schemaURL = "https://opentelemetry.io/schemas/1.37.0"
        }
        let trace = TraceID(bits: 0x4BF9_2F35_77B3_4DA6_A3CE_929D_0E0E_4736)
        var span = TraceSpan()
        span.organization = acme
        span.trace = trace
        span.span = SpanID(0x00F0_67AA_0BA9_02B7)
        span.parent = SpanID(0x00F0_67AA_0BA9_02B6)
        span.id = TraceSpan.id(of: span.span, in: trace, of: acme)
        span.resource = resource
        span.scope = scope
        span.name = "execute_tool search"
        span.spanKind = 1
        span.startNanoseconds = 1_754_042_400_123_456_789
        span.endNanoseconds = 1_754_042_401_000_000_001
        span.statusCode = 2
        span.statusMessage = "no answer"
        span.flags = 257
        span.traceState = "vendor=1"
        span.attributes = JSONText(uncheckedCanonical: #"{"gen_ai.tool.name":"search"}"#)
        span.droppedAttributes = 1
        span.events = JSONText(uncheckedCanonical: #"[{"name":"retry","time_unix_nano":1754042400500000000}]"#)
        span.droppedEvents = 2
        span.links = JSONText(
            uncheckedCanonical: #"[{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"}]"#)
        span.droppedLinks = 3
        try await self.company.execute(.traceSpan(.record(span)))
        try await self.log(span)
        try await self.refusedSpan(acme)
        try await self.unchangedLine(acme)
    }

    private func resource(
        _ acme: OrganizationID, _ fill: (inout TraceResource) -> Void
    ) async throws -> TraceResourceID {
        var resource = TraceResource()
        resource.id = self.company.newID()
        resource.organization = acme
        fill(&resource)
        try await self.company.execute(.traceResource(.record(resource)))
        return resource.id
    }

    private func log(_ span: TraceSpan) async throws {
        var record = LogRecord()
        record.id = self.company.newID()
        record.organization = span.organization
        record.trace = span.trace
        record.span = span.span
        record.hasTrace = true
        record.resource = span.resource
        record.scope = span.scope
        record.eventName = "search.begun"
        record.timeNanoseconds = span.startNanoseconds
        record.observedNanoseconds = span.startNanoseconds + 1
        record.severityNumber = 9
        record.severityText = "INFO"
        record.body = JSONText(uncheckedCanonical: #""The search has begun.""#)
        record.attributes = JSONText(uncheckedCanonical: #"{"pages":3}"#)
        record.droppedAttributes = 1
        record.flags = 1
        try await self.company.execute(.logRecord(.record(record)))
    }

    private func refusedSpan(_ acme: OrganizationID) async throws {
        var refused = RefusedSpan()
        refused.id = self.company.newID()
        refused.organization = acme
        refused.file = "spans.jsonl"
        refused.line = 7
        refused.traceID = "no id"
        refused.spanID = "b7ad6b7169203331"
        refused.reason = "a span needs a traceId that is not zero"
        refused.content = #"{"traceId":"no id","spanId":"b7ad6b7169203331"}"#
        try await self.company.execute(.refusedSpan(.record(refused)))
    }

    private func unchangedLine(_ acme: OrganizationID) async throws {
        var unchanged = UnchangedLine()
        unchanged.id = self.company.newID()
        unchanged.organization = acme
        unchanged.unchangedBy = "organization.rename"
        unchanged.entityKind = Organization.kind
        unchanged.entity = EventID(bits: acme.bits)
        try await self.company.execute(.unchangedLine(.record(unchanged)))
    }
}
