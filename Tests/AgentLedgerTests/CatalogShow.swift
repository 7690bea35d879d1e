import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerLog
import LedgerRelations
import LedgerSimulation
import LedgerViews

@testable import AgentLedger

/// Lets a simulated company happen in a ledger, and notes of each command, event and table what is worth showing. Now
/// and then it asks the ledger, which it leaves as it is, what it would say to the company's commands with something
/// changed in them.
struct CatalogShow {
    private let ledger: Ledger
    private let scratch: Scratch
    private let reader = CommandReader(defaultActor: .system("nobody"))
    private var examples: [String: Best] = [:]
    private var notes: [String: CommandNotes] = [:]
    /// Commands that were asked about, to be asked about again later, when things stand otherwise.
    private var asked: [CommandRequest] = []
    /// Of each area, such as `invoice`: its commands as they happened last (or will first), and what they were about.
    private var areas: [String: Area] = [:]
    private var variations = CommandVariations()
    /// The ids of events as they are shown.
    private var shownIDs: [EventID: EventID] = [:]

    private struct Area {
        var commands: [String: CommandObject] = [:]
        var targets: [String] = []
    }

    /// What says most, and among that the shortest.
    private struct Best {
        var count = -1
        var line = ""

        mutating func take(_ count: Int, _ line: String) {
            if (count, -line.utf8.count) > (self.count, -self.line.utf8.count) { self = Best(count: count, line: line) }
        }
    }

    init(in scratch: Scratch) throws {
        self.scratch = scratch
        // The same whenever this runs.
        let now = Instant("2025-08-01T12:00:00Z") ?? .zero
        self.ledger = try Ledger.create(at: scratch.file("ledger"), clock: { now })
    }

    /// Throws where a command is refused.
    mutating func run() async throws {
        var times: [String: Int] = [:]
        var waiting: [CommandRequest] = []
        var lastAsked = 0
        let company = CompanySimulation(seed: 8, until: .executions(1400))
        for request in company where self.areas[Self.area(request.name)]?.commands[request.name] == nil {
            try self.remember(request.name, Self.object(Self.line(request)))
        }
        for (place, request) in company.enumerated() {
            let line = Self.line(request)
            let time = times[request.name, default: 0] + 1
            times[request.name] = time
            let object = try Self.object(line)
            // The first, second, fourth, …: of different days.
            if time <= 32, time & (time - 1) == 0 {
                try await self.execute(&waiting)
                try await self.vary(request, object)
                self.asked.append(request)
            }
            self.examples[request.name, default: Best()].take(object.data.count, line)
            self.notes[request.name, default: CommandNotes()].accepted(with: object.data.keys)
            waiting.append(request)
            if waiting.count == 4096 { try await self.execute(&waiting) }
            if place - lastAsked >= 8000 {
                lastAsked = place
                try await self.execute(&waiting)
                try await self.askAgain()
            }
        }
        try await self.execute(&waiting)
        try await self.askAgain()
        _ = try await self.ledger.runPolicies(until: nil)
        try await TelemetryShow.run(self.ledger, in: self.scratch)
        try await AdoptionShow.run(self.ledger)
        try await CommandFileShow.run(self.ledger, in: self.scratch)
    }

    private func execute(_ requests: inout [CommandRequest]) async throws {
        for (request, outcome) in zip(requests, try await self.ledger.execute(requests)) {
            guard case .accepted = outcome else {
                throw LedgerError(.simulation, "\(request.name) at \(request.occurredAt): \(outcome)")
            }
        }
        requests.removeAll(keepingCapacity: true)
    }

    private mutating func vary(_ request: CommandRequest, _ object: CommandObject) async throws {
        guard let known = DomainCommand.cases.first(where: { $0.name == request.name }) else { return }
        for variant in self.variations.variants(of: object, known) {
            try await self.ask(known.name, variant.line, without: variant.dropped)
        }
        guard let field = known.fields().first, let target = object.data[field.name] as? String else { return }
        let area = Self.area(known.name)
        self.remember(known.name, object)
        try await self.ask(area, about: [target])
        self.areas[area, default: Area()].targets.append(target)
    }

