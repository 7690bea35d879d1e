import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// The spans and log records of a file, as a receiver would record them.
package struct TelemetryFixture: Sendable {
    package var spans: [(span: TraceSpan, source: SourceReading)] = []
    package var logs: [(record: LogRecord, source: SourceReading)] = []

    /// Reads a file of OTLP/JSON lines, gzipped if its name ends so.
    package init(_ path: String) throws { try self.init(lines: try Self.text(path)) }

    package init(lines data: Data) throws {
        var reader = OTLPReader()
        for line in data.split(separator: UInt8(ascii: "\n")) where !line.isEmpty {
            var receiver = Receiver()
            try Array(line).withUnsafeBytes { bytes in
                try reader.read(json: bytes) { receiver.add($0) }
            }
            self.spans += receiver.spans
            self.logs += receiver.logs
        }
    }

    /// The content of a file, unpacked if its name ends in `.gz`.
    package static func text(_ path: String) throws -> Data {
        guard path.hasSuffix(".gz") else { return try Data(contentsOf: URL(fileURLWithPath: path)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/gunzip")
        process.arguments = ["-c", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }

    /// The inputs of assembly: each trace of each organization, all ready.
    package var inputs: [TraceInput] {
        self.inputs(of: self.spans.map { SpanReading($0.span, source: $0.source) })
    }

    package func inputs(of spans: [SpanReading]) -> [TraceInput] {
        var traces: [TraceAssemblyID: TraceInput] = [:]
        for span in spans {
            let id = TraceAssembly.id(of: span.trace, in: span.organization)
            traces[id, default: .empty(span.trace)].spans.append(span)
        }
        for (record, source) in self.logs {
            let id = TraceAssembly.id(of: record.trace, in: record.organization)
            traces[id, default: .empty(record.trace)].logs.append(LogReading(record, source: source))
        }
        return traces.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension TraceInput {
    static func empty(_ trace: TraceID) -> TraceInput {
        TraceInput(trace: trace, identity: trace.bits, isReady: true, spans: [])
    }
}

/// Fills in what the receiver of a request knows.
private struct Receiver {
    var spans: [(span: TraceSpan, source: SourceReading)] = []
    var logs: [(record: LogRecord, source: SourceReading)] = []
    private var organization = OrganizationID.zero
    private var resource = TraceResource()
    private var scope = TraceResource()
    private var source = SourceReading(resource: TraceResource(), scope: TraceResource())

    mutating func add(_ item: OTLPItem) {
        switch item {
        case .resource(let received):
            self.organization = SourceIdentity.organization(received.namespace ?? received.service ?? "unknown")
            self.resource = TraceResource()
            self.resource.attributes = received.attributes
            self.resource.organization = self.organization
            self.resource.id = TraceResourceID(
                bits: UUIDv5.named("resource" + received.attributes.text, in: self.organization.bits))
        case .scope(let received):
            self.scope = TraceResource()
            self.scope.part = .scope
            self.scope.name = received.name
            self.scope.version = received.version
            self.scope.organization = self.organization
            self.scope.id = TraceResourceID(
                bits: UUIDv5.named("scope\(received.name)@\(received.version)", in: self.organization.bits))
            self.source = SourceReading(resource: self.resource, scope: self.scope)
        case .span(var span):
            span.organization = self.organization
            span.id = TraceSpan.id(of: span.span, in: span.trace, of: self.organization)
            span.resource = self.resource.id
            span.scope = self.scope.id
            self.spans.append((span, self.source))
        case .logRecord(var record):
            record.organization = self.organization
            record.resource = self.resource.id
            record.scope = self.scope.id
            record.id = LogRecordID(
                bits: UUIDv5.named("\(record.timeNanoseconds)\(record.attributes.text)", in: self.organization.bits))
            if !record.hasTrace { record.trace = LogReading.traceID(of: record) }
            self.logs.append((record, self.source))
        case .refused, .metrics: break
        }
    }
}
