import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// OTLP requests made by hand, and all that a reader gives of them.
struct OTLPRequests {
    var resources: [OTLPResource] = []
    var scopes: [OTLPScope] = []
    var spans: [TraceSpan] = []
    var records: [LogRecord] = []
    var refused: [OTLPRefusal] = []
    var points: [Int] = []
    /// The kinds of items in their order: r, s, S, l, x, m.
    var order = ""
    var maskedSecrets = 0

    private static let ids = [
        ("traceId", "33bcb5d2ac744f5d8ee4afa36a837a4b"), ("spanId", "dc7cbb256e87dcde"),
        ("startTimeUnixNano", "1754065244332523999"),
    ]

    /// A request with one span: `members` follow its ids and times.
    static func line(_ members: String = #""name":"x""#) -> String {
        #"{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":["# + Self.span(members) + "]}]}]}"
    }

    static func span(_ members: String) -> String {
        let ids = Self.ids.filter { !members.hasPrefix("\"\($0.0)\"") }.map { #""\#($0.0)":"\#($0.1)""# }
        return "{\((ids + [members]).joined(separator: ","))}"
    }

    /// A member `attributes` of a span: keys with the JSON of their AnyValues.
    static func attributes(_ pairs: KeyValuePairs<String, String>) -> String {
        let list = pairs.map { #"{"key":"\#($0.key)","value":\#($0.value)}"# }
        return #""attributes":[\#(list.joined(separator: ","))]"#
    }

    static func read(
        _ line: String, keepSecrets: Bool = false, itemLimitBytes: Int = OTLPReader.defaultItemLimitBytes
    ) throws -> OTLPRequests {
        var reader = OTLPReader(keepSecrets: keepSecrets, itemLimitBytes: itemLimitBytes)
        var all = OTLPRequests()
        try all.read(json: Array(line.utf8), &reader)
        return all
    }

    mutating func read(json: [UInt8], _ reader: inout OTLPReader) throws {
        defer { self.maskedSecrets = reader.maskedSecrets }
        try json.withUnsafeBytes { try reader.read(json: $0) { self.add($0) } }
    }

    mutating func read(protobuf: [UInt8], signal: OTLPSignal = .traces, _ reader: inout OTLPReader) throws {
        defer { self.maskedSecrets = reader.maskedSecrets }
        try protobuf.withUnsafeBytes { try reader.read(protobuf: $0, signal: signal) { self.add($0) } }
    }

    private mutating func add(_ item: OTLPItem) {
        switch item {
        case .resource(let resource):
            self.order += "r"
            self.resources.append(resource)
        case .scope(let scope):
            self.order += "s"
            self.scopes.append(scope)
        case .span(let span):
            self.order += "S"
            self.spans.append(span)
        case .logRecord(let record):
            self.order += "l"
            self.records.append(record)
        case .refused(let refusal):
            self.order += "x"
            self.refused.append(refusal)
        case .metrics(let count):
            self.order += "m"
            self.points.append(count)
        }
    }

    /// The attributes of the only span, or why it was refused.
    static func attributesText(_ pairs: KeyValuePairs<String, String>, keepSecrets: Bool = true) throws -> String {
        let all = try self.read(self.line(self.attributes(pairs)), keepSecrets: keepSecrets)
        return all.spans.first?.attributes.text ?? all.refused.first?.reason ?? "nothing"
    }
}

/// Protobuf messages made by hand.
struct Proto {
    var bytes: [UInt8] = []

    func varint(_ field: Int, _ value: UInt64) -> Proto { self.adding(field, 0, Self.varint(value)) }
    func fixed64(_ field: Int, _ value: UInt64) -> Proto {
        self.adding(field, 1, withUnsafeBytes(of: value.littleEndian) { Array($0) })
    }
    func fixed32(_ field: Int, _ value: UInt32) -> Proto {
        self.adding(field, 5, withUnsafeBytes(of: value.littleEndian) { Array($0) })
    }
    func bytes(_ field: Int, _ value: [UInt8]) -> Proto {
        self.adding(field, 2, Self.varint(UInt64(value.count)) + value)
    }
    func text(_ field: Int, _ value: String) -> Proto { self.bytes(field, Array(value.utf8)) }
    func message(_ field: Int, _ value: Proto) -> Proto { self.bytes(field, value.bytes) }

    private func adding(_ field: Int, _ type: UInt64, _ value: [UInt8]) -> Proto {
        Proto(bytes: self.bytes + Self.varint(UInt64(field) << 3 | type) + value)
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// A span with ids and a start.
    static let span = Proto().bytes(1, Array(repeating: 0x33, count: 16)).bytes(2, Array(repeating: 0x44, count: 8))
        .fixed64(7, 1_754_065_244_332_523_999)

    /// A KeyValue in `field`.
    func attribute(_ field: Int, _ key: String, _ value: Proto) -> Proto {
        self.message(field, Proto().text(1, key).message(2, value))
    }

    /// A request with these spans or log records.
    static func request(_ items: Proto...) -> [UInt8] {
        let scope = items.reduce(Proto().message(1, Proto())) { $0.message(2, $1) }
        return Proto().message(1, Proto().message(1, Proto()).message(2, scope)).bytes
    }
}

/// The files in Tests/Fixtures/otel, or in the folder that AGENTLEDGER_OTEL_CORPUS names.
enum OTLPCorpus {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["AGENTLEDGER_OTEL_CORPUS"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/otel")
    }()

    /// Names of files that are there in both forms.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) ?? []
        return files.filter { $0.hasSuffix(".otlp.jsonl") }.map { String($0.dropLast(11)) }
            .filter { !$0.contains(".metrics") && files.contains("\($0).pb.bin") }.sorted()
    }()

    static func lines(_ name: String) throws -> [[UInt8]] {
        let data = try Data(contentsOf: self.folder.appending(path: "\(name).otlp.jsonl"))
        return [UInt8](data).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    static func requests(_ name: String) throws -> [[UInt8]] {
        var rest = [UInt8](try Data(contentsOf: self.folder.appending(path: "\(name).pb.bin")))[...]
        var requests: [[UInt8]] = []
        while rest.count >= 4 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            requests.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return requests
    }
}
