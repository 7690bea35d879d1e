import LedgerDomain
import LedgerEvents

/// How many secrets were masked. One count for all parts of a reader, which can be read between two items.
package final class MaskedSecrets {
    package fileprivate(set) var count = 0

    package init() {}
}

/// Replaces secrets in texts by `[masked]`, and counts them.
struct SecretMask {
    let keepsSecrets: Bool
    private let masked: MaskedSecrets

    init(keepsSecrets: Bool, counting masked: MaskedSecrets) {
        self.keepsSecrets = keepsSecrets
        self.masked = masked
    }

    /// Masks the text from `start` to the end, which is the inside of a JSON string that was just written with its
    /// quotes. All of the text is a secret if the name of its key says so, else what looks like one.
    @inline(__always)
    func apply(to out: inout OutputBytes, from start: Int, under certainty: SecretName.Certainty) {
        if self.keepsSecrets { return }
        let text = UnsafeRawBufferPointer(start: out.base + start, count: out.count - 1 - start)
        if certainty != .none || SecretShape.next(in: text, from: 0) != nil { self.mask(&out, from: start, certainty) }
    }

    /// Masks a text that is no JSON.
    func apply(to text: String) -> String {
        if self.keepsSecrets || text.utf8.count < SecretShape.shortest { return text }
        guard let found = SecretShape.masking(text) else { return text }
        self.masked.count += found.count
        return found.text
    }

    /// Overwrites the secrets in bytes that are kept for inspection by asterisks. Nothing moves, so that lengths in protobuf hold.
    func overwrite(in bytes: inout [UInt8]) {
        if self.keepsSecrets { return }
        var place = 0
        while let secret = bytes.withUnsafeBytes({ SecretShape.next(in: $0, from: place) }) {
            for index in secret { bytes[index] = UInt8(ascii: "*") }
            self.masked.count += 1
            place = secret.upperBound
        }
    }

    /// Masks bytes that are no text, as a whole; returns whether they hold a secret.
    func hides(_ bytes: UnsafeRawBufferPointer, under certainty: SecretName.Certainty) -> Bool {
        if self.keepsSecrets { return false }
        let isSecret =
            certainty == .certain && !bytes.isEmpty || SecretShape.next(in: bytes, from: 0) != nil
        if isSecret { self.masked.count += 1 }
        return isSecret
    }

    /// Masks the number of a secret's name; returns whether it is one. Short ones say how many there are, or whether there
    /// is one.
    func hidesNumber(_ number: some Sequence<UInt8>) -> Bool {
        let whole = number.prefix { $0 != UInt8(ascii: ".") }
        guard whole.count(where: { $0 &- UInt8(ascii: "0") < 10 }) >= 4 else { return false }
        self.masked.count += 1
        return true
    }

    @inline(never)
    private func mask(_ out: inout OutputBytes, from start: Int, _ certainty: SecretName.Certainty) {
        let text = String(decoding: out.bytes(from: start).dropLast(), as: UTF8.self)
        guard var found = SecretShape.masking(text, under: certainty) else { return }
        out.truncate(to: start)
        found.text.withUTF8 { out.append(UnsafeRawBufferPointer($0)) }
        out.append(UInt8(ascii: "\""))
        self.masked.count += found.count
    }
}
