import EventSourcing
import Import
import Testing

@Suite("OTLP under mutation")
struct OTLPMutationTests {
    static let lines = [
        OTLPLines.line(
            OTLPLines.attributes([
                "gen_ai.operation.name": #"{"stringValue":"chat"}"#,
                "gen_ai.usage.input_tokens": #"{"intValue":"545"}"#,
                "gen_ai.usage.cost": #"{"doubleValue":0.001258}"#,
                "gen_ai.response.finish_reasons": #"{"arrayValue":{"values":[{"stringValue":"stop"}]}}"#,
            ])),
        OTLPLines.line(
            #""status":{"code":2},"events":[{"timeUnixNano":"1754065244332523000","name":"gen_ai.evaluation.result","#
                + OTLPLines.attributes(["gen_ai.evaluation.score.value": #"{"doubleValue":1.0}"#]) + "}]"),
        #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(OTLPLines.span(#""kind":3"#))],"scope":{"name":"l"}}],"#
            + #""resource":{"attributes":[{"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{}}]}}}]}}]}"#,
    ].map { Array($0.utf8) }

    @Test("50,000 damaged lines are read or refused, and never trap", arguments: [0x07E1_E5CA as UInt64])
    func damaged(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var reader = OTLPReader()
        var read = 0
        for round in 0..<50_000 {
            var line = Self.lines[Int(random.next() % UInt64(Self.lines.count))]
            for _ in 0...(random.next() % 2) where !line.isEmpty { Self.damage(&line, &random) }
            do {
                try line.withUnsafeBytes { bytes in
                    try reader.read(line: bytes) { span in
                        read += 1
                        try Self.use(span)
                    }
                }
            } catch let error as JSONError {
                #expect(error.offset <= line.count, "seed \(seed), round \(round)")
            } catch {
                Issue.record("seed \(seed), round \(round): \(error)")
            }
        }
        #expect(read > 10_000, "seed \(seed)")
    }

    /// Asks a span for everything.
    static func use(_ span: borrowing OTLPSpan) throws {
        _ = span.traceIDText + span.spanIDText + span.name.string
        let genAI = GenAISpan(span)
        _ = genAI.finishReasons
        if let usage = genAI.usage {
            #expect(min(usage.input, usage.cacheRead, usage.cacheWrite, usage.output, usage.reasoning) >= 0)
        }
        for event in span.events { _ = GenAIEvaluation(event, of: span)?.score?.string }
        for attribute in span.attributes { _ = (attribute.value.int, attribute.value.double, attribute.value.strings) }
        var json = JSONWriter()
        try span.attributes[...].write(to: &json)
        _ = try JSONText(parsing: json.text)
        var resource = JSONWriter()
        try span.resourceAttributes[...].write(to: &resource)
    }

    static func damage(_ line: inout [UInt8], _ random: inout SplitMix64) {
        let telling = Array("\"\\{}[]:,0-.eun1 ".utf8) + [0x00, 0x80, 0xFF]
        let place = Int(random.next() % UInt64(line.count))
        let end = min(line.count, place + Int(random.next() % 12))
        switch random.next() % 6 {
        case 0: line[place] ^= 1 << UInt8(random.next() % 8)
        case 1: line[place] = telling[Int(random.next() % UInt64(telling.count))]
        case 2: line.insert(telling[Int(random.next() % UInt64(telling.count))], at: place)
        case 3: line.removeSubrange(place..<end)
        case 4: line.insert(contentsOf: Array(line[place..<end]), at: place)
        default: line[place] = UInt8(ascii: "0") + UInt8(random.next() % 10)
        }
    }
}
