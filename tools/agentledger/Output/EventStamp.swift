import AgentLedger
import LedgerEvents
import LedgerRelations

/// Which event it was, when, and whose: what is said of an event that made something so.
struct EventStamp {
    let envelope: Envelope

    init(_ envelope: Envelope) { self.envelope = envelope }

    /// `position 17  workflow.activated  user:…  2025-08-01T09:00:02.000000Z`
    var line: String {
        "position \(self.envelope.position)  \(self.envelope.type.name)  \(self.actor)  \(self.envelope.recordedAt)"
    }

    /// Who did it, and for whom.
    var actor: String {
        Text.safe(self.envelope.actor.description)
            + (self.envelope.onBehalfOf.map { " for \(Text.safe($0.description))" } ?? "")
    }

    func encode(_ json: inout JSONWriter) {
        json.beginObject()
        json.key("position")
        json.uint(self.envelope.position.value)
        json.key("type")
        json.string(self.envelope.type.name)
        json.key("event_id")
        json.string(self.envelope.id.description)
        json.key("recorded_at")
        json.string(self.envelope.recordedAt.description)
        json.key("occurred_at")
        json.string(self.envelope.occurredAt.description)
        json.key("actor")
        json.string(self.envelope.actor.description)
        json.key("on_behalf_of")
        (self.envelope.onBehalfOf?.description).encodeJSON(&json)
        json.key("correlation_id")
        (self.envelope.correlation?.description).encodeJSON(&json)
        json.key("causation_id")
        (self.envelope.causation?.description).encodeJSON(&json)
        json.endObject()
    }
}

extension JSONWriter {
    /// A cell as exports write it.
    mutating func cell(_ value: SQLValue) {
        var encoder = CellEncoder(capacity: 256)
        encoder.appendJSON(value)
        encoder.buffer.withBytes { self.raw($0) }
    }

    /// A row as an object, or null.
    mutating func row(_ cells: [SQLValue]?, of table: TableDeclaration) {
        guard let cells else { return self.null() }
        self.beginObject()
        for (column, cell) in zip(table.columns, cells) {
            self.key(column.name)
            self.cell(cell)
        }
        self.endObject()
    }
}
