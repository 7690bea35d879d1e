import LedgerEvents
import LedgerTelemetry

/// What a line holds, told by its first members without reading the rest.
package enum LineForm: Hashable, Sendable {
    /// An OTLP request in JSON, by its first member; others may follow in the same line.
    case request(OTLPSignal)
    /// A command: `{"command":…}`.
    case command
    case foreign(Foreign)

    /// What a line looks like that is neither.
    package enum Foreign: Hashable, Sendable {
        /// A part of JSON that goes on in the next line.
        case prettyPrinted
        case jaeger, zipkin
        /// An array of spans, without the request around them.
        case spans
        case otherJSON
        case csv, text, binary
    }

    /// How many members are looked at.
    private static let memberLimit = 4

    package init(_ line: UnsafeRawBufferPointer) {
        let text = UnsafeRawBufferPointer(rebasing: line.drop { Self.isSpace($0) })
        switch text.first {
        case UInt8(ascii: "{"): self = Self.object(text)
        case UInt8(ascii: "["): self = .foreign(Self.array(text))
        default: self = .foreign(Self.other(text))
        }
    }

    private static func object(_ text: UnsafeRawBufferPointer) -> LineForm {
        var form: LineForm?
        self.forEachMember(text) { key in
            form =
                switch key {
                case "resourceSpans", "resource_spans": .request(.traces)
                case "resourceLogs", "resource_logs": .request(.logs)
                case "resourceMetrics", "resource_metrics": .request(.metrics)
                case "command": .command
                case "traceID", "spanID", "operationName": .foreign(.jaeger)
                case "localEndpoint", "remoteEndpoint": .foreign(.zipkin)
                case "data": self.holds(text, "\"traceID\"") ? .foreign(.jaeger) : nil
                default: nil
                }
            return form == nil
        }
        // No whole object ends so; a line that was cut off seldom does.
        let isOpen = text.last { !self.isSpace($0) }.map { "{[,:".utf8.contains($0) } ?? false
        if isOpen { return .foreign(.prettyPrinted) }
        if let form { return form }
        return .foreign(self.holds(text, "\"localEndpoint\"") ? .zipkin : .otherJSON)
    }

    private static func array(_ text: UnsafeRawBufferPointer) -> Foreign {
        if text.dropFirst().allSatisfy({ self.isSpace($0) || $0 == UInt8(ascii: "{") }) { return .prettyPrinted }
        if self.holds(text, "\"localEndpoint\"") || self.holds(text, "\"timestamp\""), self.holds(text, "\"traceId\"") {
            return .zipkin
        }
        if self.holds(text, "\"traceID\"") { return .jaeger }
        if self.holds(text, "\"traceId\"") || self.holds(text, "\"trace_id\"") { return .spans }
        return .otherJSON
    }

    private static func other(_ text: UnsafeRawBufferPointer) -> Foreign {
        let head = text.prefix(512)
        if head.contains(where: { $0 < 0x20 && !self.isSpace($0) }) { return .binary }
        switch text.first {
        case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\""): return .prettyPrinted
        default: break
        }
        let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        let isCSV = separators.contains { separator in head.count { $0 == separator } >= 2 }
        return isCSV ? .csv : .text
    }

    /// Calls `body` with the keys of the first members until it returns false.
    private static func forEachMember(_ text: UnsafeRawBufferPointer, _ body: (JSONKey) -> Bool) {
        struct Enough: Error {}
        var reader = JSONReader(text)
        var count = 0
        // Where the text is no JSON, there are no more members.
        try? reader.object { reader, key in
            count += 1
            guard body(key), count < self.memberLimit else { throw Enough() }
            _ = try reader.kind()
            reader.offset = try JSONExtent.end(text, from: reader.offset)
        }
    }

    /// Whether the first kilobyte holds a text.
    private static func holds(_ text: UnsafeRawBufferPointer, _ wanted: StaticString) -> Bool {
        let head = text.prefix(1024)
        let count = wanted.utf8CodeUnitCount
        guard head.count >= count else { return false }
        return (0...head.count - count).contains { place in
            (0..<count).allSatisfy { head[place + $0] == wanted.utf8Start[$0] }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}

extension LineForm.Foreign {
    /// What it is and what to do, as a clause for messages.
    package func remedy(for path: String) -> String {
        let name = path == "-" ? "FILE" : path
        return switch self {
        case .prettyPrinted:
            "the request spans several lines; write one request per line, e.g. jq -c . \(name)"
        case .jaeger: "this is Jaeger JSON; export OTLP, e.g. through a collector with the jaeger receiver"
        case .zipkin: "this is Zipkin JSON; export OTLP, e.g. through a collector with the zipkin receiver"
        case .spans:
            "this is an array of spans; write ExportTraceServiceRequests, one per line: {\"resourceSpans\":[…]}"
        case .otherJSON:
            "this is JSON of another kind; a line is an OTLP request ({\"resourceSpans\":[…]}) or a command "
                + "({\"command\":…})"
        case .csv: "this is CSV; lines of OTLP/JSON or commands are needed"
        case .text: "this is text; lines of OTLP/JSON or commands are needed"
        case .binary:
            "this is binary; name protobuf requests *.pb (one) or *.pb.bin (each after its length in 4 bytes), gzip *.gz"
        }
    }
}
