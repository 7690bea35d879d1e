/// JSON of any shape, kept as its canonical text: no white space, members in the order they were written in, duplicate
/// keys refused, numbers as they were written, strings with only the escapes that must be. Equal texts are equal JSON.
public struct JSONText: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public static let emptyObject = JSONText(uncheckedCanonical: "{}")
    public static let emptyArray = JSONText(uncheckedCanonical: "[]")
    package static let null = JSONText(uncheckedCanonical: "null")

    public init(parsing text: String) throws(JSONError) {
        var text = text
        let parsed = text.withUTF8 { utf8 in
            Result { () throws(JSONError) in try JSONText(parsing: UnsafeRawBufferPointer(utf8)) }
        }
        self = try parsed.get()
    }

    /// From the bytes of one value, as `JSONReader.raw()` lends them.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var canonicalizer = JSONCanonicalizer(bytes)
        self.text = try canonicalizer.text()
    }

    /// The next value of `reader`; an error's offset counts from the start of the reader's text.
    package init(reading reader: inout JSONReader) throws(JSONError) {
        let bytes = try reader.raw()
        do {
            try self.init(parsing: bytes)
        } catch {
            throw JSONError(offset: reader.offset - bytes.count + error.offset, message: error.message)
        }
    }

    /// From bytes that must be canonical already, as they are stored; others are refused.
    package init(canonical bytes: UnsafeRawBufferPointer) throws(JSONError) {
        try self.init(parsing: bytes)
        guard !self.text.utf8.elementsEqual(bytes) else { return }
        let same = zip(self.text.utf8, bytes).prefix { $0 == $1 }.count
        throw JSONError(offset: same, message: "the JSON text is not canonical")
    }

    /// From text that is known to be canonical: a checksum has vouched for what this type once wrote.
    package init(uncheckedCanonical text: String) { self.text = text }

    public var description: String { self.text }

    /// Reads the text.
    package func reading<R>(_ body: (inout JSONReader) throws -> R) rethrows -> R {
        try JSONReader.reading(self.text, body)
    }

    /// By bytes: strings alone would take canonically equivalent characters for equal.
    public static func == (a: JSONText, b: JSONText) -> Bool {
        a.text == b.text && a.text.utf8.elementsEqual(b.text.utf8)
    }
}
