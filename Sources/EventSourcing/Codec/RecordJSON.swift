extension JSONWriter {
    /// A record as an object, members in the order of its fields; absent optionals and empty lists are left out.
    package mutating func record<R: Record>(_ record: R) {
        self.beginObject()
        self.members(of: record)
        self.endObject()
    }

    /// The members of `record`, into an object that is already open.
    package mutating func members<R: Record>(of record: R) {
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
    package static func text<R: Record>(_ record: R, pretty: Bool = false) -> String {
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
    @inlinable
    package mutating func record<R: Record>(_: R.Type) throws -> R {
        var members = try MemberReader(self)
        var record = R()
        var isFirstRound = true
        while members.hasNext {
            let before = members.count
            try record.fields(&members)
            if members.count == before { throw members.unknown(FieldDescription.list(R.self)) }
            if isFirstRound, members.hasNext { try self.requireDifferentKeys() }
            isFirstRound = false
        }
        self = members.json
        return record
    }

    /// Refuses an object in which a key stands twice; consumes nothing. Each field takes one member in a round: where
    /// one round took all of them, no key stands twice.
    @usableFromInline
    func requireDifferentKeys() throws {
        var copy = self
        var keys = JSONKeySet()
        try copy.object { json, key in
            guard keys.insert(key) else { throw FieldError("\"\(key.string)\" stands twice") }
            try json.skip()
        }
    }
}

/// Gives a record's fields the members of an object. Members are mostly written in the order of the fields: each field
/// takes the next member if that is its own, and what stands in another order takes further rounds.
@usableFromInline package struct MemberReader: FieldVisitor {
    /// Stands before the value of `next`, or behind the object.
    @usableFromInline var json: JSONReader
    private var next: JSONKey?
    /// Members taken so far.
    @usableFromInline var count = 0

    @usableFromInline
    init(_ json: JSONReader) throws(JSONError) {
        self.json = json
        try self.json.enter(UInt8(ascii: "{"), .object)
        self.next = try self.json.nextKey(isFirst: true)
    }

    @usableFromInline var hasNext: Bool { self.next != nil }

    @inlinable
    package mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        guard self.isNext(name) else { return }
        do {
            value = try Value(json: &self.json)
        } catch {
            throw self.failure(error, in: name)
        }
        try self.advance()
    }

    @usableFromInline
    func isNext(_ name: StaticString) -> Bool { self.next?.equals(name) ?? false }

    @usableFromInline
    mutating func advance() throws {
        self.count += 1
        self.next = try self.json.nextKey(isFirst: false)
    }

    @usableFromInline
    func failure(_ error: any Error, in name: StaticString) -> any Error {
        var named: FieldError
        switch error {
        case let error as FieldError: named = error
        case let error as JSONError: named = FieldError(error.message)
        default: return error
        }
        named.path.insert(name.description, at: 0)
        return named
    }

    @usableFromInline
    func unknown(_ fields: [FieldDescription]) -> FieldError {
        let known = fields.map(\.name).joined(separator: ", ")
        return FieldError("there is no field \"\(self.next?.string ?? "")\"; the fields are \(known)")
    }
}
