import LedgerRelations

/// A made-up schema of two tables with every SQL type, and rows for it.
struct Shelf {
    var id: UInt128
    var name: String
    var changedAt: UInt64

    static let table = Table<Shelf>("shelves", primaryKey: "id", description: "Where things stand.") {
        Column("id", .uuid, { SQLValue.uuid($0.id) })
        Column("name", .varchar(200), \.name).unique()
    }
}

struct Thing {
    enum Kind: String, CaseIterable { case book, map, spare = "spare part" }

    var id: Int
    var shelf: UInt128
    var kind = Kind.book
    var note: String?
    var money: Int128 = 0
    var at: Int64 = 0
    var on: Int32 = 0
    var fraction = 0.5
    var json = "{}"
    var blob: [UInt8] = []
    var tags: [String] = []
    var changedAt: UInt64

    static let table = Table<Thing>("things", primaryKey: "shelf_id", "id") {
        Column("shelf_id", .uuid, { SQLValue.uuid($0.shelf) }).references("shelves", "id")
        Column("id", .bigint, \.id)
        Column("kind", .enumeration(Thing.Kind.self), \.kind, default: "book").indexed()
        Column("note", .text, \.note)
        Column("code", .char(3), { _ in "abc" })
        Column("is_new", .boolean, { $0.id.isMultiple(of: 2) })
        Column("small", .integer, { Int32($0.id % 1_000) })
        Column("cost", .numeric(precision: 38, scale: 12), { SQLValue.numeric($0.money, scale: 12) }, unit: "EUR")
        Column("at", .timestamptz, { SQLValue.timestamp($0.at) }, default: .now).indexed(using: "brin")
        Column("on_day", .date, { SQLValue.date($0.on) })
        Column("fraction", .double, \.fraction)
        Column("extra", .jsonb, { SQLValue.json($0.json) })
        Column("blob", .bytea, \.blob)
        Column("tags", .textArray, \.tags)
        TableCheck("small_is_small", "small < 1000")
        TableIndex("idx_things_at_kind", .descending("at"), "kind", where: "note IS NOT NULL")
    }
}

/// Rows in memory, with the position of each one's last change.
struct Shelves: QuerySource {
    var ledgerID = "ledger-1"
    var schema = Shelves.declared(version: 1)
    var position: UInt64 = 10
    var shelves: [Shelf] = [
        Shelf(id: 1, name: "low", changedAt: 1), Shelf(id: .max, name: "high", changedAt: 2),
    ]
    var things: [Thing] = []
    var removed: [(table: String, key: [SQLValue], at: UInt64)] = []
    /// Called before each thing; may throw, or do harm.
    var beforeThing: (Int) throws -> Void = { _ in }

    static func declared(_ name: String = "storage", version: Int, enumerations: Schema.EnumerationStyle = .checks)
        -> Schema
    {
        Schema(
            name, version: version, enumerations: enumerations,
            tables: [Shelf.table.declaration, Thing.table.declaration])
    }

    func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        var cells: [SQLValue] = []
        if table.name == Shelf.table.name {
            for row in self.shelves where row.changedAt > changedAfter ?? 0 {
                Shelf.table.fill(&cells, from: row)
                try body(cells)
            }
        } else {
            for (index, row) in self.things.enumerated() where row.changedAt > changedAfter ?? 0 {
                try self.beforeThing(index)
                Thing.table.fill(&cells, from: row)
                try body(cells)
            }
        }
    }

    func removedKeys(
        of table: TableDeclaration, after position: UInt64, _ body: ([SQLValue]) throws -> Void
    ) throws {
        for removal in self.removed where removal.table == table.name && removal.at > position {
            try body(removal.key)
        }
    }
}

extension Shelves {
    /// Strings, numbers and times that an escape, a width or a calendar could get wrong.
    static var hostile: Shelves {
        var source = Shelves()
        source.things = [
            Thing(id: 1, shelf: 1, note: nil, changedAt: 3),
            Thing(
                id: 2, shelf: 1, kind: .spare,
                note: "tab\t newline\n return\r back\\slash \\N \\. 'single' \"double\", bell\u{7}\u{8}\u{B}\u{C}",
                money: .max / 1_000_000_000_000, at: 253_402_300_799_999_999, on: 2_932_896, fraction: 0.1,
                json: #"{"a":"tab\t \"q\" \\ back","n":[1.50,null,true]}"#, blob: [0, 1, 9, 10, 13, 92, 255],
                tags: ["a,b", "c\"d", "e\\f", "g\nh", "", "NULL", "{}"], changedAt: 3),
            Thing(
                id: 3, shelf: .max, kind: .map, note: "\\.", money: 2_856_533_700_000, at: -63_517_824_000_000_000,
                on: -735_160, fraction: .leastNonzeroMagnitude, json: "[\n1\n]", tags: ["é", "日本語", "👩‍👩‍👧"], changedAt: 4),
            Thing(
                id: 4, shelf: .max, note: "", money: -1, at: -1, on: -1, fraction: -1.7976931348623157e308,
                json: #""just text""#, blob: [], tags: [], changedAt: 5),
            Thing(
                id: 5, shelf: .max, note: "nul \0 here", money: -100_000_000_000_000_000_000_000_000_000_000_000_00,
                at: 1_700_000_000_123_456, on: 19_000, fraction: 1e21, json: #"{"nul":"\u0000","half":"\ud800"}"#,
                tags: ["nul\0"], changedAt: 6),
        ]
        return source
    }

    /// What a later position holds: names swapped, one thing changed, one more, one gone.
    var later: Shelves {
        var source = self
        source.position = 20
        (source.shelves[0].name, source.shelves[1].name) = (self.shelves[1].name, self.shelves[0].name)
        source.shelves[0].changedAt = 11
        source.shelves[1].changedAt = 12
        source.things[0].note = "changed"
        source.things[0].changedAt = 13
        source.things.append(Thing(id: 6, shelf: 1, note: "more", changedAt: 14))
        let gone = source.things.remove(at: 3)
        source.removed = [("things", [.uuid(gone.shelf), .integer(Int64(gone.id))], 15)]
        return source
    }
}
