import LedgerEvents
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    private func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string("Ada \"L\"\\\n\u{1}\u{1f}é")
        writer.key("list" as String)
        writer.beginArray()
        writer.int(-5)
        writer.uint(.max)
        writer.int(Int64.min)
        writer.double(0.1)
        writer.double(.nan)
        writer.double(-.infinity)
        writer.bool(true)
        writer.bool(false)
        writer.null()
        writer.raw(JSONText.emptyObject)
        writer.endArray()
        writer.key("none")
        writer.beginObject()
        writer.endObject()
        writer.key("empty")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
    }

    @Test("compact text has no white space and the commas where they belong")
    func compact() {
        var writer = JSONWriter()
        self.write(&writer)
        #expect(
            writer.text
                == #"{"name":"Ada \"L\"\\\n\u0001\u001fé","list":[-5,18446744073709551615,-9223372036854775808,"#
                + #"0.1,null,null,true,false,null,{}],"none":{},"empty":[]}"#)
    }

    @Test("pretty text is indented by two spaces and says the same")
    func pretty() throws {
        var compact = JSONWriter()
        self.write(&compact)
        var pretty = JSONWriter(pretty: true)
        self.write(&pretty)
        #expect(try JSONText(parsing: pretty.text).text == compact.text)
        var small = JSONWriter(pretty: true)
        small.beginObject()
        small.key("a")
        small.beginArray()
        small.int(1)
        small.int(2)
        small.endArray()
        small.key("b")
        small.beginObject()
        small.endObject()
        small.endObject()
        #expect(small.text == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}")
    }

    @Test("every scalar value survives writing and reading")
    func strings() throws {
        for start in stride(from: 0, to: 0x3000, by: 7) {
            let text = String(String.UnicodeScalarView((start..<start + 40).compactMap { Unicode.Scalar(UInt32($0)) }))
            var writer = JSONWriter()
            writer.string(text)
            #expect(try JSONReader.reading(writer.bytes) { try $0.string() } == text)
        }
    }

    @Test("lines of JSON are separate texts")
    func lines() {
        var writer = JSONWriter()
        writer.int(1)
        writer.endLine()
        writer.beginArray()
        writer.string("x")
        writer.endArray()
        writer.endLine()
        #expect(writer.text == "1\n[\"x\"]\n")
    }
}
