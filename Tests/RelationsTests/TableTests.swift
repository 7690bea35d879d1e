import Testing

@testable import LedgerRelations

struct Ship {
    enum Status: String, CaseIterable { case docked, atSea = "at_sea" }
    var id: UInt64 = 7
    var name = "Ada"
    var status = Status.atSea
    var former: Status?
    var captain: String?
    var flags: [String] = ["nl", "be"]
    var keel: [UInt8] = [1, 2]

    static let table = Table<Ship>("ships", primaryKey: "id", description: "Every ship.") {
        Column("id", .bigint, \.id)
        Column("name", .text, \.name, default: "unnamed").unique()
        Column("status", .enumeration(Ship.Status.self), \.status).indexed()
        Column("former_status", .enumeration(Ship.Status.self), \.former)
        Column("captain", .varchar(80), \.captain, description: "Who commands her.").indexed(
            where: "captain IS NOT NULL")
        Column("flags", .textArray, \.flags)
        Column("keel", .bytea, \.keel)
        Column("length_mm", .bigint, { ship in Int64(ship.name.count * 1_000) }, unit: "mm")
        Column("parent_id", .bigint, { _ in SQLValue.null }, nullable: true).references("ships", "id")
        TableCheck("length_is_positive", "length_mm > 0")
        TableIndex("idx_ships_status_name", "status", .descending("name"), unique: true)
    }
}

@Suite("Tables")
struct TableTests {
    @Test("a row fills its cells in column order, over what they held")
    func fill() {
        var cells: [SQLValue] = [.text("stale")]
        Ship.table.fill(&cells, from: Ship())
        #expect(
            cells == [
                .integer(7), .text("Ada"), .text("at_sea"), .null, .null, .textArray(["nl", "be"]), .bytes([1, 2]),
                .integer(3_000), .null,
            ])
        Ship.table.fill(&cells, from: Ship(former: .docked, captain: "Grace"))
        #expect(cells[3] == .text("docked"))
        #expect(cells[4] == .text("Grace"))
    }

    @Test("a column may be null exactly when its Swift value is optional, unless told otherwise")
    func nullability() {
        let nullable = Ship.table.declaration.columns.filter(\.nullable).map(\.name)
        #expect(nullable == ["former_status", "captain", "parent_id"])
    }

    @Test("an enumeration is named after its type and lists its raw values")
    func enumeration() {
        #expect(
            Ship.table.declaration.column("status")?.type
                == .enumeration(name: "ship_status", values: ["docked", "at_sea"]))
    }

    @Test("what a column asks for becomes a constraint of the table, with a name")
    func columnLevel() {
        let table = Ship.table.declaration
        #expect(table.uniques.compactMap(\.name) == ["ships_name_key"])
        #expect(table.foreignKeys.compactMap(\.name) == ["ships_parent_id_fkey"])
        #expect(table.indexes.map(\.name) == ["idx_ships_status", "idx_ships_captain", "idx_ships_status_name"])
        #expect(table.primaryKeyIndexes == [0])
        #expect(table.hasUniquenessBeyondPrimaryKey)
    }

    @Test("a declaration that contradicts itself says how")
    func problems() {
        var table = TableDeclaration(name: "t", primaryKey: ["id"], description: nil)
        table.add(ColumnDeclaration(name: "a", type: .text, nullable: true))
        table.add(ColumnDeclaration(name: "a", type: .text, nullable: true))
        table.add(Unique("b"))
        #expect(
            table.problems == [
                "table t declares the column a twice",
                "the primary key of table t names the column id, which it does not have",
                "the unique constraint t_b_key of table t names the column b, which it does not have",
            ])
    }

    @Test("parents come before the tables that refer to them")
    func order() {
        let child = Table<Int>("children", primaryKey: "id") {
            Column("id", .bigint, \.self)
            Column("parent", .bigint, \.self).references("parents", "id")
        }.declaration
        let parent = Table<Int>("parents", primaryKey: "id") { Column("id", .bigint, \.self) }.declaration
        #expect(Schema.problems([parent, child]) == [])
        #expect(
            Schema.problems([child, parent]) == [
                "table children refers to parents, which comes later: move it up, or defer the foreign key"
            ])
        #expect(
            Schema.problems([child]) == ["table children refers to parents, which the schema does not have"])
    }
}
