import LedgerDomain
import LedgerEvents

/// Writes attribute values as canonical JSON; the form is that of `TraceSpan.attributes`.
///
/// One instance is reused for all spans, so that an attribute allocates nothing. Its members are written as they come;
/// an object is rewritten as `{"$members":…}` when it ends and a key was repeated or begins with `$`.
struct CanonicalWriter: ~Copyable {
    /// How many arrays and key-value lists a value may nest in.
    static let depthLimit = 64

    var out = OutputBytes()
    var mask: SecretMask
    /// The JSON text that is read, for `value`.
    var source = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether the key of the value that comes next names the secret itself, not only things around it.
    var isSecretItself = false
    /// The members of all open objects, innermost last.
    private var members: [Member] = []
    private var index = KeyIndex()

    /// Places in `out`: the key with its quotes, then a colon, then the value.
    struct Member {
        var key: Range<Int>
        var valueEnd: Int
        /// Equal for equal keys.
        var signature: UInt64
    }

    /// An object that has begun.
    struct Object {
        fileprivate var start: Int
        fileprivate var firstMember: Int
        fileprivate var hasDollarKey = false
        /// How far a key around it says that the strings in it are secrets.
        var certainty: SecretName.Certainty
    }

    init(keepsSecrets: Bool, counting masked: MaskedSecrets) {
        self.mask = SecretMask(keepsSecrets: keepsSecrets, counting: masked)
    }

    /// Discards what was written, also after an error in the middle of a value.
    mutating func reset() {
        self.out.truncate(to: 0)
        self.members.removeAll(keepingCapacity: true)
    }

    var isEmpty: Bool { self.out.count == 0 }

    /// The text written so far, which must be one complete value.
    func text() -> JSONText { JSONText(uncheckedCanonical: self.out.string()) }

    mutating func beginObject(under certainty: SecretName.Certainty = .none) -> Object {
        self.out.append(UInt8(ascii: "{"))
        return Object(start: self.out.count - 1, firstMember: self.members.count, certainty: certainty)
    }

    /// Begins a member. Its key is written next, then `endKey`, the value and `endMember`.
    mutating func beginMember(of object: Object) -> Int {
        if self.members.count > object.firstMember { self.out.append(UInt8(ascii: ",")) }
        return self.out.count
    }

    /// Masks a key that was just written, if it is long enough to hold a secret.
    mutating func maskKey(from start: Int) {
        if self.out.count - start >= 20 { self.mask.apply(to: &self.out, from: start + 1, under: .none) }
    }

    /// How far the member before a `value` names a secret.
    private func certaintyOfPair(_ name: UnsafeRawBufferPointer, in object: Object) -> SecretName.Certainty {
        guard name.count == 5, self.members.count > object.firstMember, name.elementsEqual("value".utf8),
            let before = self.members.last, self.out[before.key.upperBound + 1] == UInt8(ascii: "\"")
        else { return .none }
        func inside(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(start: self.out.base + start + 1, count: end - start - 2)
        }
        guard SecretName.isLabel(inside(before.key.lowerBound, before.key.upperBound)) else { return .none }
        return SecretName.certainty(of: inside(before.key.upperBound + 1, before.valueEnd))
    }

    /// How far the first of an array's elements, if that is all there is yet, names a secret beside it. Judged by its looks.
    func certaintyOfPair(inListFrom first: Int) -> SecretName.Certainty {
        guard self.out.count - first > 4, self.out[first] == UInt8(ascii: "\"") else { return .none }
        let name = UnsafeRawBufferPointer(start: self.out.base + first + 1, count: self.out.count - first - 2)
        return SecretName.certainty(of: name) == .none ? .none : .possible
    }

    /// Ends the key that began at `start`. Returns how far its name says that the value is a secret.
    mutating func endKey(from start: Int, of object: inout Object) -> SecretName.Certainty {
        let end = self.out.count
        if self.out[start + 1] == UInt8(ascii: "$") { object.hasDollarKey = true }
        self.out.append(UInt8(ascii: ":"))
        self.isSecretItself = false
        if self.mask.keepsSecrets { return .none }
        let name = UnsafeRawBufferPointer(start: self.out.base + start + 1, count: end - start - 2)
        let own = SecretName.certainty(of: name)
        var certainty = max(object.certainty, own)
        if certainty == .none { certainty = self.certaintyOfPair(name, in: object) }
        if certainty == .certain {
            self.isSecretItself =
                own == .certain || object.certainty == .none
                || SecretName.isItself(String(decoding: name, as: UTF8.self))
        }
        return certainty
    }

    /// Masks the number that was written from `start` on, if its key says that it is a secret.
    mutating func maskNumber(from start: Int, _ isSecret: Bool) {
        guard isSecret, self.mask.hidesNumber(self.out.bytes(from: start)) else { return }
        self.out.truncate(to: start)
        self.out.append("\"[masked]\"")
    }

    mutating func endMember(key start: Int, _ keyEnd: Int) {
        self.members.append(
            Member(
                key: start..<keyEnd, valueEnd: self.out.count,
                signature: Self.signature(self.out.base + start, keyEnd - start)))
    }

    /// From the last bytes and the length: cheap, and different for most keys.
    private static func signature(_ key: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(key)
        if count >= 8 { return raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) &+ UInt64(count) }
        var value: UInt64 = 0
        for place in 0..<count { value = value << 8 | UInt64(key[place]) }
        return value &+ UInt64(count)
    }

    mutating func endObject(_ object: Object) {
        self.out.append(UInt8(ascii: "}"))
        if object.hasDollarKey || self.hasRepeatedKey(from: object.firstMember) { self.rewrite(object) }
        self.members.removeSubrange(object.firstMember...)
    }

    private mutating func hasRepeatedKey(from first: Int) -> Bool {
        let count = self.members.count - first
        guard count > 1 else { return false }
        guard count <= 32 else { return self.index.hasRepeatedKey(self.members[first...], in: self.out.base) }
        return self.members.withUnsafeBufferPointer { members in
            for later in first + 1..<members.count {
                let signature = members[later].signature
                for earlier in first..<later where members[earlier].signature == signature {
                    if Self.areEqual(members[earlier].key, members[later].key, in: self.out.base) { return true }
                }
            }
            return false
        }
    }

    static func areEqual(_ a: Range<Int>, _ b: Range<Int>, in base: UnsafePointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        var place = 0
        while place < a.count {
            if base[a.lowerBound + place] != base[b.lowerBound + place] { return false }
            place += 1
        }
        return true
    }

    /// Replaces `{"k":v,…}` by `{"$members":[["k",v],…]}`.
    private mutating func rewrite(_ object: Object) {
        let old = Array(self.out.bytes(from: object.start))
        let moved = object.start
        self.out.truncate(to: object.start)
        self.out.append("{\"$members\":[")
        old.withUnsafeBytes { old in
            for index in object.firstMember..<self.members.count {
                let member = self.members[index]
                if index > object.firstMember { self.out.append(UInt8(ascii: ",")) }
                self.out.append(UInt8(ascii: "["))
                self.out.append(
                    UnsafeRawBufferPointer(
                        rebasing: old[member.key.lowerBound - moved..<member.key.upperBound - moved]))
                self.out.append(UInt8(ascii: ","))
                self.out.append(
                    UnsafeRawBufferPointer(rebasing: old[member.key.upperBound + 1 - moved..<member.valueEnd - moved]))
                self.out.append(UInt8(ascii: "]"))
            }
        }
        self.out.append("]}")
    }
}
