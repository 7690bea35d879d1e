import Conformance
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Seeded
import Testing

@Suite("Secrets in telemetry")
struct OTLPSecretTests {
    /// Put together here, so that nothing that looks like a key stands in this file.
    static let body = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    static let key = "sk-" + "proj-" + Self.body

    private func value(_ text: String, key: String = "input.value") throws -> String {
        var json = JSONWriter()
        json.string(text)
        let all = try OTLPRequests.read(
            OTLPRequests.line(OTLPRequests.attributes(["\(key)": "{\"stringValue\":\(json.text)}"])))
        let span = try #require(all.spans.first)
        let found = try span.attributes.reading { reader in
            var found = ""
            try reader.object { reader, _ in found = try reader.string() }
            return found
        }
        #expect((found != text) == (all.maskedSecrets > 0))
        return found
    }

    @Test("are masked by their looks, wherever they stand in a text")
    func shapes() throws {
        let key = Self.key
        for (text, masked) in [
            (key, "[masked]"), ("use \(key).", "use [masked]."), ("a\n\(key)\nb", "a\n[masked]\nb"),
            ("{\"headers\":{\"x\":\"\(key)\"}}", "{\"headers\":{\"x\":\"[masked]\"}}"),
            ("{\"text\":\"a\\n\(key)\\n\"}", "{\"text\":\"a\\n[masked]\\n\"}"),
            ("\(key) and \(key)", "[masked] and [masked]"),
            ("AKIA" + "IOSFODNN7EXAMPLE", "[masked]"), ("x=ghp_" + Self.body, "x=[masked]"),
            ("postgres://app:" + "hunter2hunter2@db.example/app", "postgres://app:[masked]@db.example/app"),
            ("redis://:" + "hunter2@db", "redis://:[masked]@db"),
            (
                "GET https://a.example/x?b=c&api_key=" + "0123456789abcdef&d=e",
                "GET https://a.example/x?b=c&api_key=[masked]&d=e"
            ),
            ("https://a.example/?token=" + "abc123def456", "https://a.example/?token=[masked]"),
            ("https://a.example/?a=b\\u0026key=" + "abc123def456", "https://a.example/?a=b\\u0026key=[masked]"),
            ("authorization: Bearer " + "abc/def+ghi.123456", "authorization: Bearer [masked]"),
            ("{\"api_key\": \"" + "0a1b2c3d4e5f\"}", "{\"api_key\": \"[masked]\"}"),
            ("{'password': '" + "hunter2hunter2'}", "{'password': '[masked]'}"),
            (
                "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEabcdefgh\nijkl\n-----END RSA " + "PRIVATE KEY-----\nrest",
                "-----BEGIN RSA " + "PRIVATE KEY-----\n[masked]-----END RSA " + "PRIVATE KEY-----\nrest"
            ),
        ] {
            #expect(try self.value(text) == masked)
        }
    }

    @Test("are masked by the names of their keys")
    func names() throws {
        for key in [
            "authorization", "http.request.header.authorization", "proxy-authorization", "x-api-key", "openai.api_key",
            "OPENAI_API_KEY", "apiKey", "openaiApiKey", "db.password", "client_secret", "access_token", "refreshToken",
            "private_key", "http.request.header.set-cookie", "cookie",
        ] {
            #expect(try self.value("hunter2-hunter2", key: key) == "[masked]", "\(key)")
            #expect(try self.value("hunter2", key: key) == "[masked]", "\(key)")
            #expect(try self.value("Bearer hunter2-hunter2", key: key) == "Bearer [masked]", "\(key)")
            for stand in [
                "", "${API_TOKEN}", "Bearer ${API_TOKEN}", "{{ token }}", "vault:agents/7", "true", "[REDACTED]",
                "****",
            ] {
                #expect(try self.value(stand, key: key) == stand)
            }
        }
        // Also below such a key.
        #expect(
            try OTLPRequests.attributesText(
                [
                    "headers":
                        #"{"kvlistValue":{"values":[{"key":"cookie","value":{"arrayValue":{"values":[{"stringValue":"session=1"},{"intValue":5}]}}}]}}"#
                ], keepSecrets: false) == #"{"headers":{"cookie":["[masked]",5]}}"#)
    }

    @Test("are masked in every form that they come in", arguments: SecretForms.all.indices)
    func forms(index: Int) throws {
        let (name, text) = SecretForms.all[index]
        let found = try self.value(text, key: name)
        #expect(found.contains("[masked]") && !found.contains(SecretForms.body), "\(name): \(found)")
        let structured = try OTLPRequests.read(
            OTLPRequests.line(OTLPRequests.attributes(["a": self.nested(name, text)])))
        #expect(structured.maskedSecrets == 1, "\(name): \(structured.spans)")
    }

    private func nested(_ name: String, _ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return #"{"kvlistValue":{"values":[{"key":"\#(name)","value":{"stringValue":\#(json.text)}}]}}"#
    }

    @Test("are not seen in what only resembles them", arguments: SecretForms.harmless.indices)
    func harmless(index: Int) throws {
        let (name, text) = SecretForms.harmless[index]
        #expect(try self.value(text, key: name) == text, "\(name)")
    }

