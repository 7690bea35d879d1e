/// The looks of keys and passwords that services hand out: what must never stand in an event, because an event stays
/// for ever and goes wherever it is exported to.
///
/// Finds what can be told by its looks alone: a prefix that a service gives its keys, with enough after it. A password
/// that looks like a word is not found.
package enum SecretShape {
    /// A prefix, and how many characters of letters, digits, `-`, `_` and `.` follow it at least.
    struct Prefix {
        var bytes: [UInt8]
        var rest: Int
        /// Whether there is no dash in them: words in capital letters begin like keys.
        var isDense = false
    }

    /// Prefixes that nothing else begins with: letters and digits behind them are a key also where there is no digit.
    static let sure: [(bytes: [UInt8], rest: Int)] = [
        ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("rk_test_", 16), ("whsec_", 16), ("ghp_", 30),
        ("gho_", 30),
        ("ghu_", 30), ("ghs_", 30), ("ghr_", 30), ("npm_", 30), ("hf_", 30), ("glpat-", 20),
    ].map { (Array($0.0.utf8), $0.1) }

    /// By the last letter before the dash or underscore that ends such a prefix, the letters before it, as bits.
    static let sureEndings: [UInt32] = {
        var endings = [UInt32](repeating: 0, count: 26)
        for prefix in Self.sure {
            let letters = prefix.bytes.dropLast().suffix(2).map { $0 - UInt8(ascii: "a") }
            endings[Int(letters[1])] |= 1 << UInt32(letters[0])
        }
        return endings
    }()

    static let prefixes: [Prefix] =
        ([
            // Model providers, Stripe, GitHub, GitLab, Slack, Google, SendGrid, npm, Hugging Face, PyPI.
            ("sk-", 20), ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("rk_test_", 16), ("whsec_", 16),
            ("ghp_", 30), ("gho_", 30), ("ghu_", 30), ("ghs_", 30), ("ghr_", 30), ("github_pat_", 22),
            ("glpat-", 20), ("glrt-", 20), ("gldt-", 20), ("xoxb-", 16), ("xoxp-", 16), ("xoxa-", 16), ("xoxr-", 16),
            ("xoxs-", 16), ("xoxe-", 16), ("xoxe.", 20), ("xapp-", 16), ("AIza", 30), ("GOCSPX-", 20), ("ya29.", 20),
            ("SG.", 30), ("npm_", 30), ("hf_", 30), ("pypi-", 30),
            // LangSmith, DigitalOcean, Shopify, Square, Grafana, Linear, Vault, Docker, Atlassian, Postman, New Relic,
            // Brevo, HubSpot, Sentry, age, Figma.
            ("lsv2_pt_", 20), ("lsv2_sk_", 20), ("dop_v1_", 30), ("shpat_", 20), ("shpss_", 20), ("sq0csp-", 20),
            ("sq0atp-", 20), ("glsa_", 20), ("lin_api_", 20), ("hvs.", 20), ("hvb.", 20), ("dckr_pat_", 20),
            ("ATATT3x", 30), ("PMAK-", 20), ("NRAK-", 20), ("xkeysib-", 30), ("pat-na1-", 20), ("pat-eu1-", 20),
            ("sntrys_", 20), ("AGE-SECRET-KEY-", 40), ("age-secret-key-", 40), ("figd_", 20),
            // A JSON Web Token: base64 of `{"`.
            ("eyJ", 40),
        ] as [(String, Int)]).map { Prefix(bytes: Array($0.0.utf8), rest: $0.1) }
        // AWS, Groq, xAI, Perplexity, Replicate, Tavily, NVIDIA, Fireworks, Notion, Databricks.
        + ([
            ("AKIA", 16), ("ASIA", 16), ("gsk_", 20), ("xai-", 20), ("pplx-", 20), ("r8_", 20), ("tvly-", 20),
            ("nvapi-", 20), ("fw_", 20), ("ntn_", 20), ("dapi", 32),
        ] as [(String, Int)]).map { Prefix(bytes: Array($0.0.utf8), rest: $0.1, isDense: true) }

    private static let prefixesByFirst: [[Prefix]] = (UInt8.min...UInt8.max).map { first in
        Self.prefixes.filter { $0.bytes[0] == first }
    }

    /// No secret that is told by its looks is shorter.
    package static let shortest = 9

    package static func isFound(in text: String) -> Bool {
        if text.utf8.count < self.shortest { return false }
        var text = text
        return text.withUTF8 { self.next(in: UnsafeRawBufferPointer($0), from: 0) != nil }
    }

    /// `${NAME}` or `{{name}}`, to be filled in where it is used.
    static func isPlaceholder(_ text: String) -> Bool { text.contains("${") || text.contains("{{") }

    /// The key that begins at `start` with a prefix and ends at `end`. Words that are joined by dashes are no key: those
    /// have digits.
    static func key(
        in bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, lastDigit: Int
    ) -> Range<Int>? {
        for prefix in self.prefixesByFirst[Int(bytes[start])] {
            let body = start + prefix.bytes.count
            guard end - body >= prefix.rest, lastDigit >= body,
                zip(bytes[start..<body], prefix.bytes).allSatisfy(==),
                !prefix.isDense || bytes[body..<body + prefix.rest].allSatisfy(self.isAlphanumeric)
            else { continue }
            return start..<end
        }
        return nil
    }

    package static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { self.isLetter(byte) || self.isDigit(byte) }

    static func isWord(_ byte: UInt8) -> Bool { self.holds(byte, Self.lowWord, Self.letters) }

    /// A character of a key: of a word, or a point.
    @inline(__always)
    static func isKey(_ byte: UInt8) -> Bool { self.holds(byte, Self.lowWord | 1 << 46, Self.letters) }

    /// A character of a token in an HTTP header (RFC 9110, "token68"): of a key, or one of `+/=~`.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        self.holds(byte, Self.lowWord | 1 << 46 | 1 << 43 | 1 << 47 | 1 << 61, Self.letters | 1 << 62)
    }

    /// The dash and the digits, as bits of the first 64 characters of ASCII.
    @inline(__always) private static var lowWord: UInt64 { 1 << 45 | 0x3FF << 48 }
    /// Letters and the underscore, as bits of the other 64.
    @inline(__always) private static var letters: UInt64 { 0x7FF_FFFE | 1 << 31 | 0x7FF_FFFE << 32 }

    @inline(__always)
    private static func holds(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 != 0
    }
}
