import AgentDomain
import EventSourcing

/// Replaces secrets in texts by their first four characters and `[masked]`, and counts them.
struct SecretMask {
    let keepsSecrets: Bool
    private(set) var count = 0

    init(keepsSecrets: Bool) { self.keepsSecrets = keepsSecrets }

    /// Masks the text from `start` to the end, which is the inside of a JSON string that was just written with its
    /// quotes. All of the text is a secret if the name of its key says so, else what looks like one.
    @inline(__always)
    mutating func apply(to out: inout OutputBytes, from start: Int, under certainty: SecretName.Certainty) {
        if self.keepsSecrets { return }
        if certainty != .none, self.maskAll(&out, from: start, certainty) { return }
        let text = UnsafeRawBufferPointer(start: out.base + start, count: out.count - 1 - start)
        if let first = SecretShape.next(in: text, from: 0) { self.mask(&out, from: start, first) }
    }

    /// Masks a text that is no JSON.
    mutating func apply(to text: String) -> String {
        if self.keepsSecrets || text.utf8.count < SecretShape.shortest { return text }
        var text = text
        let masked: [UInt8]? = text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            return SecretShape.next(in: bytes, from: 0).map { self.masked(bytes, $0) }
        }
        return masked.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// Overwrites the secrets in bytes that are kept for inspection by asterisks, after their first four characters.
    /// Nothing moves, so that lengths in protobuf hold.
    mutating func overwrite(in bytes: inout [UInt8]) {
        if self.keepsSecrets { return }
        var place = 0
        while let secret = bytes.withUnsafeBytes({ SecretShape.next(in: $0, from: place) }) {
            for index in secret.dropFirst(4) { bytes[index] = UInt8(ascii: "*") }
            self.count += 1
            place = secret.upperBound
        }
    }

    @inline(never)
    private mutating func mask(_ out: inout OutputBytes, from start: Int, _ first: Range<Int>) {
        let old = Array(out.bytes(from: start).dropLast())
        let masked = old.withUnsafeBytes { self.masked($0, first) }
        out.truncate(to: start)
        masked.withUnsafeBytes { out.append($0) }
        out.append(UInt8(ascii: "\""))
    }

    private mutating func masked(_ text: UnsafeRawBufferPointer, _ first: Range<Int>) -> [UInt8] {
        var out = OutputBytes(capacity: text.count + 16)
        var copied = 0
        var next: Range<Int>? = first
        while let secret = next {
            out.append(UnsafeRawBufferPointer(rebasing: text[copied..<secret.lowerBound]))
            self.append(UnsafeRawBufferPointer(rebasing: text[secret]), to: &out)
            copied = secret.upperBound
            next = SecretShape.next(in: text, from: copied)
        }
        out.append(UnsafeRawBufferPointer(rebasing: text[copied...]))
        return Array(out.bytes())
    }

    /// Masks all of a text that is a secret by the name of its key, if it is one.
    @inline(never)
    private mutating func maskAll(
        _ out: inout OutputBytes, from start: Int, _ certainty: SecretName.Certainty
    ) -> Bool {
        let old = Array(out.bytes(from: start).dropLast())
        guard old.withUnsafeBytes({ SecretName.isSecret($0, under: certainty) }) else { return false }
        out.truncate(to: start)
        old.withUnsafeBytes { old in
            // Of "Bearer …", the name of the scheme is no secret.
            let scheme = SecretName.schemeLength(old)
            out.append(UnsafeRawBufferPointer(rebasing: old[..<scheme]))
            self.append(UnsafeRawBufferPointer(rebasing: old[scheme...]), to: &out)
        }
        out.append(UInt8(ascii: "\""))
        return true
    }

    private mutating func append(_ secret: UnsafeRawBufferPointer, to out: inout OutputBytes) {
        out.append(UnsafeRawBufferPointer(rebasing: secret[..<Self.keptLength(secret)]))
        out.append("[masked]")
        self.count += 1
    }

    /// The length of the first four characters; 0 for a short secret, of which they would reveal too much, and where
    /// one of them is escaped or not ASCII.
    private static func keptLength(_ secret: UnsafeRawBufferPointer) -> Int {
        guard secret.count >= 12 else { return 0 }
        return secret.prefix(4).allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") } ? 4 : 0
    }
}
