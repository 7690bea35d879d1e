import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// A fact as it holds now, with what its envelope says.
package struct FactRow<F: Fact> {
    package var fact: F
    package var occurredAt: Instant
    /// Of the event that recorded it first.
    package var position: Position

    init(_ stored: borrowing StoredEvent, only wanted: FieldSet = .all) throws {
        self.fact = try stored.payload(as: F.self, only: wanted)
        self.occurredAt = stored.occurredAt
        self.position = stored.position
    }

    init(_ fact: F, at occurredAt: Instant, _ position: Position) {
        self.fact = fact
        self.occurredAt = occurredAt
        self.position = position
    }
}

extension Relation {
    /// A row for each fact of a type, in the order of the log, decoded from its event.
    package static func facts<F: Fact>(_: F.Type, _ table: Table<FactRow<F>>) -> Relation {
        var relation = self.logged(F.type, version: F.schemaVersion, table, columns: RecordColumns(table, F.self)) {
            stored, wanted, _ in
            try FactRow(stored, only: wanted)
        }
        if F.isRevisable, !F.isIndexed { relation.follow(FactRevisions<F>(), table) { row, _ in row } }
        relation.kind = F.kind
        relation.row = .log { log, position, id, body in
            let tag = EventTag(kind: F.kind, id: id)
            var recordedAt: Position?
            try log.read(
                EventQuery(types: FactRevisions<F>.types, tags: [tag]), after: .start, through: position, limit: .max
            ) {
                stored in
                let envelope = try stored.envelope()
                recordedAt = recordedAt ?? stored.position
                let fact = try FactRevisions<F>.fact(of: stored)
                try body(
                    fact.map { table.cells(of: FactRow($0, at: stored.occurredAt, recordedAt ?? .start)) }, envelope)
            }
        }
        relation.orderByPosition()
        return relation.found(by: "id", F.self)
    }

    /// A row made from each fact of a type, in the order of the log. What `row` looks up for a fact must not change once
    /// it is there: facts are visited again only where they themselves are revised. Nil: no row.
    package static func derived<F: Fact, Row>(
        fromFacts _: F.Type, _ table: Table<Row>,
        row: @escaping @Sendable (_ fact: FactRow<F>, _ others: Lookups) throws -> Row?
    ) -> Relation {
        var relation = self.logged(F.type, version: F.schemaVersion, table) { stored, _, others in
            try row(FactRow(stored), others)
        }
        if F.isRevisable, !F.isIndexed { relation.follow(FactRevisions<F>(), table, row) }
        return relation
    }

    /// Gives revised facts as they hold now, once there are any: until then the log's own order is all that is needed.
    private mutating func follow<F: Fact, Row>(
        _ revisions: FactRevisions<F>, _ table: Table<Row>,
        _ row: @escaping @Sendable (_ fact: FactRow<F>, _ others: Lookups) throws -> Row?
    ) {
        let (plainRows, plainTagged, plainEvents) = (self.rows, self.tagged, self.eventRows)
        @Sendable func read(
            _ snapshot: LedgerSnapshot, _ tags: [EventTag], _ after: Position,
            _ body: (_ cells: [SQLValue], _ changedAt: Position, Envelope) throws -> Void
        ) throws {
            let lookups = Lookups(in: snapshot)
            var cells: [SQLValue] = []
            // Of a stretch of the log, only what was recorded there has its position there.
            let query = EventQuery(types: snapshot.isStretch ? [F.type] : FactRevisions<F>.contentTypes, tags: tags)
            try revisions.forEach(in: (snapshot.views, snapshot.log, snapshot.at), query, after: after) {
                fact, changedAt, envelope in
                guard let row = try row(fact, lookups) else { return }
                table.fill(&cells, from: row, only: snapshot.columns)
                try body(cells, changedAt, envelope)
            }
        }
        self.rows = { snapshot, after, body in
            guard try revisions.exist(in: snapshot) else { return try plainRows(snapshot, after, body) }
            try read(snapshot, [], after) { cells, changedAt, _ in try body(cells, changedAt) }
        }
        self.tagged = { snapshot, tag, body in
            guard try revisions.exist(in: snapshot) else { return try plainTagged?(snapshot, tag, body) ?? () }
            try read(snapshot, [tag], .start) { cells, changedAt, _ in try body(cells, changedAt) }
        }
        self.eventRows = { snapshot, after, body in
            guard try revisions.exist(in: snapshot) else { return try plainEvents?(snapshot, after, body) ?? () }
            try read(snapshot, [], after) { cells, _, envelope in try body(cells, envelope) }
        }
        self.removedKeys = { snapshot, after, body in
            try revisions.forEachWithdrawn(in: snapshot, after: after) { try body([$0.sqlValue]) }
        }
        self.isRevised = { snapshot, id in try revisions.has(ID(bits: id), in: snapshot) }
        self.changedBy = .events(Set(FactRevisions<F>.types))
    }
}

