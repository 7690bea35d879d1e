import Foundation
import LedgerImporters
import LedgerTelemetry
import Testing

@Suite("Files of requests")
struct RequestFileTests {
    static let line = #"{"resourceSpans":[]}"#
    /// A request that holds one empty ResourceSpans with a schema URL.
    static let request: [UInt8] = [0x0A, 0x05, 0x1A, 0x03, 0x61, 0x62, 0x63]

    static func prefixed(_ requests: [[UInt8]]) -> [UInt8] {
        requests.flatMap { request in
            withUnsafeBytes(of: UInt32(request.count).bigEndian) { Array($0) } + request
        }
    }

    /// What each chunk is, with its number and offset.
    static func chunks(_ bytes: [UInt8], _ name: String, limitBytes: Int = 64 << 20) throws -> [String] {
        var found: [String] = []
        let file = try TemporaryFile(bytes, name: name)
        do {
            try RequestFile(path: file.path, limitBytes: limitBytes).forEachChunk { number, chunk, offset in
                switch chunk {
                case .line(let bytes, let form): found.append("\(number) \(form) \(bytes.count) at \(offset)")
                case .request(let bytes): found.append("\(number) request \(Array(bytes) == self.request) at \(offset)")
                }
            }
        } catch let error as ImportError {
            found.append("\(error.code): " + error.message.replacing(file.path, with: "FILE"))
        }
        return found
    }

    @Test("hold lines, one request, or many, plain or compressed, by their extension")
    func extensions() throws {
        let lines = Array((Self.line + "\n\n" + Self.line).utf8)
        let twoLines = [
            "1 request(LedgerTelemetry.OTLPSignal.traces) 20 at 0",
            "3 request(LedgerTelemetry.OTLPSignal.traces) 20 at 22",
        ]
        #expect(try Self.chunks(lines, "a.otlp.jsonl") == twoLines)
        #expect(try Self.chunks(lines, "a.json") == twoLines)
        #expect(try Self.chunks(TemporaryFile.gzip(lines), "a.jsonl.gz") == twoLines)
        #expect(try Self.chunks(Self.request, "a.pb") == ["1 request true at 0"])
        #expect(try Self.chunks(TemporaryFile.gzip(Self.request), "a.pb.gz") == ["1 request true at 0"])
        let two = Self.prefixed([Self.request, Self.request])
        #expect(try Self.chunks(two, "a.pb.bin") == ["1 request true at 0", "2 request true at 11"])
        #expect(
            try Self.chunks(TemporaryFile.gzip(two), "a.bin.gz") == ["1 request true at 0", "2 request true at 11"])
        #expect(try Self.chunks([], "a.bin") == [] && Self.chunks([], "a.pb") == [] && Self.chunks([], "a") == [])
    }

    @Test("tell by their first bytes what they hold if the extension does not")
    func heads() throws {
        let lines = Array(Self.line.utf8)
        #expect(try Self.chunks(lines, "export") == ["1 request(LedgerTelemetry.OTLPSignal.traces) 20 at 0"])
        #expect(try Self.chunks([0x0A] + lines, "export") == ["2 request(LedgerTelemetry.OTLPSignal.traces) 20 at 1"])
        #expect(
            try Self.chunks(TemporaryFile.gzip(lines), "export") == [
                "1 request(LedgerTelemetry.OTLPSignal.traces) 20 at 0"
            ])
        let long: [UInt8] = [0x0A, 0x82, 0x01, 0x1A, 0x7F] + Array(repeating: 0x61, count: 127) + [0x10, 0x01]
        #expect(try Self.chunks(long, "export.dump") == ["1 request false at 0"])
        #expect(try Self.chunks(Self.prefixed([Self.request]), "export") == ["1 request true at 0"])
        #expect(try Self.chunks(TemporaryFile.gzip(Self.prefixed([Self.request])), "x.gz") == ["1 request true at 0"])
    }

    @Test("that end in the middle of a request give those before it, and say where")
    func truncated() throws {
        let whole = Self.prefixed([Self.request, Self.request])
        for cut in [1, 6, 7, 8, 10] {
            let left = 11 - cut
            #expect(
                try Self.chunks(Array(whole.dropLast(cut)), "a.pb.bin") == [
                    "1 request true at 0",
                    "truncated: FILE, request 2 (at byte 11): the file ends after \(left) bytes of it; the 1 before it were "
                        + "read; copy the file again, or let its writer finish",
                ])
        }
        let wrong = try Self.chunks([0x7B, 0x22, 0x72, 0x65, 0x73], "a.bin")
        #expect(wrong.count == 1 && wrong[0].hasPrefix("lineTooLong: FILE, request 1 (at byte 0): its length of"))
    }

    @Test("hold requests of any length", arguments: ["a.bin", "a.bin.gz"])
    func long(name: String) throws {
        let requests = [1, 3_000_000, 2, 1 << 20, 5].map { [UInt8](repeating: 0x61, count: $0) }
        let bytes = Self.prefixed(requests)
        let file = try TemporaryFile(name.hasSuffix("gz") ? TemporaryFile.gzip(bytes) : bytes, name: name)
        var lengths: [Int] = []
        var progress = 0
        try RequestFile(path: file.path).forEachChunk(progress: { progress = $0.bytesRead }) { _, chunk, _ in
            if case .request(let bytes) = chunk { lengths.append(bytes.count) }
        }
        #expect(lengths == requests.map(\.count))
        #expect(progress > 0)
    }

    @Test("that are of another kind are named once, by their first line")
    func foreign() throws {
        let pretty = Array("{\n  \"resourceSpans\": [\n  ]\n}\n".utf8)
        #expect(
            try Self.chunks(pretty, "a.json") == [
                "foreign: cannot import FILE, line 1: the request spans several lines; write one request per line, e.g. "
                    + "jq -c . FILE"
            ])
        #expect(try Self.chunks(Array("name,start,end\na,1,2\n".utf8), "a").first?.contains("this is CSV") == true)
        // Among requests, a line of another kind is one bad line.
        let mixed = Array((Self.line + "\nhello\n" + Self.line).utf8)
        #expect(try Self.chunks(mixed, "a.jsonl").count == 3)
    }
}