    @Test("are not seen anywhere in what real libraries sent", arguments: ConformanceTests.names)
    func recorded(name: String) throws {
        let text = try TelemetryFixture.text("\(ConformanceTests.folder)/\(name).otlp.jsonl.gz")
        var keeping = OTLPReader(keepSecrets: true)
        var masking = OTLPReader()
        for line in text.split(separator: UInt8(ascii: "\n")) {
            var plain = OTLPRequests()
            try plain.read(json: Array(line), &keeping)
            var masked = OTLPRequests()
            try masked.read(json: Array(line), &masking)
            for (a, b) in zip(plain.spans, masked.spans) where a != b {
                Issue.record("\(a.attributes.text)\n\(b.attributes.text)")
            }
        }
        #expect(masking.maskedSecrets == 0)
    }

    @Test("are masked in names, status messages, events, links and bodies, and counted; or kept on demand")
    func places() throws {
        let key = Self.key
        let attributes = OTLPRequests.attributes(["a": "{\"stringValue\":\"\(key)\"}"])
        let line = OTLPRequests.line(
            "\"name\":\"\(key)\",\"status\":{\"message\":\"\(key)\"},\"events\":[{\"name\":\"\(key)\",\(attributes)}],"
                + "\"links\":[{\(attributes)}]")
        let all = try OTLPRequests.read(line)
        let span = try #require(all.spans.first)
        #expect(all.maskedSecrets == 5)
        #expect(span.name == "[masked]" && span.statusMessage == "[masked]")
        #expect(span.events?.text == #"[{"name":"[masked]","attributes":{"a":"[masked]"}}]"#)
        #expect(span.links?.text == #"[{"attributes":{"a":"[masked]"}}]"#)
        let kept = try OTLPRequests.read(line, keepSecrets: true)
        #expect(kept.maskedSecrets == 0 && kept.spans.first?.name == key)
        let record = "{\"body\":{\"stringValue\":\"\(key)\"}}"
        #expect(
            try OTLPRequests.read("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[\(record)]}]}]}").records.first?
                .body?.text == #""[masked]""#)
        // What is refused keeps its length, for protobuf's sake.
        let refused = try OTLPRequests.read(OTLPRequests.line("\"kind\":[],\"name\":\"\(key)\"")).refused.first
        let content = String(decoding: try #require(refused).content, as: UTF8.self)
        #expect(content.contains("****") && !content.contains(Self.body))
    }

    @Test("are masked without a digit, in names of attributes, in bytes, and beside their name")
    func placesWithin() throws {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGH"
        for prefix in ["sk_" + "live_", "rk_" + "live_", "hf_", "ghp_", "glpat-", "npm_"] {
            #expect(try self.value("use \(prefix)\(letters), please") == "use [masked], please")
        }
        for (attributes, count) in [
            (["k \(Self.key)": #"{"intValue":1}"#], 1),
            (["a": #"{"bytesValue":"\#(Data(Self.key.utf8).base64EncodedString())"}"#], 1),
            (["db.password": #"{"bytesValue":"aHVudGVyMg=="}"#], 1), (["a": #"{"bytesValue":"aHVudGVyMg=="}"#], 0),
            (["a": #"{"arrayValue":{"values":[{"stringValue":"x-api-key"},{"stringValue":"\#(Self.body)"}]}}"#], 1),
            (["a": #"{"arrayValue":{"values":[{"stringValue":"api_key"},{"stringValue":"client_name"}]}}"#], 0),
            (
                [
                    "a":
                        #"{"kvlistValue":{"values":[{"key":"name","value":{"stringValue":"API_KEY"}},{"key":"value","value":{"stringValue":"\#(Self.body)"}}]}}"#
                ], 1
            ),
        ] as [(KeyValuePairs<String, String>, Int)] {
            let all = try OTLPRequests.read(OTLPRequests.line(OTLPRequests.attributes(attributes)))
            #expect(all.maskedSecrets == count, "\(attributes): \(all.spans)")
            #expect(all.spans.first?.attributes.text.contains(Self.body) == false)
        }
    }

    @Test("are masked in trace states, severities, event names, scopes and schema addresses, in both forms")
    func rarePlaces() throws {
        let key = Self.key
        let span =
            "{\"traceId\":\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"0102030405060708\",\"startTimeUnixNano\":\"1\","
            + "\"traceState\":\"a=\(key)\",\"links\":[{\"traceState\":\"a=\(key)\"}]}"
        let spans =
            "{\"resourceSpans\":[{\"schemaUrl\":\"\(key)\",\"scopeSpans\":[{\"scope\":{\"name\":\"\(key)\","
            + "\"version\":\"\(key)\"},\"schemaUrl\":\"\(key)\",\"spans\":[\(span)]}]}]}"
        let traces = try OTLPRequests.read(spans)
        #expect(traces.maskedSecrets == 6)
        #expect(traces.spans.first?.traceState == "a=[masked]")
        #expect(traces.spans.first?.links?.text.contains(Self.body) == false)
        let record = "{\"severityText\":\"\(key)\",\"eventName\":\"\(key)\"}"
        let logs = try OTLPRequests.read("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[\(record)]}]}]}")
        #expect(logs.maskedSecrets == 2)
        #expect(logs.records.first?.severityText == "[masked]" && logs.records.first?.eventName == "[masked]")
    }

    @Test(
        "are found in time that grows with the text",
        arguments: [
            "eyJ.", "1.eyJ.", "a/b+1", "://a:", "'a':", "?a=", "&token=", "-----BEGIN ", "-", "0", "x1=", "\\\"",
            "api_key=", "password: ", "api_key=a", "123456789:", "token = ", "https://hooks.slack.com/services/",
        ])
    func linear(piece: String) throws {
        try expectLinear(to: 200_000 / piece.utf8.count) { count in
            _ = try self.value("1" + String(repeating: piece, count: count))
        }
    }
}
