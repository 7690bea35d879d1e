import LedgerDomain
import LedgerEvents
import LedgerPostgres

/// One reading of a platform's tables: adopts what is new or changed, then notes for each row that it was adopted, with
/// the values that no entity took over.
///
/// A row that was adopted as it is now is passed by. What is noted last is that everything before was executed: a killed
/// import goes through the rows again, and adds what is missing.
package final class AdoptionRun {
    /// What reading needs of the import around it.
    package struct Import {
        let states: any AdoptionStates
        let actor: Principal
        let now: Instant
        let isStrict: Bool
        let keepsSecrets: Bool
        /// Called for a row that cannot be read, with the reason; returns whether that is news.
        let refused: (_ place: RequestBatch.Place, _ reason: String) throws -> Bool
        /// Called after each pass over a row with whether it is new; returns the batch for the next one.
        let next: (_ isNew: Bool) throws -> RequestBatch
        /// Executes everything so far; returns the places that were refused.
        let settled: () throws -> Set<RequestBatch.Place>

        package init(
            states: some AdoptionStates, actor: Principal, now: Instant, isStrict: Bool, keepsSecrets: Bool,
            refused: @escaping (RequestBatch.Place, String) throws -> Bool,
            next: @escaping (Bool) throws -> RequestBatch,
            settled: @escaping () throws -> Set<RequestBatch.Place>
        ) {
            self.states = states
            self.actor = actor
            self.now = now
            self.isStrict = isStrict
            self.keepsSecrets = keepsSecrets
            self.refused = refused
            self.next = next
            self.settled = settled
        }
    }

    /// How often values did not come over as they were.
    package private(set) var findings: [AdoptionFinding: Int] = [:]
    /// Rows that were adopted before and have not changed.
    package private(set) var unchangedRows = 0
    /// Rows that were adopted before and have changed since.
    package private(set) var changedRows = 0
    /// Rows that were adopted before and that the source has no more.
    package var goneRows: [RequestBatch.Place] { self.gone.map(\.place) }

    /// Rows that an import found gone and that the source has again.
    package var returnedRows: [RequestBatch.Place] { self.returned.sorted { $0.key < $1.key }.map(\.value) }

    private let database: PlatformDatabase
    private let around: Import
    private let names = TakenNames()
    private var rules = SourceRow.Rules()
    private var batch: RequestBatch
    private var unchanged: Set<AdoptedRowID> = []
    private var changed: Set<AdoptedRowID> = []
    private var returned: [AdoptedRowID: RequestBatch.Place] = [:]
    /// Changed rows of what does not change in the ledger in all that a row says.
    private var fixed: Set<AdoptedRowID> = []
    private var counted: Set<AdoptedRowID> = []
    private var gone: [(id: AdoptedRowID, place: RequestBatch.Place)] = []
    /// By row: what was counted of it, though several passes find it.
    private var found: [AdoptedRowID: Set<AdoptionFinding>] = [:]
    /// By row: originals that another pass than the recording one found.
    private var originals: [AdoptedRowID: [String: JSONText]] = [:]

    package init(_ database: PlatformDatabase, _ around: Import, into batch: RequestBatch) {
        self.database = database
        self.around = around
        self.batch = batch
        self.rules.isStrict = around.isStrict
        self.rules.zone = database.zone
    }

    package func run() throws {
        do {
            self.rules.earliest = try self.earliest()
            try self.compare()
            var recording: [Adoption.Stage] = []
            for stage in self.stages where try self.adopt(stage) { recording.append(stage) }
            let refused = try self.around.settled()
            self.forget(refused)
            self.batch = try self.around.next(false)
            for stage in recording { try self.record(stage, besides: refused) }
            try self.noteGone()
        } catch let error as PostgresError {
            throw ImportError(error)
        }
    }

    private var stages: [Adoption.Stage] {
        self.database.adoption.stages.filter { self.database.schema.has($0.table) }
    }

    private func id(_ table: String, _ key: String) -> AdoptedRowID {
        AdoptedRow.id(source: self.database.source, table: table, key: key)
    }

    /// The time of what has none: when the first organization or user was made, else now.
    private func earliest() throws -> Instant {
        let schema = self.database.schema
        var found: Instant?
        for table in ["organizations", "users"] where schema.has(table, "created_at") {
            let rows = try self.database.connection.query("SELECT min(created_at) FROM \(schema.table(table))")
            var rules = self.rules
            rules.isStrict = false
            let row = SourceRow(PostgresRow(columns: ["created_at": 0], values: rows[0]), of: table, rules)
            guard let instant = try row.instant("created_at") else { continue }
            found = min(found ?? instant, instant)
        }
        return found ?? self.around.now
    }

    // MARK: Passes

    /// One pass over a stage's rows; returns whether it records rows.
    private func adopt(_ stage: Adoption.Stage) throws -> Bool {
        var isRecording = false
        try self.database.connection.forEachRow(stage.sql(self.database.schema)) { cells in
            let (table, key) = stage.place(of: cells)
            let id = self.id(table, key)
            if self.unchanged.contains(id) {
                // Counted once, whatever the number of passes.
                let isFirst = self.counted.insert(id).inserted
                if isFirst { self.unchangedRows += 1 }
                return self.batch = try self.around.next(isFirst)
            }
            let writer = AdoptionWriter(
                self.around.states, actor: self.around.actor, names: self.names,
                keepsSecrets: self.around.keepsSecrets)
            let row = SourceRow(cells, of: table, self.rules)
            let place = RequestBatch.Place.row(table: table, key: key)
            var isNew = false
            do {
                try stage.translate(row, writer)
                writer.give(to: self.batch, place: place, isAgain: self.isAdopted(id))
                isNew = writer.isRecorded || row.isKeptWhole
                for finding in row.findings where self.found[id, default: []].insert(finding).inserted {
                    self.findings[finding, default: 0] += 1
                }
                if !row.originals.isEmpty {
                    self.originals[id, default: [:]].merge(row.originals) { _, new in new }
                }
                if isNew, self.changed.contains(id) {
                    self.changedRows += 1
                    if !writer.isRecognized { self.fixed.insert(id) }
                }
            } catch let error as CellError {
                isNew = try self.around.refused(place, error.description)
            }
            isRecording = isRecording || isNew
            self.batch = try self.around.next(isNew)
        }
        return isRecording
    }

    /// Whether an earlier import adopted a row of this place that is read again.
    private func isAdopted(_ id: AdoptedRowID) -> Bool { self.changed.contains(id) || self.returned[id] != nil }

    /// Values of a row that was refused are not adopted in another form.
    private func forget(_ refused: Set<RequestBatch.Place>) {
        for case .row(let table, let key) in refused {
            for finding in self.found.removeValue(forKey: self.id(table, key)) ?? [] {
                let rest = (self.findings[finding] ?? 0) - 1
                self.findings[finding] = rest > 0 ? rest : nil
            }
        }
    }

    // MARK: Records of rows

    /// The rows of a table with their keys and digests.
    private func digested(_ table: String) -> String {
        let key = (self.database.adoption.keys[table] ?? ["id"]).map { "b.\(AdoptedSchema.quoted($0))::text" }
        return """
            SELECT '\(table)' AS adopted_row_table, concat_ws(', ', \(key.joined(separator: ", "))) AS adopted_row_key,
              row::text AS adopted_row,
              left(encode(sha256(convert_to(row::text, 'UTF8')), 'hex'), 32) AS adopted_digest
            FROM \(self.database.schema.table(table)) b, LATERAL (SELECT \(self.database.schema.row("b")) AS row) r
            """
    }

    /// Finds the rows that are as they were adopted, those that are gone, and those that are back.
    private func compare() throws {
        var known: [AdoptedRowID: (digest: String, table: String, key: String, isGone: Bool)] = [:]
        try self.around.states.forEachAdoptedRow(of: self.database.source) {
            known[$0.id] = ($0.digest, $0.table, $0.key, $0.goneAt != nil)
        }
        for table in Set(known.values.map(\.table)).sorted() where self.database.schema.has(table) {
            let sql = "SELECT adopted_row_key, adopted_digest FROM (\(self.digested(table))) d"
            try self.database.connection.forEachRow(sql) { row in
                let id = self.id(table, row["adopted_row_key"] ?? "")
                guard let found = known.removeValue(forKey: id) else { return }
                if found.isGone { self.returned[id] = .row(table: found.table, key: found.key) }
                if found.digest != row["adopted_digest"] {
                    self.changed.insert(id)
                } else if !found.isGone {
                    self.unchanged.insert(id)
                }
            }
        }
        let gone = known.filter { !$0.value.isGone }.sorted { $0.key < $1.key }
        self.gone = gone.map { ($0.key, .row(table: $0.value.table, key: $0.value.key)) }
    }

    /// Notes for each row of a stage that it was adopted.
    private func record(_ stage: Adoption.Stage, besides refused: Set<RequestBatch.Place>) throws {
        let key =
            stage.others.isEmpty
            ? "concat_ws(', ', \(stage.key.map { "q.\(AdoptedSchema.quoted($0))::text" }.joined(separator: ", ")))"
            : "q.adopted_key::text AND b.adopted_row_table = q.adopted_table"
        let tables = ([stage.table] + stage.others).filter { self.database.schema.has($0) }.map { self.digested($0) }
        let sql = """
            SELECT q.*, b.* FROM (\(stage.sql(self.database.schema))) q
            JOIN (\(tables.joined(separator: " UNION ALL "))) b ON b.adopted_row_key = \(key)
            """
        try self.database.connection.forEachRow(sql) { cells in
            let (table, key) = stage.place(of: cells)
            let id = self.id(table, key)
            if self.unchanged.contains(id) || refused.contains(.row(table: table, key: key)) { return }
            let writer = AdoptionWriter(
                FirstImport(states: self.around.states), actor: self.around.actor, names: self.names,
                keepsSecrets: self.around.keepsSecrets)
            let row = SourceRow(cells, of: table, self.rules)
            do {
                try stage.translate(row, writer)
            } catch is CellError {
                return
            }
            if writer.isRecorded || row.isKeptWhole { try self.record(id, key, row, writer) }
        }
    }

    private func record(_ id: AdoptedRowID, _ key: String, _ row: SourceRow, _ writer: AdoptionWriter) throws {
        var recorded = AdoptedRowRecorded()
        recorded.id = id
        recorded.organization =
            writer.organization ?? (row.row["organization_id"] ?? row.row["org_id"]).flatMap { OrganizationID($0) }
        recorded.source = self.database.source
        recorded.table = row.table
        recorded.key = key
        recorded.subject = writer.subject
        recorded.digest = row.row["adopted_digest"] ?? ""
        recorded.extra = try self.extra(id, row)
        try self.append(.adoptedRow(.record(recorded)), .row(table: row.table, key: key))
    }

    /// What of a row is in no entity as the database has it.
    private func extra(_ id: AdoptedRowID, _ row: SourceRow) throws -> JSONText {
        let originals = (self.originals.removeValue(forKey: id) ?? [:]).merging(row.originals) { _, new in new }
        guard let source = try? JSONText(parsing: row.row["adopted_row"] ?? "") else {
            self.count(row.table, "*", .notAdopted, "a row that is too deep to be kept")
            return .emptyObject
        }
        let elsewhere = self.database.adoption.readElsewhere[row.table] ?? []
        let isWhole = row.isKeptWhole || self.fixed.contains(id)
        if self.fixed.contains(id) { self.count(row.table, "*", .kept, "a changed row, whole, in extra") }
        var extra: [(name: String, value: JSONText)] = []
        for (column, value) in source.members {
            if let original = originals[column] {
                if original == .null, value == .null { continue }
                extra.append((column, original == .null ? value : original))
            } else if isWhole {
                extra.append((column, value))
            } else if !row.readColumns.contains(column), !elsewhere.contains(column), !value.isEmpty {
                extra.append((column, value))
                self.count(row.table, column, .kept, "in extra")
            }
        }
        return JSONText(
            members: extra.map { column, value in
                let (masked, secrets) = JSONText(members: [(column, value)]).withoutSecrets()
                guard secrets > 0, let member = masked.members.first else { return (column, value) }
                self.count(row.table, column, .notAdopted, SourceRow.secret)
                return member
            })
    }

    private func count(_ table: String, _ column: String, _ outcome: AdoptionFinding.Outcome, _ reason: String) {
        self.findings[AdoptionFinding(table, column, outcome, reason), default: 0] += 1
    }

    private func noteGone() throws {
        for (id, place) in self.gone {
            try self.append(.adoptedRow(.vanish(.with { $0.id = id })), place)
        }
    }

    private func append(_ command: DomainCommand, _ place: RequestBatch.Place) throws {
        let (request, _) = try AdoptionWriter.request(
            command, actor: self.around.actor, at: self.around.now, keepsSecrets: self.around.keepsSecrets)
        self.batch.append(request, place: place, .addition)
        self.batch = try self.around.next(false)
    }
}

/// Rows are read as if the ledger knew nothing yet, so that all of them is.
private struct FirstImport: AdoptionStates {
    let states: any AdoptionStates

    func find<E: Stored>(_ id: ID<E>) throws -> E? { nil }

    func holder<E: Stored>(of alias: EventTag, as kind: E.Type) throws -> ID<E>? {
        try self.states.holder(of: alias, as: kind)
    }

    func forEachAdoptedRow(of source: String, _ body: (AdoptedRow) throws -> Void) throws {}
}

extension JSONText {
    /// Whether nothing can be lost with it.
    fileprivate var isEmpty: Bool {
        self == .null || self == .emptyObject || self == .emptyArray || self.text == "\"\""
    }
}
