extension JSONReader {
    /// Reads an integer: a number of integral value (`12`, `12.0`, `1.2e1`) or a string that holds one, as the protobuf
    /// JSON mapping writes 64-bit integers.
    package mutating func int64() throws(JSONError) -> Int64 {
        let (text, start) = try self.numberText("an integer")
        guard let (isNegative, magnitude) = JSONNumber.integer(text) else {
            throw self.failure("expected an integer, found a fraction or a number beyond 64 bits", at: start)
        }
        if isNegative && magnitude == UInt64(Int64.max) + 1 { return .min }
        guard let value = Int64(exactly: magnitude) else {
            throw self.failure("the number is out of the range of a signed 64-bit integer", at: start)
        }
        return isNegative ? -value : value
    }

    /// As `int64()`, for 0 and above.
    package mutating func uint64() throws(JSONError) -> UInt64 {
        let (text, start) = try self.numberText("an integer")
        guard let (isNegative, magnitude) = JSONNumber.integer(text) else {
            throw self.failure("expected an integer, found a fraction or a number beyond 64 bits", at: start)
        }
        guard !isNegative || magnitude == 0 else {
            throw self.failure("expected an integer of 0 or more, found a negative one", at: start)
        }
        return magnitude
    }

    /// Reads a number, or a string that holds one, as the nearest double; one beyond its range is refused.
    package mutating func double() throws(JSONError) -> Double {
        let (text, start) = try self.numberText("a number")
        let value = JSONNumber.double(text)
        guard value.isFinite else { throw self.failure("the number is out of the range of a double", at: start) }
        return value
    }

    /// The same as the nearest number of single precision. Not by way of a double, which would round twice.
    package mutating func float() throws(JSONError) -> Float {
        let (text, start) = try self.numberText("a number")
        guard let value = Float(String(decoding: text, as: UTF8.self)), value.isFinite else {
            throw self.failure("the number is out of the range of single precision", at: start)
        }
        return value
    }

    /// Reads a number, or a string that holds one, and lends its exact text: money is never a double.
    @inlinable package mutating func decimalText<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        try body(self.numberText("a number").text)
    }

    /// The text of the next number, or of the number inside the next string, and where the value began.
    @usableFromInline mutating func numberText(
        _ wanted: StaticString
    ) throws(JSONError) -> (text: UnsafeRawBufferPointer, start: Int) {
        self.skipWhitespace()
        let start = self.offset
        guard start < self.count else { throw self.unexpected(wanted) }
        switch JSONKind.beginning(with: self.byte) {
        case .number:
            return (try self.scanNumber(), start)
        case .string:
            // A number that is written with escapes is not worth a copy: "\u0031" is refused.
            let token = try self.scanString()
            var inner = JSONReader(token.raw)
            // Whatever is wrong inside the string, it is a string and not a number.
            guard let text = try? inner.scanNumber(), inner.offset == inner.count else {
                self.offset = start
                throw self.unexpected(wanted)
            }
            return (text, start)
        default:
            throw self.unexpected(wanted)
        }
    }

    /// Scans the number that is next, by the grammar of RFC 8259 section 6.
    @usableFromInline mutating func scanNumber() throws(JSONError) -> UnsafeRawBufferPointer {
        let start = self.offset
        var index = start
        if index < self.count, self.base.load(fromByteOffset: index, as: UInt8.self) == UInt8(ascii: "-") {
            index &+= 1
        }
        let whole = index
        index = self.endOfDigits(from: index)
        guard index > whole else { throw self.failure("a number needs a digit", at: start) }
        if index &- whole > 1, self.base.load(fromByteOffset: whole, as: UInt8.self) == UInt8(ascii: "0") {
            throw self.failure("a number has no leading zeros", at: start)
        }
        if index < self.count, self.base.load(fromByteOffset: index, as: UInt8.self) == UInt8(ascii: ".") {
            let fraction = index &+ 1
            index = self.endOfDigits(from: fraction)
            guard index > fraction else { throw self.failure("a number needs a digit after its point", at: start) }
        }
        if index < self.count, self.base.load(fromByteOffset: index, as: UInt8.self) | 0x20 == UInt8(ascii: "e") {
            var exponent = index &+ 1
            if exponent < self.count {
                let sign = self.base.load(fromByteOffset: exponent, as: UInt8.self)
                if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { exponent &+= 1 }
            }
            index = self.endOfDigits(from: exponent)
            guard index > exponent else { throw self.failure("a number needs a digit in its exponent", at: start) }
        }
        self.offset = index
        return self.slice(start, index)
    }

    private func endOfDigits(from start: Int) -> Int {
        var index = start
        while index < self.count, self.base.load(fromByteOffset: index, as: UInt8.self) &- UInt8(ascii: "0") < 10 {
            index &+= 1
        }
        return index
    }
}
