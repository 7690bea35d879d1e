import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

extension LedgerReader {
    /// The id of the thing with this key: values of columns that no two things of the kind share, with slashes between
    /// them. A column that refers to a thing takes what that thing is called. Nil where there is none.
    func find(_ kind: String, byKey word: String, at moment: Moment) throws -> UInt128? {
        guard let table = LedgerSchema.projection.schema.table(LedgerSnapshot.table(of: kind)) else { return nil }
        var found: [UInt128: Bool] = [:]
        let ends = (NamedTable.endings + ["released_at"]).filter { table.column($0) != nil }
        let isGone = ends.isEmpty ? "0" : ends.map { "\($0) IS NOT NULL" }.joined(separator: " OR ")
        for key in Self.keys(of: table) {
            for values in Self.split(word, key.columns.count) {
                guard let condition = try self.condition(key, values, of: table, at: moment) else { continue }
                let sql = "SELECT \(table.primaryKey[0]), \(isGone) FROM \(table.name) WHERE \(condition)"
                try self.query(sql, at: moment, columns: { _ in }) { cells in
                    if let id = UUIDText.parse(cells[0].text) { found[id] = cells[1].text != "0" }
                }
            }
        }
        let live = found.filter { !$0.value }.keys
        if let id = live.count == 1 ? live.first : found.keys.count == 1 ? found.keys.first : nil { return id }
        guard !found.isEmpty else { return nil }
        throw LedgerError.ambiguous(kind, word, found.keys.sorted().map(UUIDText.format))
    }

    /// Of the rows whose key has these values; nil where a value names no thing.
    private func condition(
        _ key: Key, _ values: [String], of table: TableDeclaration, at moment: Moment
    ) throws -> String? {
        var conditions = key.condition.map { ["(\($0))"] } ?? []
        for (column, value) in zip(key.columns, values) {
            if let kind = Self.kind(namedBy: column, of: table) {
                guard let id = try self.findIfAny(kind, value, at: moment) else { return nil }
                conditions.append("\(column) = '\(UUIDText.format(id))'")
            } else {
                conditions.append("lower(\(column)) = lower(\(SQLiteDialect().quotedText(value)))")
            }
        }
        return conditions.joined(separator: " AND ")
    }

    /// The row of a part that is known by its own number alone.
    func findPart(_ kind: String, _ word: String, alone column: ColumnDeclaration, at moment: Moment) throws -> RowID {
        let table = LedgerSnapshot.table(of: kind)
        let owner = LedgerSchema.projection.schema.table(table)?.primaryKey.first ?? "id"
        let text = SQLiteDialect().quotedText(word)
        var found: [(owner: UInt128, part: String)] = []
        for condition in ["\(column.name) = \(text)", "lower(\(column.name)) = lower(\(text))"] where found.isEmpty {
            try self.query(
                "SELECT \(owner), \(column.name) FROM \(table) WHERE \(condition)", at: moment, columns: { _ in }
            ) { cells in
                if let id = UUIDText.parse(cells[0].text) { found.append((id, cells[1].text)) }
            }
        }
        if found.count == 1 { return RowID(found[0].owner, part: [.text(found[0].part)]) }
        guard found.isEmpty else {
            throw LedgerError.ambiguous(
                kind, word, found.map { "\(UUIDText.format($0.owner))/\($0.part)" }, remedy: "give one of these")
        }
        var names: [String] = []
        try self.query("SELECT DISTINCT \(column.name) FROM \(table) LIMIT 5000", columns: { _ in }) {
            names.append($0[0].text)
        }
        throw LedgerError.unknown(kind, word, among: names)
    }

    private struct Key {
        var columns: [String]
        /// Which rows the key tells apart; nil for all.
        var condition: String?
    }

    /// Keys that commands watch over and tables do not declare.
    private static let otherKeys = [
        "memberships": [["organization_id", "user_id"]], "model_aliases": [["provider", "model"], ["model"]],
    ]

    /// One or two columns, other than the primary key, in which no two rows agree.
    private static func keys(of table: TableDeclaration) -> [Key] {
        let uniques = table.uniques.map { Key(columns: $0.columns) }
        let indexes = table.indexes.filter(\.isUnique).map { index in
            let columns = index.parts.compactMap { part in if case .ascending(let name) = part { name } else { nil } }
            // Of things that are gone, several may have had it.
            let isOfLive = index.condition?.hasSuffix("_at IS NULL") ?? true
            return Key(columns: columns, condition: isOfLive ? nil : index.condition)
        }
        let others = (Self.otherKeys[table.name] ?? []).map { Key(columns: $0) }
        return (uniques + indexes + others).filter {
            (1...2).contains($0.columns.count) && $0.columns != table.primaryKey
        }
    }

    /// The kind of the things that a column refers to; nil for a column that holds a value.
    private static func kind(namedBy column: String, of table: TableDeclaration) -> String? {
        guard let key = table.foreignKeys.first(where: { $0.columns == [column] }) else { return nil }
        return LedgerSnapshot.kind(named: key.table)
    }

    /// The ways to read a word as so many values; any of them may have slashes.
    private static func split(_ word: String, _ count: Int) -> [[String]] {
        if count == 1 { return [[word]] }
        return word.indices.filter { word[$0] == "/" }.map { slash in
            [String(word[..<slash]), String(word[word.index(after: slash)...])]
        }
    }

    private func findIfAny(_ kind: String, _ word: String, at moment: Moment) throws -> UInt128? {
        do {
            return try self.find(kind, word, at: moment)
        } catch let error as LedgerError where error.code == .notFound {
            return nil
        }
    }
}

extension ColumnDeclaration {
    /// Whether it holds a text of any form.
    var isText: Bool {
        switch self.type {
        case .varchar, .text: true
        case .uuid, .char, .enumeration, .integer, .bigint, .numeric, .boolean, .double, .timestamptz, .date, .jsonb,
            .bytea,
            .textArray:
            false
        }
    }
}
