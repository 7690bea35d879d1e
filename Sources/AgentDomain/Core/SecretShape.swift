/// The looks of keys and passwords that services hand out: what must never stand in an event, because an event stays
/// for ever and goes wherever it is exported to.
///
/// Finds what can be told by its looks alone: a prefix that a service gives its keys, with enough behind it. A password
/// that looks like a word is not found.
enum SecretShape {
    /// A prefix, and how many characters of letters, digits, `-`, `_` and `.` follow it at least.
    private static let prefixes: [(bytes: [UInt8], rest: Int)] =
        ([
            // Model providers, Stripe, GitHub, GitLab, Slack, AWS, Google, SendGrid, npm, Hugging Face, PyPI.
            ("sk-", 20), ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("whsec_", 16), ("ghp_", 30),
            ("gho_", 30), ("ghu_", 30), ("ghs_", 30), ("ghr_", 30), ("github_pat_", 22), ("glpat-", 20),
            ("xoxb-", 16), ("xoxp-", 16), ("xoxa-", 16), ("xoxr-", 16), ("xoxs-", 16), ("xapp-", 16), ("AKIA", 16),
            ("ASIA", 16), ("AIza", 30), ("ya29.", 20), ("SG.", 30), ("npm_", 30), ("hf_", 30), ("pypi-", 30),
            // A JSON Web Token: base64 of `{"`.
            ("eyJ", 40),
        ] as [(String, Int)]).map { (Array($0.0.utf8), $0.1) }

    static func isFound(in text: String) -> Bool {
        let bytes = Array(text.utf8)
        // No shorter text holds both.
        if bytes.count > 20, text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") { return true }
        for start in bytes.indices where start == 0 || !self.isWord(bytes[start - 1]) {
            for (prefix, rest) in self.prefixes where bytes[start] == prefix[0] && bytes[start...].starts(with: prefix)
            {
                let body = bytes[(start + prefix.count)...].prefix { self.isWord($0) || $0 == UInt8(ascii: ".") }
                // Words that are joined by dashes are no key: those have digits.
                if body.count >= rest, body.contains(where: self.isDigit) { return true }
            }
        }
        return self.holdsPassword(bytes)
    }

    /// `scheme://user:password@host`, where the password is no placeholder.
    private static func holdsPassword(_ bytes: [UInt8]) -> Bool {
        let marks = Array("://".utf8)
        for start in bytes.indices where bytes[start] == marks[0] && bytes[start...].starts(with: marks) {
            let authority = bytes[(start + marks.count)...].prefix { $0 > 0x20 && !"/?#\"'".utf8.contains($0) }
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let colon = authority.firstIndex(of: UInt8(ascii: ":")), colon < at - 1
            else { continue }
            let password = authority[(colon + 1)..<at]
            if !self.isPlaceholder(String(decoding: password, as: UTF8.self)) { return true }
        }
        return false
    }

    /// `${NAME}` or `{{name}}`, to be filled in where it is used.
    static func isPlaceholder(_ text: String) -> Bool { text.contains("${") || text.contains("{{") }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        let lowered = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowered) || self.isDigit(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
