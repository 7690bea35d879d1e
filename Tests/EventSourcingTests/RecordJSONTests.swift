import LedgerEvents
import Seeded
import Testing

@Suite("Records as JSON")
struct RecordJSONTests {
    private func read(_ text: String) throws -> EveryField {
        try JSONReader.reading(text) { json in
            let record = try json.record(EveryField.self)
            try json.end()
            return record
        }
    }

    private func refusal(_ text: String) -> String {
        do {
            return "accepted: \(try self.read(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test("every record reads back as it was", arguments: [0x15A11 as UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<1000 {
            let record = EveryField.random(&random)
            for pretty in [false, true] {
                let text = JSONWriter.text(record, pretty: pretty)
                #expect(try self.read(text) == record, "seed \(seed), round \(round): \(text)")
            }
        }
    }

    @Test("members stand in the order of the fields; absent optionals and empty lists are left out")
    func members() throws {
        var inner = Inner()
        #expect(JSONWriter.text(inner) == #"{"text":""}"#)
        inner.text = "a"
        inner.number = 0
        inner.deeper = [Deepest()]
        #expect(JSONWriter.text(inner) == #"{"text":"a","number":0,"deeper":[{"text":""}]}"#)
    }

    @Test("values are written as people read them")
    func values() {
        var record = EveryField()
        record.id = ID(bits: 1)
        record.instant = Instant(microseconds: 1)
        record.decimal = ExactDecimal(picos: 500_000_000_000)
        record.money = Money(ExactDecimal(3), .usd)
        record.colour = .blue
        let text = JSONWriter.text(record)
        for part in [
            #""id":"00000000-0000-0000-0000-000000000001""#, #""instant":"1970-01-01T00:00:00.000001Z""#,
            #""day":"1970-01-01""#, #""decimal":"0.5""#, #""money":{"amount":"3","currency":"USD"}"#,
            #""colour":"blue""#,
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test("members come in any order, and missing ones keep their default")
    func order() throws {
        let record = try self.read(#"{"text":"b","integer":7,"optionals":{"integer":null,"text":"x"}}"#)
        #expect(record.integer == 7)
        #expect(record.text == "b")
        #expect(record.optionals.integer == nil)
        #expect(record.optionals.text == "x")
        #expect(record.double == 0)
    }

    @Test("numbers may be strings, as protobuf's JSON has them, and amounts numbers of any length")
    func numbers() throws {
        let record = try self.read(
            #"{"integer":"-7","double":"1.5","decimal":0.10000000000000000000000,"unsigned":1e2}"#)
        #expect(record.integer == -7)
        #expect(record.double == 1.5)
        #expect(record.decimal == ExactDecimal(picos: 100_000_000_000))
        #expect(record.unsigned == 100)
    }

    @Test("a member that is not known is named, together with those that are")
    func unknown() {
        #expect(self.refusal(#"{"colours":"red"}"#).contains("\"colours\""))
        #expect(self.refusal(#"{"colours":"red"}"#).contains("boolean, integer, unsigned, double, text, id"))
        let nested = self.refusal(#"{"inner":{"deeper":[{"txt":"a"}]}}"#)
        #expect(nested.contains("field inner.deeper: there is no field \"txt\"; the fields are text"), "\(nested)")
    }

    @Test(
        "a member that stands twice is refused, wherever it stands",
        arguments: [
            #"{"text":"a","text":"b"}"#, #"{"integer":1,"text":"a","double":2,"text":"b"}"#,
            #"{"text":"a","double":2,"integer":1,"text":"b"}"#, #"{"text":"a","integer":1,"te\u0078t":"b"}"#,
        ])
    func twice(text: String) {
        #expect(self.refusal(text).contains("\"text\" stands twice"))
    }

    @Test(
        "a value of the wrong type names the way to its field",
        arguments: [
            (#"{"boolean":1}"#, "field boolean: expected"), (#"{"integer":1.5}"#, "field integer"),
            (#"{"integer":9223372036854775808}"#, "field integer"), (#"{"unsigned":-1}"#, "field unsigned"),
            (#"{"double":"x"}"#, "field double"), (#"{"text":null}"#, "field text"), (#"{"id":"7"}"#, "is not a UUID"),
            (#"{"position":-1}"#, "field position"), (#"{"instant":"yesterday"}"#, "field instant: \"yesterday\""),
            (#"{"day":"2025-02-30"}"#, "field day"), (#"{"decimal":1e27}"#, "field decimal"),
            (#"{"money":{"amount":"1"}}"#, "field money: money needs"),
            (#"{"money":{"amount":"1","currency":"usd"}}"#, "field money: \"usd\""),
            (#"{"money":{"amount":"1","currency":"USD","rate":1}}"#, "no \"rate\""),
            (#"{"colour":"gold"}"#, "field colour: \"gold\" is not one of: red, green, blue"),
            (#"{"json":{"a":1,"a":2}}"#, "field json"), (#"{"inner":[]}"#, "field inner: expected"),
            (#"{"lists":{"integers":[1,"x"]}}"#, "field lists.integers"),
            (#"{"optionals":{"inner":{"number":"x"}}}"#, "field optionals.inner.number"), ("[]", "expected"),
            (#"{"text":"a""#, ""),
        ])
    func wrongTypes(text: String, says: String) {
        let message = self.refusal(text)
        #expect(!message.hasPrefix("accepted"))
        #expect(says.isEmpty || message.contains(says), "\(message)")
    }

    @Test(
        "a time may lack its zone, which means UTC, its seconds or its time of day",
        arguments: [
            ("2026-11-30T10:00:00Z", "2026-11-30T10:00:00"), ("2026-11-30T10:00:00Z", "2026-11-30 10:00"),
            ("2026-11-30T10:00:00Z", "2026-11-30T10:00"), ("2026-11-30T00:00:00Z", "2026-11-30"),
            ("2026-11-30T09:00:00Z", "2026-11-30 10:00+01:00"), ("2026-11-30T10:00:00.5Z", "2026-11-30t10:00:00.5"),
        ])
    func times(full: String, written: String) throws {
        let read = try JSONReader.reading("\"\(written)\"") { try Instant(json: &$0) }
        #expect(read == Instant(full))
    }

    @Test("a word for a time is refused: it would mean another one later", arguments: ["now", "2 hours ago"])
    func relativeTimes(words: String) {
        let refusal = self.refusal(#"{"instant":"\#(words)"}"#)
        #expect(refusal.contains("would mean another time whenever it is read again"))
    }

    @Test("the list of fields says numbers, names, kinds and cardinalities")
    func descriptions() {
        let fields = FieldDescription.list(EveryField.self)
        #expect(fields.map(\.number) == Array(1...12) + [15, 16, 17, 18, 2047, 2048])
        #expect(fields.first { $0.name == "colour" }?.shape.kind == .enumeration(["red", "green", "blue"]))
        let inner = FieldDescription.list(Inner.self)
        #expect(inner.map(\.shape.cardinality) == [.required, .optional, .repeated])
    }
}
