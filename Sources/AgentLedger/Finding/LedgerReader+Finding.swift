import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

/// A row that a word may mean: its id, and what people call it.
package struct FoundThing: Hashable, Sendable {
    package var id: UInt128
    package var name: String
}

extension LedgerReader {
    /// The columns by which people know things, the surest first.
    static let designations = [
        "slug", "email", "invoice_number", "key_prefix", "name", "title", "display_name",
    ]

    /// The id of the one thing that a word means: its UUID, what it is called (slug, e-mail address, invoice number, name,
    /// title), at least four digits with which no other id of its kind begins, or the thing that it belongs to, a slash
    /// and what tells it from others there (`acme/ann@acme.example` for a membership).
    ///
    /// Names are those of now; a name that only a past moment knows is looked for there. Of several things with one name,
    /// those that were deleted do not count. Throws `LedgerError` with code `.notFound` or `.ambiguous`. A UUID costs
    /// nothing and may belong to nothing; a name costs a look at each row.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`.
    package func find(_ kind: String, _ word: String, at moment: Moment = .end) throws -> UInt128 {
        if let id = UUIDText.parse(word) { return id }
        var found = try self.candidates(kind, word, at: .end)
        if found.isEmpty, moment != .end { found = try self.candidates(kind, word, at: moment) }
        if found.count == 1 { return found[0].id }
        guard found.isEmpty else {
            throw LedgerError.ambiguous(kind, word, found.map { "\(UUIDText.format($0.id)) \($0.name)" })
        }
        if let id = try self.find(kind, byKey: word, at: moment) { return id }
        throw LedgerError.unknown(kind, word, among: try self.names(of: kind))
    }

    /// The row that a word means: as `find`, or `THING/PART` for a part of a thing (`INV-2025-0001/2`), the part's number
    /// alone where that is a text (`CN-1`), an organization and a month (`acme/2025-08`), or the position of the event that
    /// the row tells.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`.
    package func findRow(_ kind: String, _ word: String, at moment: Moment = .end) throws -> RowID {
        switch LedgerSnapshot.naming(of: kind) {
        case .uuid: return RowID(try self.find(kind, word, at: moment))
        case .position:
            guard let position = UInt64(word) else {
                throw LedgerError(.notFound, "\(kind) \"\(word)\": give the position of its event, a number")
            }
            return RowID(UInt128(position))
        case .month:
            if let id = UUIDText.parse(word) { return RowID(id) }
            return try self.findPart(kind, word, of: Organization.kind, "a month, such as acme/2025-08", moment) {
                guard let month = Day($1) ?? Day("\($1)-01") else { return nil }
                return RowID(LedgerSnapshot.usageID($0, month))
            }
        case .ownedUUID(let owner, let column):
            let id = try self.find(kind, word, at: moment)
            let table = LedgerSnapshot.table(of: kind)
            let sql = "SELECT \(column) FROM \(table) WHERE id = '\(UUIDText.format(id))'"
            var thing: UInt128?
            for moment in [moment, .end] where thing == nil {
                try self.query(sql, at: moment, columns: { _ in }) { thing = UUIDText.parse($0[0].text) }
            }
            guard let thing else {
                throw LedgerError(.notFound, "there is no \(kind) \(UUIDText.format(id)) of any \(owner)")
            }
            return RowID(thing, part: [.uuid(id)])
        case .part(let owner, let column):
            do {
                return try self.findPart(kind, word, of: owner, "its \(column.name)", moment) {
                    guard let part = try self.partKey(column, $1, moment) else { return nil }
                    return RowID($0, part: [part])
                }
            } catch let error as LedgerError where error.code == .notFound && column.isText {
                return try self.findPart(kind, word, alone: column, at: moment)
            }
        }
    }

    /// Takes `OWNER/PART` apart; both may have slashes.
    private func findPart(
        _ kind: String, _ word: String, of owner: String, _ what: String, _ moment: Moment,
        _ row: (UInt128, String) throws -> RowID?
    ) throws -> RowID {
        var failure = LedgerError(
            .notFound, "\(kind) \"\(word)\": give the \(owner), a slash and \(what)")
        for slash in word.indices.reversed() where word[slash] == "/" {
            do {
                let thing = try self.find(owner, String(word[..<slash]), at: moment)
                if let row = try row(thing, String(word[word.index(after: slash)...])) { return row }
            } catch let error as LedgerError where error.code == .notFound {
                failure = error
            }
        }
        throw failure
    }