/// Reads facts of a type as they hold at a position: recorded, revised, or withdrawn.
struct FactRevisions<F: Fact>: Sendable {
    /// The events that change such a fact.
    static var types: [EventType] { Self.contentTypes + (F.withdrawnIDName == nil ? [] : [FactWithdrawn<F>.type]) }
    /// The events that carry its content.
    static var contentTypes: [EventType] { [F.type] + (F.isRevisable ? [FactRevised<F>.type] : []) }

    typealias Moment = (views: Views, log: any EventLog, at: Position)

    /// What an event leaves of the fact; nil: it was withdrawn.
    static func fact(of stored: borrowing StoredEvent) throws -> F? {
        let type = stored.type()
        if type == F.type { return try stored.payload(as: F.self) }
        return type == FactRevised<F>.type ? try stored.payload(as: FactRevised<F>.self).fact : nil
    }

    func exist(in snapshot: LedgerSnapshot) throws -> Bool { try self.exist(snapshot.views) }

    private func exist(_ views: Views) throws -> Bool {
        try F.isRevisable && !F.isIndexed && views.count(of: FactRevision<F>.self) > 0
    }

    func has(_ id: ID<F>, in snapshot: LedgerSnapshot) throws -> Bool {
        try snapshot.views.look(ID<FactRevision<F>>(bits: id.bits)) != nil
    }

    /// Calls `body` with each fact that an event behind a position recorded or revised, once, with the position of the
    /// last event that changed it and the envelope of the first that was read.
    func forEach(
        in moment: Moment, _ query: EventQuery, after: Position,
        _ body: (FactRow<F>, _ changedAt: Position, Envelope) throws -> Void
    ) throws {
        let haveRevisions = try self.exist(moment.views)
        var seen: Set<ID<F>> = []
        try moment.log.read(query, after: after, through: moment.at, limit: .max) { stored in
            guard let recorded = try Self.fact(of: stored) else { return }
            guard haveRevisions, let revision = try moment.views.look(ID<FactRevision<F>>(bits: recorded.id.bits))
            else {
                return try body(FactRow(stored), stored.position, stored.envelope())
            }
            guard seen.insert(recorded.id).inserted, let fact = revision.state.fact else { return }
            var position = stored.position
            if stored.type() != F.type {
                let first = EventQuery(types: [F.type], tags: [recorded.id.tag])
                try moment.log.read(first, after: .start, through: moment.at, limit: 1) { position = $0.position }
            }
            let row = FactRow(fact, at: revision.state.occurredAt, position)
            try body(row, revision.changedAt, stored.envelope())
        }
    }

    func forEachWithdrawn(
        in snapshot: LedgerSnapshot, after: Position, _ body: (ID<F>) throws -> Void
    ) throws {
        let query = EventQuery(types: [FactWithdrawn<F>.type])
        try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
            let id = try stored.payload(as: FactWithdrawn<F>.self).id
            let revision = try snapshot.views.look(ID<FactRevision<F>>(bits: id.bits))
            if revision != nil, revision?.state.fact == nil { try body(id) }
        }
    }
}

extension Relation {
    /// The keys of states that were withdrawn behind a position and are not back; nil for kinds that never are.
    /// - Parameter key: the leading cells of the keys of a state's rows; nil: its id.
    package static func withdrawnKeys<E: Stored>(
        of _: E.Type, by key: (@Sendable (E) -> [SQLValue])? = nil
    ) -> KeyReading? {
        guard let type = (E.self as? any Withdrawable.Type)?.withdrawal else { return nil }
        return { snapshot, after, body in
            try snapshot.log.read(EventQuery(types: [type]), after: after, through: snapshot.at, limit: .max) {
                stored in
                for tag in try stored.tags() where tag.kind == E.kind {
                    guard let id = tag.id.map({ ID<E>(bits: $0) }), try snapshot.views.look(id) == nil else { continue }
                    guard let key else {
                        try body([id.sqlValue])
                        continue
                    }
                    let before = Position(stored.position.value - 1)
                    if let state = try TaggedStates(tag, in: snapshot.log, through: before).find(id) {
                        try body(key(state))
                    }
                }
            }
        }
    }

    static func both(_ a: KeyReading?, _ b: KeyReading?) -> KeyReading? {
        guard let a, let b else { return a ?? b }
        return { snapshot, after, body in
            try a(snapshot, after, body)
            try b(snapshot, after, body)
        }
    }
}
