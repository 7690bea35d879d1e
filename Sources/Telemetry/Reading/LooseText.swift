import LedgerEvents

/// Reads texts that hold an object: JSON, the literal of a Python dictionary, or either of them cut short.
///
/// Reads what is well formed, ends at what is not, and never fails. Linear in the text.
struct LooseText {
    /// A number or text with the keys that lead to it.
    struct Leaf {
        var key: UnsafeRawBufferPointer
        /// The key of the object around it; empty at the top and directly within lists.
        var parent: UnsafeRawBufferPointer
        /// How many objects are around it; 1 at the top.
        var depth: Int
        /// Without quotes; escapes as written.
        var value: UnsafeRawBufferPointer
        var isText: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Calls `body` for each leaf until it returns false.
    static func leaves(of bytes: UnsafeRawBufferPointer, _ body: (Leaf) -> Bool) {
        var text = LooseText(bytes)
        text.scan(body)
    }

    /// The same, of a JSON value: an object as it stands, or the text in a string.
    static func leaves(ofValue raw: UnsafeRawBufferPointer, _ body: (Leaf) -> Bool) {
        guard raw.first == UInt8(ascii: "\"") else { return self.leaves(of: raw, body) }
        var reader = JSONReader(raw)
        try? reader.withString { self.leaves(of: $0, body) }
    }

    private mutating func scan(_ body: (Leaf) -> Bool) {
        // The key that each open object or list belongs to; lists pass theirs on.
        var owners: [UnsafeRawBufferPointer] = []
        var isObject: [Bool] = []
        var objects = 0
        var key: UnsafeRawBufferPointer?
        while self.at < self.bytes.count {
            let byte = self.bytes[self.at]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("):
                guard owners.count < JSONReader.depthLimit else { return }
                owners.append(key ?? (isObject.last == false ? owners.last ?? Self.nothing : Self.nothing))
                isObject.append(byte == UInt8(ascii: "{"))
                if byte == UInt8(ascii: "{") { objects += 1 }
                key = nil
                self.at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
                guard let last = isObject.popLast() else { return }
                owners.removeLast()
                if last { objects -= 1 }
                key = nil
                self.at += 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard let text = self.quoted(byte) else { return }
                if isObject.last == true, key == nil {
                    key = text
                } else {
                    let leaf = Leaf(
                        key: key ?? Self.nothing, parent: owners.last ?? Self.nothing, depth: objects, value: text,
                        isText: true)
                    if !body(leaf) { return }
                    key = nil
                }
            case UInt8(ascii: ","):
                key = nil
                self.at += 1
            case UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D: self.at += 1
            default:
                let word = self.word()
                let leaf = Leaf(
                    key: key ?? Self.nothing, parent: owners.last ?? Self.nothing, depth: objects, value: word,
                    isText: false)
                if self.at < self.bytes.count || owners.isEmpty, !body(leaf) { return }
                key = nil
            }
        }
    }

    /// The text up to the closing quote; nil where the text ends before.
    private mutating func quoted(_ quote: UInt8) -> UnsafeRawBufferPointer? {
        let start = self.at + 1
        var index = start
        while index < self.bytes.count {
            let byte = self.bytes[index]
            if byte == UInt8(ascii: "\\") {
                index += 2
            } else if byte == quote {
                self.at = index + 1
                return UnsafeRawBufferPointer(rebasing: self.bytes[start..<index])
            } else {
                index += 1
            }
        }
        return nil
    }

    private mutating func word() -> UnsafeRawBufferPointer {
        let start = self.at
        while self.at < self.bytes.count {
            switch self.bytes[self.at] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: ":"), 0x20,
                0x0A,
                0x0D, 0x09:
                if self.at == start { self.at += 1 }
                return UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.at])
            default: self.at += 1
            }
        }
        return UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.at])
    }
}

extension UnsafeRawBufferPointer {
    func equals(_ text: StaticString) -> Bool { JSONString(unescaped: self) == text }
}
