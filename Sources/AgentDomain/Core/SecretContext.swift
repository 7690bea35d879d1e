import LedgerEvents

/// Where a value of a JSON stands, as far as that says whether it is a secret: under which name, in a thing such as
/// `secrets`, beside its name in `{"name":…,"value":…}` or `["name","value"]`.
struct SecretContext {
    /// How far the value's name says that it is a secret.
    private(set) var certainty = SecretName.Certainty.none
    /// Whether only what stands around the value makes it one.
    private(set) var isOfSecrets = false
    /// Whether the value follows its name in an array of the two.
    private(set) var isPaired = false
    /// What `value` means in an object that names it.
    private var valueCertainty = SecretName.Certainty.none
    /// Whether the members of this are secrets by their place.
    private var holdsSecrets = false
    private var pairCertainty = SecretName.Certainty.none

    init() {}

    private static func certainty(of name: String) -> SecretName.Certainty {
        var name = name
        return name.withUTF8 { SecretName.certainty(of: UnsafeRawBufferPointer($0)) }
    }

    /// - Parameter json: stands before the object, and consumes nothing.
    func ofObject(_ json: JSONReader) -> SecretContext {
        var inner = self
        inner.isPaired = false
        var (json, label, hasValue) = (json, "", false)
        // What cannot be read is refused by who reads it.
        try? json.object { json, key in
            if key == "value" { hasValue = true }
            let isLabel = key.withUTF8 { SecretName.isLabel($0) }
            if isLabel, try json.kind() == .string { label = try json.string() } else { try json.skip() }
        }
        inner.valueCertainty = hasValue ? Self.certainty(of: label) : .none
        return inner
    }

    func ofMember(_ name: String) -> SecretContext {
        var member = SecretContext()
        member.certainty = Self.certainty(of: name)
        if name == "value" { member.certainty = max(member.certainty, self.valueCertainty) }
        // A token is also a word of a text.
        if self.certainty > .none, !self.isOfSecrets, SecretName.isItself(name) {
            member.certainty = max(member.certainty, self.certainty == .certain ? .certain : .possible)
        }
        let isBeside = SecretName.isBesideSecrets(name)
        if self.holdsSecrets, member.certainty == .none, !isBeside {
            member.certainty = .certain
            member.isOfSecrets = true
        }
        member.holdsSecrets = SecretName.isOfSecrets(name) || self.holdsSecrets && !isBeside
        return member
    }

    /// - Parameter json: stands before the array, and consumes nothing.
    func ofArray(_ json: JSONReader) -> SecretContext {
        var inner = self
        inner.isPaired = false
        var (json, texts, others) = (json, [String](), 0)
        // What cannot be read is refused by who reads it.
        try? json.array { json in
            if texts.count < 3, try json.kind() == .string {
                texts.append(try json.string())
            } else {
                others += 1
                try json.skip()
            }
        }
        inner.pairCertainty = texts.count == 2 && others == 0 ? Self.certainty(of: texts[0]) : .none
        return inner
    }

    /// Goes on to the array's second element.
    mutating func advance() {
        self.isPaired = self.pairCertainty != .none
        self.pairCertainty = .none
    }
}
