import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerLog

/// How events are printed: they are not rows.
enum EventFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, jsonl
}

/// Events as lines. A terminal that is too narrow for all columns gets two lines for each: what, then who and when.
struct EventPrinter {
    private let format: EventFormat
    private let names: ActorNames
    private let isNarrow = Terminal.isOutput && Terminal.columns() < 150
    private(set) var count = 0
    private var json = JSONWriter()
    private var table: AlignedTable

    init(_ format: EventFormat, _ names: ActorNames) {
        self.format = format
        self.names = names
        let header = ["position", "occurred", "type", "actor", "entity", "data"]
        let hasHeader = Terminal.isOutput && !self.isNarrow && format == .table
        self.table = AlignedTable(columns: self.isNarrow ? 3 : 6, header: hasHeader ? header : nil, isCut: true)
        // Of a long type and an id, the id stays whole.
        if self.isNarrow { self.table.shrink(1, toShow: 3, least: 12) }
    }

    /// - Parameter depth: how far the event stands under the first of those that led to it, where that is told.
    mutating func print(_ stored: borrowing StoredEvent, depth: Int? = nil) throws {
        let (event, envelope) = try DomainEvent.decode(stored)
        let (entity, data) = event.audit
        defer { self.count += 1 }
        if self.format == .table {
            if self.isNarrow { return try self.printTwoLines(envelope, entity, data, depth ?? 0) }
            return try self.printRow(envelope, entity, data, depth ?? 0)
        }
        if self.format == .json { self.json.bytes += Array((self.count == 0 ? "[\n" : ",").utf8) }
        self.json.beginObject()
        if let depth {
            self.json.key("depth")
            self.json.int(depth)
        }
        self.json.members(of: envelope)
        self.json.key("tags")
        try stored.tags().encodeJSON(&self.json)
        self.json.key("data")
        self.json.raw(data)
        self.json.endObject()
        self.json.endLine()
        if self.json.bytes.count > 32 << 10 { try self.flush() }
    }

    private mutating func printRow(
        _ envelope: Envelope, _ entity: UInt128, _ data: JSONText, _ depth: Int
    ) throws {
        var cells: [AlignedTable.Cell] = [
            .init("\(envelope.position)", isNumber: true), .init(envelope.occurredAt.description),
            .init(String(repeating: "  ", count: depth) + envelope.type.name),
            .init(Text.safe(envelope.actor.description)), .init(UUIDText.format(entity)),
            .init(Self.text(of: data, without: entity)),
        ]
        if Terminal.isOutput { cells[3].text = try self.names.actors(envelope) }
        cells[0].style = .dim
        cells[1].style = .dim
        cells[2].style = Self.tellsOfFailure(envelope.type) ? .boldRed : .bold
        try self.table.row(cells)
    }

    private mutating func printTwoLines(
        _ envelope: Envelope, _ entity: UInt128, _ data: JSONText, _ depth: Int
    ) throws {
        let indent = String(repeating: "  ", count: depth)
        var cells: [AlignedTable.Cell] = [
            .init("\(envelope.position)", isNumber: true), .init(indent + envelope.type.name),
            .init(UUIDText.format(entity)),
        ]
        cells[0].style = .dim
        cells[1].style = Self.tellsOfFailure(envelope.type) ? .boldRed : .bold
        try self.table.row(cells)
        let actors = indent + (try self.names.actors(envelope))
        let when = envelope.occurredAt.description
        let place = "\(envelope.position)".count + 2
        let about = Self.text(of: data, without: entity)
        // Who it was stays whole, too: it can be given to --actor as it is shown.
        if place + actors.count + 2 + when.count <= Terminal.columns() {
            return try self.table.line(under: 1, "\(actors)  \(when)  \(about)", .dim)
        }
        try self.table.line(under: 1, actors, .dim, isCut: false)
        try self.table.line(under: 1, "\(indent)\(when)  \(about)", .dim)
    }

    /// The data without its first member, where that is the id of the thing, which has a column of its own.
    private static func text(of data: JSONText, without entity: UInt128) -> String {
        let text = data.text.dropFirst(2)
        guard data.text.hasPrefix("{\""), let end = text.firstIndex(of: "\"") else { return Text.safe(data.text) }
        let id = "\":\"\(UUIDText.format(entity))\""
        let rest = text[end...]
        guard rest.hasPrefix(id) else { return Text.safe(data.text) }
        let others = rest.dropFirst(id.count)
        return Text.safe("{" + (others.first == "," ? others.dropFirst() : others))
    }

    private static func tellsOfFailure(_ type: EventType) -> Bool {
        let word = type.name.split(separator: ".").last ?? ""
        return ["failed", "timed_out", "error_reported", "denied", "overdue"].contains(word)
            || type == AccessDenial.type
    }

    /// Prints what is held back.
    mutating func flush() throws {
        if self.format == .table {
            try self.table.flush()
        } else {
            try Output.standard.write(self.json.bytes)
            self.json.bytes.removeAll(keepingCapacity: true)
        }
        try Output.standard.flush()
    }

    /// Ends the answer.
    mutating func end() throws {
        if self.format == .json { self.json.bytes += Array((self.count == 0 ? "[]\n" : "]\n").utf8) }
        try self.flush()
    }
}
