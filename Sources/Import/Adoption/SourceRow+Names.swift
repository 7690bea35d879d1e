import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// Cells as names, made to fit.
extension SourceRow {
    /// A name of up to `limit` characters; nil where it is null or nothing is left of it.
    func name(_ column: String, upTo limit: Int = 255) throws(CellError) -> String? {
        guard let text = self.text(column) else { return nil }
        return try self.fit(text, column, upTo: limit)
    }

    /// A name that must not be missing.
    func name(_ column: String, upTo limit: Int = 255, else other: String) throws(CellError) -> String {
        if let name = try self.name(column, upTo: limit) { return name }
        if self.row[column] == nil { try self.makeUp(column, "no name; another was made up") }
        return other
    }

    private func fit(_ text: String, _ column: String, upTo limit: Int) throws(CellError) -> String? {
        let shown = text.withoutSecret()
        if shown.isSecret { self.lose(column, Self.secret) }
        guard let name = FittingName.of(shown.text, upTo: limit) else {
            try self.change(column, "an empty name is left out")
            return nil
        }
        if !shown.isSecret, name != text { try self.change(column, "a name made to fit") }
        return name
    }

    /// A text that must not be empty.
    func content(_ column: String) throws(CellError) -> String {
        let text = self.text(column) ?? ""
        if !text.isEmpty { return text }
        try self.makeUp(column, "an empty text; \"\(Self.nothing)\" stands for it")
        return Self.nothing
    }

    static let nothing = "(empty)"

    /// A text of any length that other people see, in which no secret stands.
    func description(_ column: String) throws(CellError) -> String? {
        guard let text = self.text(column) else { return nil }
        let shown = text.withoutSecret()
        if shown.isSecret { self.lose(column, Self.secret) }
        return shown.text
    }

    /// An address as users have it. What is none is kept, and an address that nothing is sent to stands for it.
    func email(_ column: String, of id: some CustomStringConvertible) throws(CellError) -> String {
        if let email = try self.address(column) { return email }
        if self.row[column] == nil { try self.makeUp(column, "no address; one that nothing is sent to was made up") }
        return "\(id)@unknown.invalid"
    }

    /// An address to send to; nil where it is none.
    func address(_ column: String) throws(CellError) -> String? {
        guard let text = self.text(column) else { return nil }
        let email = text.trimmed
        guard Accepted.email(email) else {
            try self.change(column, "no e-mail address")
            return nil
        }
        if email != text { try self.change(column, "without white space") }
        return email
    }

    /// An http address without a secret; nil where it is none.
    func url(_ column: String) throws(CellError) -> String? {
        guard let text = self.text(column) else { return nil }
        let url = text.trimmed
        if url.withoutSecret().isSecret {
            self.lose(column, "an address that holds a secret")
            return nil
        }
        guard Accepted.url(url) else {
            try self.change(column, "no http or https address; left out")
            return nil
        }
        if url != text { try self.change(column, "without white space") }
        return url
    }

    /// Lower-case letters, digits and inner dashes.
    func slug(_ column: String) throws(CellError) -> String? {
        guard let text = self.text(column) else { return nil }
        let slug = SourceIdentity.slug(text)
        if text.withoutSecret().isSecret {
            self.lose(column, Self.secret)
        } else if slug != text {
            try self.change(column, "a slug made to fit")
        }
        return slug
    }

    /// `MAJOR.MINOR.PATCH`; nil where it is null.
    func version(_ column: String) throws(CellError) -> String? {
        guard let text = self.text(column) else { return nil }
        let version = FittingVersion.of(text)
        if version != text { try self.change(column, "a version made to fit") }
        return version
    }

    /// A JSON array of different names.
    func names(_ column: String) throws(CellError) -> [String] {
        guard let json = try self.json(column), json != .null else { return [] }
        var names: [String] = []
        var fits = json.text.hasPrefix("[")
        if fits {
            do {
                try json.reading { reader in
                    try reader.array { reader in
                        let value = try JSONText(reading: &reader)
                        let text = try value.text.hasPrefix("\"") ? value.reading { try $0.string() } : value.text
                        let name = FittingName.of(text.withoutSecret().text)
                        if let name, !names.contains(name) { names.append(name) }
                        if name != text || !value.text.hasPrefix("\"") || names.last != name { fits = false }
                    }
                }
            } catch {
                preconditionFailure("JSON that was read once can be read again: \(error)")
            }
        }
        if !fits { try self.change(column, "a list of different names") }
        return names
    }
}
