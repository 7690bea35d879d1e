/// The table of words that make a name that of a secret. All in lower case.
enum SecretWords {
    private static let roles: [(SecretName.Role, String)] = [
        (
            .secret,
            """
            password passwd passphrase kennwort passwort contrasena motdepasse otp totp passcode secret secrets credential \
            credentials authorization cookie apikey \
            accesskey secretkey privatekey signingkey encryptionkey secretaccesskey accountkey masterkey \
            sharedaccesskey subscriptionkey accesstoken refreshtoken authtoken bearertoken apitoken idtoken \
            sessiontoken securitytoken bottoken clientsecret webhooksecret signingsecret connectionstring connstr
            """
        ),
        (.key, "key string"), (.token, "token"), (.pass, "pass pwd"), (.vague, "auth bearer jwt pat"),
        (.partOfPassword, "word phrase"),
        (
            .neutral,
            "value text plain raw header env prod production test dev live primary secondary backup main pem base"
        ),
    ]

    /// Words before `key` that make it a secret.
    private static let keyOwners = Self.set(
        """
        api access secret private signing encryption decryption master account storage shared subscription service \
        license admin auth webhook consumer ssh rsa hmac aes deploy connection openai anthropic stripe azure \
        aws gcp google gemini groq mistral cohere huggingface hf sendgrid twilio github gitlab slack pinecone tavily \
        serper datadog mailgun replicate elevenlabs deepseek openrouter
        """)

    /// Words before `token` that make it a secret whatever its value.
    private static let tokenOwners = Self.set(
        """
        access refresh auth bearer api id session security bot oauth personal jwt csrf xsrf secret service github gitlab \
        slack hf huggingface npm vault discord telegram deploy webhook sas integration
        """)

    /// Words before `token` that make it a piece of text or of a list.
    private static let tokenCounts = Self.set(
        """
        page next continuation cursor sync pagination count max min prompt completion input output total pad eos bos unk \
        mask stop first last special sep cls reasoning cached per logprob
        """)

    private static let passwordOwners = Self.set(
        "db database smtp imap mail email user ftp redis mysql postgres pg http proxy root admin login ssh")

    /// Names of URL parameters whose value is a secret if it looks random.
    private static let parameters = Self.set("key token sig signature xamzsignature xamzsecuritytoken")

    /// Words that hold the name of the value beside them.
    private static let labels = Self.set("name key header field variable param parameter")

    /// Members of secrets and credentials that are none themselves.
    static let besides: Set<String> = [
        "type", "kind", "id", "name", "title", "description", "user", "username", "user_name", "email", "account",
        "provider",
        "host", "port", "url", "endpoint", "region", "path", "version", "scope", "scopes", "expires_at", "expires_in",
        "enabled",
        "required", "properties", "format", "status", "reference", "ref", "store", "source", "created_at", "updated_at",
    ]

    /// The places where secrets are kept, as references to them begin. `user:password` looks like one, too.
    static let stores = [
        "arn", "aws", "azure", "env", "file", "gcp", "k8s", "keyvault", "kms", "op", "ref", "ssm", "vault",
    ]

    /// Members of a thing that is named like a secret which are the secret itself.
    static let itself: Set<String> = [
        "value", "plain", "raw", "plaintext", "cleartext", "current", "prod", "production", "dev", "live", "primary",
        "secondary", "backup",
    ]

    static let standIns: Set<String> = [
        "true", "false", "null", "none", "nil", "yes", "no", "0", "1", "redacted", "masked", "string", "hidden",
        "required", "optional", "set", "unset", "missing", "present", "default", "granted", "denied", "valid",
        "invalid", "expired",
    ]

