import LedgerEvents

extension JSONWriter {
    /// The members of an object, into one that is already open; those with other names only. What is no object has none.
    package mutating func members(of object: JSONText, without names: Set<String>) {
        guard object.text.hasPrefix("{") else { return }
        do {
            try object.reading { reader in
                try reader.object { reader, key in
                    let value = try reader.raw()
                    if names.contains(key.string) { return }
                    self.key(key)
                    self.raw(value)
                }
            }
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
    }
}

extension JSONText {
    /// The names of an object's members; none for what is no object.
    package func memberNames() -> Set<String> {
        var names: Set<String> = []
        guard self.text.hasPrefix("{") else { return names }
        do {
            try self.reading { reader in
                try reader.object { reader, key in
                    names.insert(key.string)
                    try reader.skip()
                }
            }
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
        return names
    }

    /// This object with a text as its last member, in place of one that it has by that name.
    package func setting(_ name: String, to text: String) -> JSONText {
        var json = JSONWriter()
        json.beginObject()
        json.members(of: self, without: [name])
        json.key(name)
        json.string(text)
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }
}
