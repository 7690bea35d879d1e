import EventSourcing

extension JSONText {
    /// What an object says under a name; nil where it says nothing, or is no object.
    func member(_ name: String) -> JSONText? {
        guard self.text.hasPrefix("{") else { return nil }
        var found: JSONText?
        do {
            try self.reading { reader in
                try reader.object { reader, key in
                    let value = try JSONText(reading: &reader)
                    if key.string == name { found = value }
                }
            }
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
        return found
    }

    /// A member that is text; nil where there is none.
    func text(_ name: String) -> String? {
        guard let member = self.member(name), member.text.hasPrefix("\"") else { return nil }
        // A text that was read once can be read again.
        return try? member.reading { try $0.string() }
    }

    /// A member that is a whole number; nil where there is none.
    func integer(_ name: String) -> Int? { self.member(name).flatMap { Int($0.text) } }

    /// The object without some of its members.
    func without(_ members: Set<String>) throws(CellError) -> JSONText {
        try self.rewritten { members.contains($0) ? nil : $0 }
    }

    /// The object with one member under another name.
    func renaming(_ member: String, to name: String) throws(CellError) -> JSONText {
        try self.rewritten { $0 == member ? name : $0 }
    }

    /// The object with its members under the names that `name` gives them; members without one are left out.
    private func rewritten(_ name: (String) -> String?) throws(CellError) -> JSONText {
        var json = JSONWriter()
        json.beginObject()
        do {
            try self.reading { reader in
                try reader.object { reader, key in
                    let value = try JSONText(reading: &reader)
                    guard let name = name(key.string) else { return }
                    json.key(name)
                    json.raw(value)
                }
            }
        } catch {
            throw CellError("\"\(self.text.prefix(80))\" is no JSON object")
        }
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }
}
