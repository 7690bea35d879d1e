/// The text of what JSON means, however it is written: members in the order of their keys, no white space, numbers in one
/// spelling, only the escapes that must be. Two texts that mean the same have the same bytes.
///
/// Reused from text to text, so that it allocates nothing once its buffers have grown.
package struct JSONMeaning {
    private var writer = JSONWriter()
    /// The members of the objects that are open, innermost last.
    private var members: [Member] = []
    private var sorted: [UInt8] = []

    /// Places in the writer's bytes.
    private struct Member {
        var key: Range<Int>
        var end: Int
    }

    package init() {}

    /// The text of one value. Throws where it is no JSON.
    package mutating func text(of json: UnsafeRawBufferPointer) throws(JSONError) -> [UInt8] {
        self.writer.bytes.removeAll(keepingCapacity: true)
        self.members.removeAll(keepingCapacity: true)
        var reader = JSONReader(json)
        try self.value(&reader)
        try reader.end()
        return self.writer.bytes
    }

    private mutating func value(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.kind() {
        case .object: try self.object(&reader)
        case .array:
            try reader.enter(UInt8(ascii: "["), .array)
            self.append("[")
            var isFirst = true
            while try reader.nextElement(isFirst: isFirst) {
                if !isFirst { self.append(",") }
                isFirst = false
                try self.value(&reader)
            }
            self.append("]")
        case .string: self.string(try reader.borrowedString())
        case .number: self.number(try reader.raw())
        case .bool, .null: self.writer.bytes.append(contentsOf: try reader.raw())
        }
    }

    private mutating func object(_ reader: inout JSONReader) throws(JSONError) {
        try reader.enter(UInt8(ascii: "{"), .object)
        self.append("{")
        let outer = self.members.count
        var isSorted = true
        while let key = try reader.nextKey(isFirst: self.members.count == outer) {
            let start = self.writer.bytes.count
            self.string(key)
            let place = self.members.count
            self.members.append(Member(key: start..<self.writer.bytes.count, end: 0))
            self.append(":")
            try self.value(&reader)
            self.append(",")
            self.members[place].end = self.writer.bytes.count
            if place > outer, isSorted { isSorted = self.isBefore(place - 1, place) }
        }
        if !isSorted { self.sort(from: outer) }
        self.members.removeSubrange(outer...)
        self.append("}")
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        let bytes = self.writer.bytes
        return bytes[self.members[a].key].lexicographicallyPrecedes(bytes[self.members[b].key])
    }

    /// Puts the members of the innermost object, which follow each other in the text, into the order of their keys.
    private mutating func sort(from outer: Int) {
        let start = self.members[outer].key.lowerBound
        let places = (outer..<self.members.count).sorted { self.isBefore($0, $1) }
        self.sorted.removeAll(keepingCapacity: true)
        for place in places {
            let member = self.members[place]
            self.sorted.append(contentsOf: self.writer.bytes[member.key.lowerBound..<member.end])
        }
        self.writer.bytes.replaceSubrange(start..., with: self.sorted)
    }

    private mutating func string(_ text: JSONString) {
        guard text.hasEscapes else {
            self.append("\"")
            self.writer.bytes.append(contentsOf: text.raw)
            return self.append("\"")
        }
        // The writer separates values by itself; here they are separated by hand.
        var quoted = JSONWriter()
        quoted.string(text)
        self.writer.bytes.append(contentsOf: quoted.bytes)
    }

    /// An integer as its digits, any other number as its digits and a power of ten: `1.50` and `15e-1` are one.
    private mutating func number(_ text: UnsafeRawBufferPointer) {
        if text.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) { return self.writer.bytes.append(contentsOf: text) }
        var digits: [UInt8] = []
        var exponent = 0
        var isNegative = false
        var isFraction = false
        for (place, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                let power = String(decoding: text[(place + 1)...], as: UTF8.self)
                // Powers that no number has stay as they are written.
                guard let power = Int(power), power.magnitude < 1_000_000 else {
                    return self.writer.bytes.append(contentsOf: text)
                }
                return self.append(isNegative, digits, exponent + power)
            default:
                if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte) }
                if isFraction { exponent -= 1 }
            }
        }
        self.append(isNegative, digits, exponent)
    }

    private mutating func append(_ isNegative: Bool, _ digits: [UInt8], _ exponent: Int) {
        var (digits, exponent) = (digits[...], exponent)
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { return self.append("0") }
        if isNegative { self.append("-") }
        self.writer.bytes.append(contentsOf: digits)
        if (0...30).contains(exponent) {
            self.writer.bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
        } else {
            self.writer.bytes.append(contentsOf: "e\(exponent)".utf8)
        }
    }

    private mutating func append(_ text: StaticString) {
        self.writer.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