    /// As the platform would give it, whom nothing is refused because of who it is.
    private mutating func remember(_ command: String, _ object: CommandObject) {
        var object = object
        object.line["actor"] = "system:platform"
        self.areas[Self.area(command), default: Area()].commands[command] = object
    }

    /// Gives each command of an area as if it were about these things.
    private mutating func ask(_ area: String, about targets: [String]) async throws {
        for command in DomainCommand.cases where !command.creates {
            guard let object = self.areas[area]?.commands[command.name], let field = command.fields().first
            else { continue }
            for target in targets {
                try await self.ask(
                    command.name, object.with(object.data.merging([field.name: target]) { _, new in new }), without: nil
                )
            }
        }
    }

    private mutating func ask(_ command: String, _ line: [String: Any], without field: String?) async throws {
        let data = try JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
        // What cannot be read is no refusal.
        guard var request = try? data.withUnsafeBytes({ try self.reader.read($0, now: .zero, newID: 0xBEEF) })
        else { return }
        request.idempotencyKey = nil
        let rejection = try await self.ledger.refusals(of: [request])[0]
        self.notes[command, default: CommandNotes()].note(rejection, without: field)
    }

    private mutating func askAgain() async throws {
        for (request, rejection) in zip(self.asked, try await self.ledger.refusals(of: self.asked)) {
            self.notes[request.name, default: CommandNotes()].note(rejection, without: nil)
        }
        for area in self.areas.keys.sorted() {
            try await self.ask(area, about: self.areas[area]?.targets.suffix(24) ?? [])
        }
        for command in DomainCommand.cases {
            guard let object = self.areas[Self.area(command.name)]?.commands[command.name] else { continue }
            for variant in self.variations.variants(of: object, command) {
                try await self.ask(command.name, variant.line, without: nil)
            }
        }
    }

    private static func area(_ command: String) -> String { String(command.prefix { $0 != "." }) }

    private static func line(_ request: CommandRequest) -> String {
        var writer = CommandWriter()
        writer.write(request)
        return String(decoding: writer.bytes.dropLast(), as: UTF8.self)
    }

    private static func object(_ line: String) throws -> CommandObject {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        return CommandObject(line: object, data: object["data"] as? [String: Any] ?? [:])
    }

    /// `{"NAME":{"example":…,"required":[…],"refusals":{…}}}`; nil where the command never happened.
    func line(of known: CommandCase<DomainCommand>) -> String? {
        guard let example = self.examples[known.name] else { return nil }
        let notes = self.notes[known.name] ?? CommandNotes()
        var json = JSONWriter()
        json.beginObject()
        json.key(known.name)
        json.beginObject()
        json.key("example")
        json.raw(example.line)
        json.key("required")
        json.beginArray()
        for field in known.fields() where notes.isRequired(field) { json.string(field.name) }
        json.endArray()
        json.key("refusals")
        json.beginObject()
        for reason in Rejection.Reason.allCases {
            guard let messages = notes.messages[reason] else { continue }
            json.key(reason.rawValue)
            json.beginArray()
            for message in messages { json.string(message) }
            json.endArray()
        }
        json.endObject()
        json.endObject()
        json.endObject()
        return json.text
    }

