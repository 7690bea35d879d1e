extension JSONWriter {
    /// A record as an object, members in the order of its fields; absent optionals and empty lists are left out.
    public mutating func record<R: Record>(_ record: R) {
        self.beginObject()
        self.members(of: record)
        self.endObject()
    }

    /// The members of `record`, into an object that is already open.
    public mutating func members<R: Record>(of record: R) {
        var record = record
        // The writer moves into the visitor and back: a copy of it would copy what it has written.
        var visitor = MemberWriter(json: JSONWriter())
        swap(&visitor.json, &self)
        defer { swap(&visitor.json, &self) }
        do {
            try record.fields(&visitor)
        } catch {
            preconditionFailure("writing JSON reads nothing and cannot fail: \(error)")
        }
    }

    /// The JSON text of one record.
    public static func text<R: Record>(_ record: R, pretty: Bool = false) -> String {
        var json = JSONWriter(pretty: pretty)
        json.record(record)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

private struct MemberWriter: FieldVisitor {
    var json: JSONWriter

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        if value.isAbsent { return }
        self.json.key(name)
        value.encodeJSON(&self.json)
    }
}

extension JSONReader {
    /// An object as a record: members in any order, missing ones keep their default, unknown ones are an error that
    /// names those that are known.
    public mutating func record<R: Record>(_: R.Type) throws -> R {
        var visitor = MemberReader()
        try self.object { json, key in
            if visitor.members.contains(where: { $0.name == key }) {
                throw FieldError("\"\(key.string)\" stands twice")
            }
            visitor.members.append(MemberReader.Member(name: key, value: try json.raw()))
        }
        var record = R()
        try record.fields(&visitor)
        if let unknown = visitor.members.first(where: { !$0.isKnown }) {
            let known = FieldDescription.list(R.self).map(\.name).joined(separator: ", ")
            throw FieldError("there is no field \"\(unknown.name.string)\"; the fields are \(known)")
        }
        return record
    }
}

/// Members are mostly written in the order of the fields: each is looked for behind the one before.
private struct MemberReader: FieldVisitor {
    struct Member {
        var name: JSONKey
        var value: UnsafeRawBufferPointer
        var isKnown = false
    }

    var members: [Member] = []
    private var next = 0

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        guard let index = self.place(of: name) else { return }
        self.members[index].isKnown = true
        self.next = index + 1
        var json = JSONReader(self.members[index].value)
        do {
            value = try Value(json: &json)
        } catch var error as FieldError {
            error.path.insert(name.description, at: 0)
            throw error
        } catch let error as JSONError {
            var named = FieldError(error.message)
            named.path = [name.description]
            throw named
        }
    }

    private func place(of name: StaticString) -> Int? {
        for index in self.next..<self.members.count where self.members[index].name.equals(name) { return index }
        for index in 0..<self.next where self.members[index].name.equals(name) { return index }
        return nil
    }
}
