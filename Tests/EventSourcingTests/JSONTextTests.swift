import LedgerEvents
import Testing

@Suite("JSON text")
struct JSONTextTests {
    @Test(
        "canonical text has no white space, keeps order and numbers, and escapes only what it must",
        arguments: [
            ("  { } ", "{}"), ("[ 1 , 2.50,1E5 ]", "[1,2.50,1E5]"),
            (#"{"b":1,"a":{"c":[ ]}}"#, #"{"b":1,"a":{"c":[]}}"#),
            (#""\u0041\/\u00e9\u000a""#, #""A/é\n""#), (#"{"\u0061":"\ud83d\ude00"}"#, #"{"a":"😀"}"#),
            (" null", "null"),
        ])
    func canonical(text: String, canonical: String) throws {
        let parsed = try JSONText(parsing: text)
        #expect(parsed.text == canonical)
        #expect(try JSONText(parsing: canonical) == parsed)
        let stored = try Array(canonical.utf8).withUnsafeBytes { bytes in try JSONText(canonical: bytes) }
        #expect(stored == parsed)
    }

    @Test("a key that stands twice in one object is refused, however it is written")
    func duplicates() throws {
        #expect(throws: JSONError(offset: 12, message: "the key \"a\" stands twice in one object")) {
            try JSONText(parsing: #"{"a":1,"a" :2}"#)
        }
        #expect(throws: JSONError.self) { try JSONText(parsing: #"[{"x":{"a":1,"\u0061":2}}]"#) }
        #expect(throws: Never.self) { try JSONText(parsing: #"{"a":{"a":1},"b":{"a":1}}"#) }
    }

    @Test("a wide object's duplicate is found, and canonically equivalent keys are not duplicates")
    func wideObjects() throws {
        let members = (0..<200).map { "\"k\($0)\":\($0)" }
        #expect(throws: Never.self) { try JSONText(parsing: "{\(members.joined(separator: ","))}") }
        #expect(throws: JSONError.self) {
            try JSONText(parsing: "{\((members + ["\"k3\":0"]).joined(separator: ","))}")
        }
        #expect(throws: JSONError.self) {
            try JSONText(parsing: "{\((members + ["\"k150\":0"]).joined(separator: ","))}")
        }
        let composed = try JSONText(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(composed != (try JSONText(parsing: "{\"e\u{301}\":1,\"\u{e9}\":2}")))
    }

    @Test("bytes that are JSON but not canonical are refused as such")
    func notCanonical() {
        #expect(throws: JSONError(offset: 1, message: "the JSON text is not canonical")) {
            try Array("{ }".utf8).withUnsafeBytes { bytes in try JSONText(canonical: bytes) }
        }
        #expect(throws: JSONError(offset: 2, message: "the JSON text is not canonical")) {
            try Array("{} ".utf8).withUnsafeBytes { bytes in try JSONText(canonical: bytes) }
        }
    }

    @Test("a value inside a text is read canonically, and its errors point into the whole text")
    func inside() throws {
        let text = try JSONReader.reading(#"{"meta": {"a": [1, 2]}}"#) { reader in
            var found = JSONText.null
            try reader.object { reader, _ in found = try JSONText(reading: &reader) }
            return found
        }
        #expect(text.text == #"{"a":[1,2]}"#)
        #expect(throws: JSONError(offset: 16, message: "the key \"a\" stands twice in one object")) {
            try JSONReader.reading(#"[    {"a":1,"a":2}]"#) { try $0.array { _ = try JSONText(reading: &$0) } }
        }
    }
}