@Suite("The form of a line")
struct LineFormTests {
    @Test(
        "is told by its first members",
        arguments: [
            (#"{"resourceSpans":[{"#, LineForm.foreign(.prettyPrinted)),
            (#"{"resourceSpans":[{"x":1"#, .request(.traces)),
            (#" {"resource_spans" : []}"#, .request(.traces)), (#"{"resourceLogs":[]}"#, .request(.logs)),
            (#"{"a":{"b":["}"]},"resourceMetrics":[]}"#, .request(.metrics)), (#"{"command":"run.start"}"#, .command),
            ("{", .foreign(.prettyPrinted)), ("[", .foreign(.prettyPrinted)), ("}", .foreign(.prettyPrinted)),
            (#"  "resourceSpans": ["#, .foreign(.prettyPrinted)),
            (#"{"data":[{"traceID":"a","spans":[]}]}"#, .foreign(.jaeger)),
            (#"{"traceID":"a","spanID":"b"}"#, .foreign(.jaeger)),
            (#"[{"traceId":"a","id":"b","timestamp":5}]"#, .foreign(.zipkin)),
            (#"[{"traceId":"a","spanId":"b"}]"#, .foreign(.spans)), (#"{"x":1}"#, .foreign(.otherJSON)),
            ("{}", .foreign(.otherJSON)),
            ("[1,2]", .foreign(.otherJSON)), ("a,b,c", .foreign(.csv)), ("a;b;c", .foreign(.csv)),
            ("2026-01-01 INFO hello", .foreign(.text)), ("\u{0}\u{1}a", .foreign(.binary)), ("", .foreign(.text)),
            (#"{"a":"#, .foreign(.prettyPrinted)), (#"{"a" "resourceSpans":[]}"#, .foreign(.otherJSON)),
        ])
    func forms(line: String, form: LineForm) {
        #expect(Array(line.utf8).withUnsafeBytes { LineForm($0) } == form, "\(line)")
    }

    @Test("does not depend on the rest of a long line")
    func long() {
        let line = #"{"resourceSpans":["# + String(repeating: "x", count: 10_000_000) + "]}"
        let clock = ContinuousClock()
        let time = clock.measure {
            for _ in 0..<1000 { _ = Array(line.utf8.prefix(1)).count }
        }
        #expect(time < .seconds(60))
        #expect(Array(line.utf8).withUnsafeBytes { LineForm($0) } == .request(.traces))
    }
}