    /// `{"TYPE":EVENT}` of each type that happened, in the catalogue's order. What differs from one ledger to the other
    /// is told from the position: ids of events, when they were recorded.
    mutating func events() throws -> [String] {
        var best: [String: Best] = [:]
        var shown: [EventID: EventID] = [:]
        var reader = EventReader()
        try self.ledger.log.read(.all, after: .start, limit: .max) { stored in
            let (event, read) = try reader.read(stored)
            var envelope = read
            let milliseconds = UInt128(UInt64(max(0, read.occurredAt.microseconds)) / 1000)
            envelope.id = EventID(bits: milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | UInt128(read.position.value))
            shown[read.id] = envelope.id
            envelope.recordedAt = read.occurredAt
            envelope.causation = read.causation.map { shown[$0] ?? $0 }
            var json = JSONWriter()
            json.beginObject()
            json.members(of: envelope)
            json.key("tags")
            try stored.tags().encodeJSON(&json)
            json.key("data")
            let data = event.audit.data
            json.raw(data)
            json.endObject()
            let count = try data.reading { json in
                var count = 0
                try json.object { json, _ in
                    _ = try json.raw()
                    count += 1
                }
                return count
            }
            let line = json.text.replacing("\(self.scratch.path)/", with: "")
            best[read.type.name, default: Best()].take(count, line)
        }
        self.shownIDs = shown
        return DomainEvent.cases.compactMap { event in
            best[event.type.name].map { #"{"\#(event.type.name)":\#($0.line)}"# }
        }
    }

    /// `{"TABLE":ROW}` of each table that has rows, in the schema's order; ids of events as `events` shows them.
    func rows() throws -> [String] {
        let snapshot = try LedgerReader(at: self.ledger.path).snapshot()
        return try snapshot.schema.tables.compactMap { table in
            var best = Best()
            try snapshot.rows(of: table, changedAfter: nil) { cells in
                let count = cells.count { $0 != .null }
                guard count >= best.count else { return }
                var encoder = CellEncoder(capacity: 4096)
                encoder.appendJSONRow(cells.map(self.shown), columns: table.columns)
                let line = encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
                let text = line.split(separator: "\n").joined()
                best.take(count, text.replacing("\(self.scratch.path)/", with: ""))
            }
            return best.count < 0 ? nil : #"{"\#(table.name)":\#(best.line)}"#
        }
    }

    private func shown(_ cell: SQLValue) -> SQLValue {
        guard case .uuid(let bits) = cell, let shown = self.shownIDs[EventID(bits: bits)] else { return cell }
        return .uuid(shown.bits)
    }
}

/// What was learned of one command.
struct CommandNotes {
    /// So many sentences for each reason are shown; of who may not, one says it.
    private static func limit(of reason: Rejection.Reason) -> Int { reason == .notAuthorized ? 1 : 4 }

    private(set) var messages: [Rejection.Reason: [String]] = [:]
    private var forms: Set<String> = []
    /// Fields without which it was refused.
    private var wanted: Set<String> = []
    /// Fields without which it was accepted.
    private var dispensable: Set<String> = []
    /// The fields that all that were accepted had.
    private var common: Set<String>?

    /// Whether it was always refused without the field. What may be nil is required only where something else says so.
    func isRequired(_ field: FieldDescription) -> Bool {
        field.shape.cardinality != .optional && self.wanted.contains(field.name)
            && !self.dispensable.contains(field.name) && self.common?.contains(field.name) == true
    }

    mutating func accepted(with fields: some Sequence<String>) {
        self.common = self.common?.intersection(fields) ?? Set(fields)
    }

    mutating func note(_ rejection: Rejection?, without field: String?) {
        if let field { if rejection == nil { self.dispensable.insert(field) } else { self.wanted.insert(field) } }
        guard let rejection, rejection.message.utf8.count <= 300 else { return }
        guard self.messages[rejection.reason, default: []].count < Self.limit(of: rejection.reason) else { return }
        // One sentence of each form, whatever it names.
        let form = rejection.message.replacing(/"[^"]*"|[^ ]*[0-9@][^ ]*/, with: "…")
        guard self.forms.insert("\(rejection.reason) \(form)").inserted else { return }
        self.messages[rejection.reason, default: []].append(rejection.message)
    }
}

extension Ledger {
    /// What each command would be refused with now; nil where it would not be. Nothing happens.
    func refusals(of requests: [CommandRequest]) throws -> [Rejection?] {
        try self.advance()
        return try requests.map { request in
            do {
                let proposal = try self.propose([request], over: self.recent)
                if case .refusal(let rejection)? = proposal.decisions.first { return rejection }
                return nil
            } catch let error as Unrecordable {
                return error.rejection
            }
        }
    }
}
