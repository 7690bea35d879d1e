/// Appends JSON text to `bytes`, compact or indented by two spaces. Commas and colons are the writer's affair; that
/// keys stand only in objects, and that what is begun is ended, is the caller's.
@usableFromInline package struct JSONWriter {
    package var bytes: [UInt8] = []
    @usableFromInline let isPretty: Bool
    @usableFromInline var depth = 0
    /// Whether a sibling stands before the next value or key.
    @usableFromInline var hasSibling = false
    @usableFromInline var followsKey = false

    package init(pretty: Bool = false) { self.isPretty = pretty }

    package mutating func beginObject() { self.begin(UInt8(ascii: "{")) }
    package mutating func endObject() { self.end(UInt8(ascii: "}")) }
    package mutating func beginArray() { self.begin(UInt8(ascii: "[")) }
    package mutating func endArray() { self.end(UInt8(ascii: "]")) }

    /// Ends a line of JSON lines: the next value begins a text of its own.
    package mutating func endLine() {
        precondition(self.depth == 0, "a line ends outside of arrays and objects")
        self.bytes.append(UInt8(ascii: "\n"))
        self.hasSibling = false
    }

    package mutating func key(_ name: StaticString) {
        self.separate()
        self.quote(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.colon()
    }

    package mutating func key(_ name: String) {
        self.separate()
        self.quote(name)
        self.colon()
    }

    package mutating func key(_ name: JSONString) {
        self.separate()
        name.withUTF8 { self.quote($0) }
        self.colon()
    }

    package mutating func string(_ value: String) {
        self.separate()
        self.quote(value)
    }

    /// As `string`, from bytes that are UTF-8 already, as `JSONReader.withString` lends them.
    package mutating func string(utf8: UnsafeRawBufferPointer) {
        self.separate()
        self.quote(utf8)
    }

    package mutating func string(_ value: JSONString) {
        value.withUTF8 { self.string(utf8: $0) }
    }

    package mutating func int(_ value: Int64) {
        self.separate()
        if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
        self.digits(value.magnitude)
    }

    package mutating func int(_ value: Int) { self.int(Int64(value)) }

    package mutating func uint(_ value: UInt64) {
        self.separate()
        self.digits(value)
    }

    /// The shortest text that reads back as the same double; null for NaN and the infinities, which JSON has not.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return self.null() }
        self.separate()
        self.bytes.append(contentsOf: value.description.utf8)
    }

    /// The same for single precision: `0.1`, where a double would take `0.10000000149011612`.
    package mutating func float(_ value: Float) {
        guard value.isFinite else { return self.null() }
        self.separate()
        self.bytes.append(contentsOf: value.description.utf8)
    }

    package mutating func bool(_ value: Bool) {
        self.separate()
        self.bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    package mutating func null() {
        self.separate()
        self.bytes.append(contentsOf: "null".utf8)
    }

    /// Appends a value that is JSON text already, as it is.
    package mutating func raw(_ bytes: some Sequence<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func raw(_ text: String) { self.raw(text.utf8) }
    package mutating func raw(_ value: JSONText) { self.raw(value.text.utf8) }

    /// What is written, as a string.
    package var text: String { String(decoding: self.bytes, as: UTF8.self) }

    private mutating func begin(_ bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.depth += 1
        self.hasSibling = false
    }

    private mutating func end(_ bracket: UInt8) {
        precondition(self.depth > 0, "nothing is open to be ended")
        self.depth -= 1
        if self.hasSibling && self.isPretty { self.indent() }
        self.bytes.append(bracket)
        self.hasSibling = true
    }

    private mutating func colon() {
        self.bytes.append(UInt8(ascii: ":"))
        if self.isPretty { self.bytes.append(UInt8(ascii: " ")) }
        self.followsKey = true
    }

    /// What stands between the sibling before and the value or key that comes.
    private mutating func separate() {
        if self.followsKey {
            self.followsKey = false
            return
        }
        if self.hasSibling {
            precondition(self.depth > 0, "a text holds one value; endLine() begins another")
            self.bytes.append(UInt8(ascii: ","))
        }
        if self.isPretty && self.depth > 0 { self.indent() }
        self.hasSibling = true
    }

    private mutating func indent() {
        self.bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<2 * self.depth { self.bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func digits(_ value: UInt64) {
        let start = self.bytes.count
        var rest = value
        repeat {
            self.bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest != 0
        self.bytes[start...].reverse()
    }
}
