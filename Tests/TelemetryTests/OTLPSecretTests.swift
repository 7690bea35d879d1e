import AgentDomain
import EventSourcing
import Telemetry
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
            (key, "sk-p[masked]"), ("use \(key).", "use sk-p[masked]."), ("a\n\(key)\nb", "a\nsk-p[masked]\nb"),
            ("{\"headers\":{\"x\":\"\(key)\"}}", "{\"headers\":{\"x\":\"sk-p[masked]\"}}"),
            ("{\"text\":\"a\\n\(key)\\n\"}", "{\"text\":\"a\\nsk-p[masked]\\n\"}"),
            ("\(key) and \(key)", "sk-p[masked] and sk-p[masked]"),
            ("AKIA" + "IOSFODNN7EXAMPLE", "AKIA[masked]"), ("x=ghp_" + Self.body, "x=ghp_[masked]"),
            ("postgres://app:" + "hunter2hunter2@db.example/app", "postgres://app:hunt[masked]@db.example/app"),
            ("redis://:" + "hunter2@db", "redis://:[masked]@db"),
            (
                "GET https://a.example/x?b=c&api_key=" + "0123456789abcdef&d=e",
                "GET https://a.example/x?b=c&api_key=0123[masked]&d=e"
            ),
            ("https://a.example/?token=" + "abc123def456", "https://a.example/?token=abc1[masked]"),
            ("https://a.example/?a=b\\u0026key=" + "abc123def456", "https://a.example/?a=b\\u0026key=abc1[masked]"),
            ("authorization: Bearer " + "abc/def+ghi.123456", "authorization: Bearer abc/[masked]"),
            ("{\"api_key\": \"" + "0a1b2c3d4e5f\"}", "{\"api_key\": \"0a1b[masked]\"}"),
            ("{'password': '" + "hunter2hunter2'}", "{'password': 'hunt[masked]'}"),
            (
                "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEabcdefgh\nijkl\n-----END RSA " + "PRIVATE KEY-----\nrest",
                "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE[masked]-----END RSA " + "PRIVATE KEY-----\nrest"
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
            #expect(try self.value("hunter2-hunter2", key: key) == "hunt[masked]", "\(key)")
            #expect(try self.value("hunter2", key: key) == "[masked]", "\(key)")
            #expect(try self.value("Bearer hunter2-hunter2", key: key) == "Bearer hunt[masked]", "\(key)")
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

    @Test(
        "are not seen under other names",
        arguments: [
            "gen_ai.usage.input_tokens", "llm.token_count.prompt", "max_tokens", "tokenizer", "gen_ai.token.type",
            "keyboard",
            "secretary", "aws.secretsmanager.secret.arn", "monkey", "authorization.result", "cookies_enabled",
            "apikeys",
        ])
    func otherNames(key: String) throws { #expect(try self.value("hunter2-hunter2", key: key) == "hunter2-hunter2") }

    @Test(
        "are not seen in what only resembles them",
        arguments: [
            "ask-the-customer-for-more-details-please", "sk-short", "task-1234567890123456789012345",
            "https://user@host.example/path", "postgres://app:${PASSWORD}@db.example/app", "mailto:a@b.example", "AKIA",
            "ASIA-PACIFIC-REGION-2024-05", "a model with max_tokens of 2048",
            "Bearer authentication is not supported here",
            "{\"password\": {\"type\": \"string\"}}", "{\"password\": \"The password of the user\"}",
            "{\"api_key\": null}",
            "https://a.example/?key=name&page=2", "http://localhost:8080/a@b", "f(password=password, token=token)",
            "risk-adjusted-return-2024-2025-2026", "{\"completion_tokens\": \"12345678901234567890\"}",
        ])
    func harmless(text: String) throws { #expect(try self.value(text) == text) }

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
        #expect(span.name == "sk-p[masked]" && span.statusMessage == "sk-p[masked]")
        #expect(span.events?.text == #"[{"name":"sk-p[masked]","attributes":{"a":"sk-p[masked]"}}]"#)
        #expect(span.links?.text == #"[{"attributes":{"a":"sk-p[masked]"}}]"#)
        let kept = try OTLPRequests.read(line, keepSecrets: true)
        #expect(kept.maskedSecrets == 0 && kept.spans.first?.name == key)
        let record = "{\"body\":{\"stringValue\":\"\(key)\"}}"
        #expect(
            try OTLPRequests.read("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[\(record)]}]}]}").records.first?
                .body?.text == #""sk-p[masked]""#)
        // What is refused keeps its length, for protobuf's sake.
        let refused = try OTLPRequests.read(OTLPRequests.line("\"kind\":[],\"name\":\"\(key)\"")).refused.first
        let content = String(decoding: try #require(refused).content, as: UTF8.self)
        #expect(content.contains("sk-p***") && !content.contains(Self.body))
    }

    @Test("are found in time that grows with the text", .timeLimit(.minutes(1)))
    func linear() throws {
        for piece in [
            "eyJ.", "1.eyJ.", "a/b+1", "://a:", "'a':", "?a=", "&token=", "-----BEGIN ", "-", "0", "x1=", "\\\"",
        ] {
            let text = "1" + String(repeating: piece, count: 200_000 / piece.utf8.count)
            _ = try self.value(text)
        }
    }
}
