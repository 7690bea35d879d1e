import LedgerEvents

extension JSONText {
    /// The members of an object in their order; none where it is no object.
    var members: [(name: String, value: JSONText)] {
        guard self.text.hasPrefix("{") else { return [] }
        var members: [(name: String, value: JSONText)] = []
        do {
            try self.reading { reader in
                try reader.object { reader, key in members.append((key.string, try JSONText(reading: &reader))) }
            }
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
        return members
    }

    /// An object.
    init(members: [(name: String, value: JSONText)]) {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in members {
            json.key(name)
            json.raw(value)
        }
        json.endObject()
        self.init(uncheckedCanonical: json.text)
    }

    /// What an object says under a name; nil where it says nothing, or is no object.
    func member(_ name: String) -> JSONText? {
        guard self.text.hasPrefix("{") else { return nil }
        var member: JSONText?
        do {
            try self.reading { reader in
                try reader.object { reader, key in
                    if key.string == name { member = try JSONText(reading: &reader) } else { try reader.skip() }
                }
            }
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
        return member
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
    func without(_ members: Set<String>) -> JSONText {
        JSONText(members: self.members.filter { !members.contains($0.name) })
    }

    /// The object with one member under another name.
    func renaming(_ member: String, to name: String) -> JSONText {
        JSONText(members: self.members.map { ($0.name == member ? name : $0.name, $0.value) })
    }
}
