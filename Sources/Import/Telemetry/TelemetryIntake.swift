import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// Turns what an OTLP request holds into the requests that record it: each resource and scope once, then every span and
/// log record.
package struct TelemetryIntake<Names: TraceNames> {
    private let directory: NameDirectory<Names>
    private let slug: String?
    private let actor: Principal
    private let now: () -> Instant
    private let source = EventSource(channel: EventSource.telemetryChannel)
    package private(set) var spans = 0
    package private(set) var logRecords = 0
    /// Data points of metrics, which are not kept.
    package private(set) var metricPoints = 0

    private var tenant: Tenant?
    private var resource = OTLPResource()
    private var tenants: [String: Tenant] = [:]
    private var parts: [PartKey: TraceResource] = [:]
    private var sources = SourceReadings()
    private var currentResource: TraceResource?
    private var currentScope: TraceResource?

    /// Told of each span and log record that is to be recorded, read.
    package typealias Observer = (TraceAssemblyID, Observation) -> Void

    package enum Observation {
        case span(SpanID, SpanReading)
        case log(LogRecordID, LogReading)
    }

    private struct Tenant {
        var id: OrganizationID
        var slug: String
        var name: String
    }

    private struct PartKey: Hashable {
        var organization: OrganizationID
        var resource: OTLPResource?
        var scope: OTLPScope?
    }

    /// Distinct resources and scopes that are remembered.
    private static var remembered: Int { 4096 }

    /// - Parameters:
    ///   - slug: the organization of everything, whatever the resources say.
    ///   - now: the time at which spans are refused.
    package init(slug: String?, directory: NameDirectory<Names>, actor: Principal, now: @escaping () -> Instant) {
        self.now = now
        self.directory = directory
        self.slug = slug
        self.actor = actor
    }

    /// Adds the requests that record an item.
    /// - Parameters:
    ///   - file: where it comes from, for refusals.
    ///   - line: the line or request of the file, from 1.
    ///   - maskedSecrets: how many secrets were masked in the item.
    package mutating func take(
        _ item: OTLPItem, file: String, line: Int, maskedSecrets: Int, into batch: RequestBatch, _ observe: Observer
    ) throws {
        self.secrets.item = maskedSecrets
        switch item {
        case .resource(let resource):
            self.secrets.resource = maskedSecrets
            self.resource = resource
            self.tenant = nil
            self.currentResource = nil
            self.currentScope = nil
        case .scope(let scope):
            self.secrets.scope = maskedSecrets
            self.currentScope = nil
            self.scope = scope
        case .span(let span): try self.take(span, line, batch, observe)
        case .logRecord(let record): try self.take(record, line, batch, observe)
        case .refused(let refusal): try self.take(refusal, file, line, batch)
        case .metrics(let points): self.metricPoints += points
        }
    }

    private var scope = OTLPScope()
    /// How many secrets were masked in the current resource, scope and item.
    private var secrets = (resource: 0, scope: 0, item: 0)

    private mutating func take(
        _ span: consuming TraceSpan, _ line: Int, _ batch: RequestBatch, _ observe: Observer
    ) throws {
        var span = span
        self.spans += 1
        let (resource, scope) = try self.parts(at: span.start, line, batch)
        span.organization = resource.organization
        span.resource = resource.id
        span.scope = scope.id
        span.id = TraceSpan.id(of: span.span, in: span.trace, of: span.organization)
        let reading = SpanReading(span, source: self.sources.reading(of: resource.id, scope.id) { (resource, scope) })
        span.joins = reading.joins
        let assembly = TraceAssembly.id(of: span.trace, in: span.organization)
        observe(assembly, .span(span.span, reading))
        self.add(
            .traceSpan(.revise(span)), at: span.finish, line, .main, assembly, self.secrets.item,
            batch)
    }

    private mutating func take(
        _ record: consuming LogRecord, _ line: Int, _ batch: RequestBatch, _ observe: Observer
    ) throws {
        var record = record
        self.logRecords += 1
        let (resource, scope) = try self.parts(at: record.time, line, batch)
        record.organization = resource.organization
        record.resource = resource.id
        record.scope = scope.id
        if record.trace == .zero { record.trace = LogReading.traceID(of: record) }
        record.id = try Self.id(of: record)
        let reading = LogReading(record, source: self.sources.reading(of: resource.id, scope.id) { (resource, scope) })
        record.joins = reading.joins
        let assembly = TraceAssembly.id(of: record.trace, in: record.organization)
        observe(assembly, .log(record.id, reading))
        self.add(
            .logRecord(.record(record)), at: record.time, line, .main, assembly, self.secrets.item,
            batch)
    }

    /// The same for the same content.
    private static func id(of record: LogRecord) throws -> LogRecordID {
        LogRecordID(
            bits: UUIDv8.named(try WireEncoder.encode(record), in: record.organization.bits, at: record.time))
    }

    private mutating func take(_ refusal: OTLPRefusal, _ file: String, _ line: Int, _ batch: RequestBatch) throws {
        var refused = RefusedSpan()
        refused.organization = self.tenant?.id
        refused.file = file
        refused.line = line
        refused.traceID = refusal.traceID
        refused.spanID = refusal.spanID
        refused.reason = refusal.reason
        refused.isProtobuf = refusal.isProtobuf
        refused.content =
            refusal.isProtobuf
            ? Data(refusal.content).base64EncodedString() : String(decoding: refusal.content, as: UTF8.self)
        refused.id = RefusedSpanID(
            bits: UUIDv5.named("\(refusal.reason)\n\(refused.content)", in: refused.organization?.bits ?? 0))
        var request = CommandRequest(.refusedSpan(.record(refused)), actor: self.actor, occurredAt: self.now())
        request.source = self.source
        request.isReport = true
        request.keepsSecrets = true
        batch.append(
            request,
            RequestBatch.Origin(
                place: .line(line), part: .addition, refusal: refused.summary, maskedSecrets: self.secrets.item))
    }

    // MARK: Resources and scopes

    /// The resource and the scope that the next items come from, recorded first where they are new.
    private mutating func parts(
        at instant: Instant, _ line: Int, _ batch: RequestBatch
    ) throws -> (resource: TraceResource, scope: TraceResource) {
        let organization = try self.organization(at: instant, line, batch)
        if let resource = self.currentResource, let scope = self.currentScope { return (resource, scope) }
        let resource =
            try self.currentResource
            ?? self.part(
                PartKey(organization: organization, resource: self.resource), at: instant, line, batch)
        let scope = try self.part(PartKey(organization: organization, scope: self.scope), at: instant, line, batch)
        self.currentResource = resource
        self.currentScope = scope
        return (resource, scope)
    }

    private mutating func part(
        _ key: PartKey, at instant: Instant, _ line: Int, _ batch: RequestBatch
    ) throws -> TraceResource {
        if let known = self.parts[key] { return known }
        var part = TraceResource()
        part.organization = key.organization
        if let resource = key.resource {
            part.part = .resource
            part.attributes = resource.attributes
            part.droppedAttributes = resource.droppedAttributes
            part.schemaURL = resource.schemaURL
        } else if let scope = key.scope {
            part.part = .scope
            part.name = scope.name
            part.version = scope.version
            part.attributes = scope.attributes
            part.droppedAttributes = scope.droppedAttributes
            part.schemaURL = scope.schemaURL
        }
        part.id = TraceResourceID(bits: UUIDv5.named(try WireEncoder.encode(part), in: key.organization.bits))
        self.add(
            .traceResource(.record(part)), at: instant, line, .preparation, nil,
            key.resource == nil ? self.secrets.scope : self.secrets.resource, batch)
        if self.parts.count == Self.remembered { self.parts.removeAll(keepingCapacity: true) }
        self.parts[key] = part
        return part
    }

    /// The organization of the current resource, created first where it is new.
    private mutating func organization(at instant: Instant, _ line: Int, _ batch: RequestBatch) throws -> OrganizationID
    {
        if let tenant = self.tenant { return tenant.id }
        let named = self.resource.namespace ?? self.resource.service
        let name = named.flatMap { FittingName.of($0) } ?? "unknown"
        let slug = self.slug ?? self.tenants[name]?.slug ?? SourceIdentity.slug(name)
        let (id, isNew) = try self.directory.organization(slug: slug)
        let tenant = Tenant(id: id, slug: slug, name: self.slug ?? name)
        self.tenants[name] = tenant
        self.tenant = tenant
        if isNew {
            var created = OrganizationCreated()
            created.id = id
            created.name = tenant.name
            created.slug = slug
            self.add(
                .organization(.create(created)), at: instant, line, .preparation, nil, 0,
                batch)
        }
        return id
    }

    private func add(
        _ command: DomainCommand, at instant: Instant, _ line: Int, _ part: RequestBatch.Part,
        _ trace: TraceAssemblyID?, _ maskedSecrets: Int, _ batch: RequestBatch
    ) {
        var request = CommandRequest(command, actor: self.actor, occurredAt: instant)
        request.source = self.source
        request.isReport = true
        request.keepsSecrets = true
        batch.append(
            request, RequestBatch.Origin(place: .line(line), part: part, trace: trace, maskedSecrets: maskedSecrets))
    }
}

extension RefusedSpan {
    /// For a report: the ids, as far as they are known, and the reason.
    fileprivate var summary: String {
        let trace = self.traceID.isEmpty ? "" : "trace \(self.traceID), "
        let span = self.spanID.isEmpty ? "" : "span \(self.spanID): "
        return "\(trace)\(span)\(self.reason)"
    }
}
