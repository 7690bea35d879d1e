import EventSourcing

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
