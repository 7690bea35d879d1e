import LedgerEvents

/// Finds where a JSON value ends by its quotes and brackets alone, without validating what is in it: how a span that is
/// wrong inside is passed over.
package enum JSONExtent {
    /// The offset after the value that begins at `start`; throws if the text ends before the value does, or if no value
    /// begins there.
    package static func end(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(JSONError) -> Int {
        var index = start
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = try self.endOfString(bytes, from: index)
                if depth == 0 { return index }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth &+= 1
                index &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth <= 1 { return try depth == 1 ? index &+ 1 : self.nonEmpty(start, index) }
                depth &-= 1
                index &+= 1
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                if depth == 0 { return try self.nonEmpty(start, index) }
                index &+= 1
            default: index &+= 1
            }
        }
        guard depth == 0, index > start else {
            throw JSONError(offset: start, message: "the text ends in the middle of the value that begins here")
        }
        return index
    }

    private static func nonEmpty(_ start: Int, _ end: Int) throws(JSONError) -> Int {
        guard end > start else { throw JSONError(offset: start, message: "expected a value, found none") }
        return end
    }

    private static func endOfString(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(JSONError) -> Int {
        var index = start &+ 1
        while let found = ByteSearch.quoteOrBackslash(in: bytes, from: index) {
            if bytes[found] == UInt8(ascii: "\"") { return found &+ 1 }
            index = found &+ 2
        }
        throw JSONError(offset: start, message: "the string has no closing quote")
    }
}
