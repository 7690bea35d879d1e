import LedgerDomain
import LedgerEvents
import LedgerRelations
import Seeded
import Testing

@testable import LedgerTables

@Suite("The rows of the ledger schema")
struct RowsTests {
    private func rows(_ snapshot: LedgerSnapshot, _ table: TableDeclaration, after: UInt64? = nil) throws
        -> [[SQLValue]]
    {
        var rows: [[SQLValue]] = []
        try snapshot.rows(of: table, changedAfter: after) { rows.append($0) }
        return rows
    }

    @Test("are, for a small company, those of the golden text: one of each table, every column")
    func golden() async throws {
        let small = try await SmallCompany()
        let snapshot = small.snapshot
        var text = ""
        for table in snapshot.schema.tables {
            let rows = try self.rows(snapshot, table)
            text += "\(table.name) (\(rows.count))\n"
            let row = try #require(rows.first, "\(table.name) has no row: put one of its things into SmallCompany")
            for (column, cell) in zip(table.columns, row) { text += "  \(column.name): \(cell.golden)\n" }
        }
        let file = KeptFile("Tests/Fixtures/ledger-rows.txt")
        try file.regenerate(text)
        #expect(try file.difference(from: text) == nil, "\(KeptFile.advice)")
    }

    @Test("have as many cells as their table has columns, and null only where that is allowed")
    func shape() async throws {
        let snapshot = try await SmallCompany().snapshot
        for table in snapshot.schema.tables {
            for row in try self.rows(snapshot, table) {
                #expect(row.count == table.columns.count, "\(table.name)")
                for (column, cell) in zip(table.columns, row) where cell == .null {
                    #expect(column.nullable, "\(table.name).\(column.name) is null")
                }
                for (column, cell) in zip(table.columns, row) {
                    if case .enumeration(_, let words) = column.type, case .text(let word) = cell {
                        #expect(words.contains(word), "\(table.name).\(column.name) is \(word)")
                    }
                }
            }
        }
    }

    @Test("have primary keys and unique columns that no other row has")
    func uniqueness() async throws {
        let snapshot = try await SmallCompany().snapshot
        for table in snapshot.schema.tables {
            let rows = try self.rows(snapshot, table)
            let keys = [table.primaryKey] + table.uniques.map(\.columns)
            for key in keys {
                let places = key.compactMap { name in table.columns.firstIndex { $0.name == name } }
                #expect(places.count == key.count && !key.isEmpty, "\(table.name) \(key)")
                let values = rows.map { row in places.map { row[$0] } }.filter { !$0.contains(.null) }
                #expect(Set(values).count == values.count, "\(table.name): \(key) stands twice")
                if key == table.primaryKey { #expect(values.count == rows.count, "\(table.name): a key is null") }
            }
        }
    }

    @Test("name only rows that are there, in tables that are loaded before")
    func foreignKeys() async throws {
        let snapshot = try await SmallCompany().snapshot
        var checked = 0
        for table in snapshot.schema.tables {
            let rows = try self.rows(snapshot, table)
            for key in table.foreignKeys {
                let parent = try #require(snapshot.schema.table(key.table), "\(table.name) refers to \(key.table)")
                let own = key.columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
                let other = key.referencedColumns.compactMap { name in parent.columns.firstIndex { $0.name == name } }
                let targets = Set(try self.rows(snapshot, parent).map { row in other.map { row[$0] } })
                for row in rows {
                    let value = own.map { row[$0] }
                    if value.contains(.null) { continue }
                    checked += 1
                    #expect(targets.contains(value), "\(table.name).\(key.columns) names no \(key.table): \(value)")
                }
            }
        }
        #expect(checked > 30)
    }

    @Test("of one thing are found by its id, and equal those in the table")
    func singleRows() async throws {
        let snapshot = try await SmallCompany().snapshot
        for relation in LedgerSchema.relations {
            guard let kind = relation.kind else { continue }
            for row in try self.rows(snapshot, relation.declaration) {
                let id = try #require(LedgerSnapshot.id(of: row, kind: kind), "\(kind)")
                #expect(try snapshot.row(of: kind, id: id.thing, part: id.part)?.cells == row, "\(kind)")
            }
            #expect(try snapshot.row(of: kind, id: 99_999_999) == nil, "\(kind)")
        }
    }

    @Test("that did not change after a position are left out of the next export")
    func changes() async throws {
        let small = try await SmallCompany()
        let snapshot = small.snapshot
        for table in snapshot.schema.tables {
            #expect(try self.rows(snapshot, table, after: snapshot.position).isEmpty, "\(table.name)")
            #expect(try self.rows(snapshot, table, after: 0) == self.rows(snapshot, table), "\(table.name)")
        }
        let organizations = try #require(snapshot.schema.table("organizations"))
        #expect(try self.rows(snapshot, organizations, after: 1).count == 1, "a key was issued and a run counted later")
        let users = try #require(snapshot.schema.table("users"))
        #expect(try self.rows(snapshot, users, after: 2).isEmpty)
    }

    @Test("of traces that wait are in the next export, though no event carries the id of their rows")
    func pendingTraces() async throws {
        let snapshot = try await SmallCompany().snapshot
        let table = try #require(snapshot.schema.table("pending_traces"))
        #expect(try self.rows(snapshot, table, after: 1).count == 1)
    }

    @Test("tell of every event in the audit log, in order")
    func audit() async throws {
        let small = try await SmallCompany()
        let audit = try #require(small.snapshot.schema.table("audit_logs"))
        let rows = try self.rows(small.snapshot, audit)
        #expect(rows.map { $0[0] } == (1...Int64(small.company.log.head().value)).map { SQLValue.integer($0) })
        #expect(rows.first?[2] == .text("organization.created"))
    }

    @Test("every entity of the catalogue has a table, and every kind of the views is shown or left out on purpose")
    func completeness() {
        let entities = Set(DomainEvent.cases.map { String($0.type.name.prefix { $0 != "." }) })
        let shown = Set(LedgerSnapshot.kinds)
        #expect(entities.subtracting(shown).isEmpty, "no table shows \(entities.subtracting(shown).sorted())")
        // Rows that are about a month of an organization, or a part of an entity, not about one of the catalogue.
        #expect(
            shown.subtracting(entities) == [
                "organization_usage", "api_key", "invoice_line", "credit_note", "conversation_participant",
                "task_assignment", "approval",
            ])
    }
}

extension SQLValue {
    fileprivate var golden: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .text, .uuid, .timestamp, .date, .numeric, .json, .textArray: self.text ?? ""
        }
    }
}
