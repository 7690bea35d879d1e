import LedgerEvents

/// Checks of names and addresses.
extension Require {
    /// A name of up to 255 characters and 400 bytes without control characters: it has to fit into a tag.
    static func name(_ value: String, _ field: String) throws(Rejection) {
        try self.text(value, field, upTo: FittingName.mostCharacters)
        let (count, most) = (value.utf8.count, FittingName.mostBytes)
        if count > most { throw .invalid(field, "is \(count) bytes long; the limit is \(most)") }
        if !self.isPrintable(value) { throw .invalid(field, "must not hold control characters") }
        if value.first?.isWhitespace == true || value.last?.isWhitespace == true {
            throw .invalid(field, "\"\(value)\" must not begin or end with white space")
        }
    }

    static func name(_ value: String?, _ field: String) throws(Rejection) {
        if let value { try self.name(value, field) }
    }

    /// Names without repetition.
    static func names(_ values: [String], _ field: String) throws(Rejection) {
        var seen: Set<String> = []
        for value in values {
            try self.name(value, field)
            if !seen.insert(value).inserted { throw .invalid(field, "names \"\(value)\" twice") }
        }
    }

    /// A plausible address: one `@` between a local part of up to 64 bytes and a domain (RFC 5321 section 4.5.3.1).
    static func email(_ value: String, _ field: String) throws(Rejection) {
        let parts = value.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), value.utf8.count <= 254,
            self.isPrintable(value), !value.contains(where: \.isWhitespace),
            !parts[1].split(separator: ".", omittingEmptySubsequences: false).contains("")
        else { throw .invalid(field, "\"\(value)\" is not an address such as ada@example.org") }
    }

    /// An `http` or `https` address with a host, and without a password or key. The message repeats neither.
    static func url(_ value: String, _ field: String) throws(Rejection) {
        let lowered = value.lowercased()
        let scheme = ["https://", "http://"].first { lowered.hasPrefix($0) }
        let authority = value.dropFirst(scheme?.count ?? 0).prefix { !"/?#".contains($0) }
        guard scheme != nil, !authority.isEmpty, authority.first != ":", value.unicodeScalars.count <= 255,
            self.isPrintable(value), !value.contains(where: \.isWhitespace)
        else { throw .invalid(field, "must be an http or https address of at most 255 characters") }
        if authority.contains("@") { throw .invalid(field, "must not carry a user name or password before the host") }
        try self.noSecret(value, field)
    }

    static func url(_ value: String?, _ field: String) throws(Rejection) {
        if let value { try self.url(value, field) }
    }

    /// A JSON object, not another kind of value.
    static func object(_ value: JSONText?, _ field: String) throws(Rejection) {
        if let value, value.text.utf8.first != UInt8(ascii: "{") { throw .invalid(field, "must be a JSON object") }
    }

    static func isLowerHexadecimal(_ value: String) -> Bool {
        value.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
    }

    /// What SHA-256 looks like.
    /// - Parameter note: what else there is to say to whom gave something else.
    static func digest(_ value: String, _ field: String, note: String = "") throws(Rejection) {
        guard value.utf8.count == 64, self.isLowerHexadecimal(value) else {
            throw .invalid(field, "must be a SHA-256 in 64 lower-case hexadecimal digits\(note)")
        }
    }

    static func isPrintable(_ value: String) -> Bool {
        value.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }

    /// Visible ASCII only.
    static func isToken(_ value: String) -> Bool { value.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}

extension Rejection {
    /// Nothing can happen any more.
    static func deleted(_ kind: String, _ id: some CustomStringConvertible, _ instant: Instant) -> Rejection {
        .broken("\(kind) \(id) was deleted at \(instant); nothing can happen to it any more")
    }
}