    /// The value of a key's column that a word means.
    private func partKey(_ column: ColumnDeclaration, _ word: String, _ moment: Moment) throws -> SQLValue? {
        switch column.type {
        case .bigint, .integer: return Int64(word).map { .integer($0) }
        case .uuid:
            // The one column of this type is a participant's: a user or an agent.
            for kind in [User.kind, Agent.kind] {
                do {
                    return .uuid(try self.find(kind, word, at: moment))
                } catch let error as LedgerError where error.code == .notFound {}
            }
            return nil
        case _: return .text(word)
        }
    }

    private func candidates(_ kind: String, _ word: String, at moment: Moment) throws -> [FoundThing] {
        let table = NamedTable(kind)
        let digits = word.lowercased().filter { $0 != "-" }
        let isPrefix = digits.count >= 4 && digits.allSatisfy(\.isHexDigit) && word.first?.isHexDigit == true
        let text = SQLiteDialect().quotedText(word)
        var ranks = table.designations.enumerated().flatMap { index, column in
            [
                "WHEN \(column) = \(text) THEN \(index < 4 ? 0 : 2)",
                "WHEN lower(\(column)) = lower(\(text)) THEN \(index < 4 ? 1 : 3)",
            ]
        }
        if isPrefix { ranks.append("WHEN replace(\(table.key), '-', '') LIKE '\(digits)%' THEN 4") }
        if ranks.isEmpty { return [] }
        let gone = table.deletion.map { "\($0) IS NOT NULL" } ?? "0"
        let sql = """
            SELECT \(table.key), \(table.name), rank, gone FROM (
              SELECT *, CASE \(ranks.joined(separator: " ")) END AS rank, \(gone) AS gone FROM \(table.table)
            ) WHERE rank IS NOT NULL ORDER BY rank, gone
            """
        var found: [(thing: FoundThing, rank: String, isGone: Bool)] = []
        try self.query(sql, at: moment, columns: { _ in }) { cells in
            guard let id = UUIDText.parse(cells[0].text) else { return }
            found.append((FoundThing(id: id, name: cells[1].text), cells[2].text, cells[3].text != "0"))
        }
        let best = found.filter { $0.rank == found.first?.rank }
        let live = best.filter { !$0.isGone }
        return (live.count == 1 ? live : best).map(\.thing)
    }

    /// What things of a kind are called, at most some thousands of them.
    private func names(of kind: String) throws -> [String] {
        let table = NamedTable(kind)
        var names: [String] = []
        for column in table.designations {
            let sql = "SELECT DISTINCT \(column) FROM \(table.table) WHERE \(column) IS NOT NULL LIMIT 5000"
            try self.query(sql, columns: { _ in }) { names.append($0[0].text) }
        }
        return names
    }
}

extension LedgerError {
    /// - Parameter things: what the word may mean.
    static func ambiguous(
        _ kind: String, _ word: String, _ things: [String], remedy: String = "give more digits of the id"
    ) -> LedgerError {
        let list = things.prefix(8).joined(separator: ", ")
        let more = things.count > 8 ? " and \(things.count - 8) more" : ""
        return LedgerError(
            .ambiguous, "\"\(word)\" means \(things.count) things of kind \(kind): \(list)\(more); \(remedy)")
    }

    /// - Parameter names: what things of the kind are called.
    static func unknown(_ kind: String, _ word: String, among names: [String]) -> LedgerError {
        LedgerError(
            .notFound,
            "there is no \(kind) \"\(word)\"\(Spelling.suggestion(for: word, in: names)); list them with: agentledger list "
                + LedgerSnapshot.table(of: kind))
    }
}

/// The columns of a kind's table that tell which thing a row is about.
struct NamedTable {
    /// The columns that say when a thing ended, the surest first.
    static let endings = ["deleted_at", "removed_at", "revoked_at"]

    let table: String
    let key: String
    let designations: [String]
    /// An expression: what a thing is called.
    let name: String
    let deletion: String?

    init(_ kind: String) {
        let table = LedgerSnapshot.table(of: kind)
        let columns = LedgerSchema.projection.schema.table(table)?.columns.map(\.name) ?? []
        self.table = table
        self.key = LedgerSchema.projection.schema.table(table)?.primaryKey.first ?? "id"
        let designations = LedgerReader.designations.filter(columns.contains)
        self.designations = designations
        self.name = designations.isEmpty ? "''" : "coalesce(\((designations + ["''"]).joined(separator: ", ")))"
        self.deletion = Self.endings.first(where: columns.contains)
    }
}
