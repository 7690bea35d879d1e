import LedgerEvents

/// Says of an event which one of which batch it is, so that what the log holds can be held against what was meant.
struct Note: EventPayload {
    static let type: EventType = "crash.note"
    var batch = 0
    var index = 0
    var filler = ""

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "batch", &self.batch)
        try v.field(2, "index", &self.index)
        try v.field(3, "filler", &self.filler)
    }
}

/// The same by another type, so that the index of types has something to tell apart.
struct Mark: EventPayload {
    static let type: EventType = "crash.mark"
    var note = Note()

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try self.note.fields(&v) }
}
