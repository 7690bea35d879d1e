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

    @Test("are masked and counted as numbers too, in both forms, and other numbers are not")
    func numbers() throws {
        let long = (Proto().varint(3, 12_345_678), #"{"intValue":"12345678"}"#)
        let double = (Proto().fixed64(4, (12_345_678.0).bitPattern), #"{"doubleValue":12345678}"#)
        func list(_ value: (Proto, String)) -> (Proto, String) {
            (
                Proto().message(5, Proto().message(1, value.0).message(1, value.0)),
                #"{"arrayValue":{"values":[\#(value.1),\#(value.1)]}}"#
            )
        }
        func object(_ members: [(String, (Proto, String))]) -> (Proto, String) {
            let list = members.map { #"{"key":"\#($0.0)","value":\#($0.1.1)}"# }.joined(separator: ",")
            return (
                Proto().message(6, members.reduce(Proto()) { $0.attribute(1, $1.0, $1.1.0) }),
                #"{"kvlistValue":{"values":[\#(list)]}}"#
            )
        }
        let name = (Proto().text(1, "API_KEY"), #"{"stringValue":"API_KEY"}"#)
        var cases: [(String, (Proto, String), Int)] = [
            ("db_password", long, 1), ("api_key", long, 1), ("openaiApiKey", double, 1), ("api_key", list(long), 2),
            ("password", object([("value", long)]), 1), ("a", object([("name", name), ("value", long)]), 1),
            ("password", object([("changed_at", long), ("api_key", long), ("n", list(double))]), 1),
            ("password", (Proto().varint(3, 999), #"{"intValue":999}"#), 0),
            ("password", (Proto().varint(3, 1), #"{"doubleValue":1}"#), 0),
            ("credentials", object([("expires_at", long)]), 0),
        ]
        for harmless in [
            "max_tokens", "token_count", "gen_ai.usage.input_tokens", "llm.token_count.prompt", "next_page_token",
            "token", "api_key_id", "primary_key", "access_token_expires_in", "refresh_token_ttl", "cookie.max_age",
            "password_length", "tokens", "auth", "pass", "session.id", "output_token", "gen_ai.token", "key",
        ] {
            cases += [(harmless, long, 0), (harmless, double, 0)]
        }
        for (key, value, count) in cases {
            let json = try OTLPRequests.read(OTLPRequests.line(OTLPRequests.attributes(["\(key)": value.1])))
            var reader = OTLPReader()
            var protobuf = OTLPRequests()
            try protobuf.read(
                protobuf: Proto.request(Proto(bytes: Proto.span.attribute(9, key, value.0).bytes)), &reader)
            for all in [json, protobuf] {
                let text = try #require(all.spans.first).attributes.text
                #expect(all.maskedSecrets == count, "\(key): \(text)")
                #expect(text.components(separatedBy: "[masked]").count - 1 == count, "\(key): \(text)")
            }
            let kept = try OTLPRequests.read(
                OTLPRequests.line(OTLPRequests.attributes(["\(key)": value.1])), keepSecrets: true)
            #expect(kept.maskedSecrets == 0 && kept.spans.first?.attributes.text.contains("masked") == false)
        }
        // What a log record says comes after its attributes, and has no name.
        let body = #"{"attributes":[{"key":"api_key","value":\#(long.1)}],"body":\#(long.1)}"#
        let logs = try OTLPRequests.read("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[\(body)]}]}]}")
        #expect(logs.maskedSecrets == 1 && logs.records.first?.body?.text == "12345678")
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