    static func isLabel(_ word: UnsafeRawBufferPointer) -> Bool { self.holds(self.labels, word) }
    static func isPass(_ word: UnsafeRawBufferPointer) -> Bool { self.holds([Array("pass".utf8)], word) }
    static func isKeyOwner(_ word: UnsafeRawBufferPointer) -> Bool { self.holds(self.keyOwners, word) }
    static func isTokenOwner(_ word: UnsafeRawBufferPointer) -> Bool { self.holds(self.tokenOwners, word) }
    static func isTokenCount(_ word: UnsafeRawBufferPointer) -> Bool { self.holds(self.tokenCounts, word) }
    static func isPasswordOwner(_ word: UnsafeRawBufferPointer) -> Bool { self.holds(self.passwordOwners, word) }

    static func isParameter(_ name: UnsafeRawBufferPointer) -> Bool {
        let letters = name.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
        return letters.withUnsafeBytes { self.holds(self.parameters, $0) }
    }

    /// Whether a word of the table has these last two letters, in either case.
    @inline(__always)
    static func mayEnd(_ a: UInt8, _ b: UInt8) -> Bool {
        let (a, b) = ((a | 0x20) &- UInt8(ascii: "a"), (b | 0x20) &- UInt8(ascii: "a"))
        return a < 26 && b < 26 && self.endings[Int(b)] >> UInt32(a) & 1 != 0
    }

    /// By the last letter, the letters before it, as bits.
    private static let endings: [UInt32] = {
        var endings = [UInt32](repeating: 0, count: 26)
        for word in Self.byLength.joined() {
            endings[Int(word.bytes[word.bytes.count - 1] - UInt8(ascii: "a"))] |=
                1 << UInt32(word.bytes[word.bytes.count - 2] - UInt8(ascii: "a"))
        }
        return endings
    }()

    private struct Word: Sendable {
        var bytes: [UInt8]
        var role: SecretName.Role
    }

    private static let longest = 16

    private static let byLength: [[Word]] = {
        var words = [[Word]](repeating: [], count: Self.longest + 1)
        for (role, list) in Self.roles {
            for word in list.split(separator: " ") {
                words[word.utf8.count].append(Word(bytes: Array(word.utf8), role: role))
            }
        }
        return words
    }()

    /// The role of a word, or of its end: `dbpassword` and `openaiapikey` are written as one.
    static func role(of word: UnsafeRawBufferPointer) -> SecretName.Role? {
        if word.count <= self.longest, let known = self.byLength[word.count].first(where: { self.ends(word, $0.bytes) })
        {
            return known.role
        }
        // Short words end many others.
        for length in 6..<max(6, min(word.count, self.longest + 1)) {
            for known in self.byLength[length] where known.role == .secret && self.ends(word, known.bytes) {
                return .secret
            }
        }
        return self.isJoined(word) ? .secret : nil
    }

    /// Whether an owner and what it owns are written as one word: `OPENAIKEY`, `githubtoken`, `dbpwd`.
    private static func isJoined(_ word: UnsafeRawBufferPointer) -> Bool {
        for (owners, ending) in [
            (self.keyOwners, "key"), (self.tokenOwners, "token"), (self.passwordOwners, "pass"),
            (self.passwordOwners, "pwd"),
        ] where word.count > ending.utf8.count && word.count <= ending.utf8.count + 14 {
            let start = word.count - ending.utf8.count
            if zip(word[start...], ending.utf8).allSatisfy({ $0 | 0x20 == $1 }) {
                return self.holds(owners, UnsafeRawBufferPointer(rebasing: word[..<start]))
            }
        }
        return false
    }

    private static func ends(_ word: UnsafeRawBufferPointer, _ ending: [UInt8]) -> Bool {
        let start = word.count - ending.count
        for place in 0..<ending.count where word[start + place] | 0x20 != ending[place] { return false }
        return true
    }

    private static func set(_ words: String) -> Set<[UInt8]> {
        Set(words.split(separator: " ").map { Array($0.utf8) })
    }

    private static func holds(_ words: Set<[UInt8]>, _ word: UnsafeRawBufferPointer) -> Bool {
        words.contains(word.map { $0 | 0x20 })
    }
}
