@testable import LedgerRelations

/// A made-up schema with all that a table can have beside its columns: loans name readers and copies, copies a loan
/// (a circle), events stand in monthly partitions, and readers see their own loans only.
struct Library: RelationSource {
    struct Reader { var id: Int, name: String, changedAt: UInt64 }
    struct Copy { var id: Int, latestLoan: Int?, changedAt: UInt64 }
    struct Loan { var id: Int, reader: Int, copy: Int, renews: Int?, changedAt: UInt64 }
    struct Event { var id: Int, loan: Int?, at: Int64, changedAt: UInt64 }

    static let readers = Table<Reader>("readers", primaryKey: "id") {
        Column("id", .bigint, \.id)
        Column("name", .text, \.name).unique()
        RowPolicy(
            "reads_himself", for: .select, to: "library_readers", using: "name = current_setting('library.me', true)")
    }
    static let copies = Table<Copy>("copies", primaryKey: "id") {
        Column("id", .bigint, \.id)
        Column("latest_loan", .bigint, \.latestLoan).references("loans", deferred: true)
        Column("updated_at", .timestamptz, { _ in SQLValue.timestamp(0) })
        GeneratedColumn("shelf", .text, as: "CASE WHEN id < 100 THEN 'low' ELSE 'high' END", description: "Where.")
        Trigger("stamp", "BEFORE UPDATE", call: "library.stamp()")
        RowPolicy("all_read", for: .select, to: "library_readers", using: "true")
        RowPolicy("all_write", for: .update, to: "library_readers", using: "true", check: "id < 100")
    }
    static let loans = Table<Loan>("loans", primaryKey: "id") {
        Column("id", .bigint, \.id)
        Column("reader_id", .bigint, \.reader).references("readers")
        Column("copy_id", .bigint, \.copy).references("copies")
        Column("renews", .bigint, \.renews).references("loans")
        Unique("reader_id", "renews", name: "one_renewal", nullsNotDistinct: false)
    }
    static let events = Table<Event>("events", primaryKey: "id", "at", partitioned: .monthly("at")) {
        Column("id", .bigint, \.id)
        Column("loan_id", .bigint, \.loan).references("loans").indexed()
        Column("at", .timestamptz, { SQLValue.timestamp($0.at) })
    }

    var ledgerID = "ledger-1"
    var version = 1
    /// Whether others than the exporter are let in.
    var hasRoles = true
    var position: UInt64 = 10
    var readers: [Reader] = []
    var copies: [Copy] = []
    var loans: [Loan] = []
    var events: [Event] = []

    var schema: Schema {
        Schema(
            "library", version: self.version,
            tables: [
                Self.readers.declaration, Self.copies.declaration, Self.loans.declaration, Self.events.declaration,
            ].map { table in
                var table = table
                if !self.hasRoles { table.policies = [] }
                return table
            }, roles: self.hasRoles ? ["library_readers"] : [],
            routines: [
                Routine(
                    "stamp",
                    postgreSQL: """
                        CREATE OR REPLACE FUNCTION library.stamp() RETURNS trigger LANGUAGE plpgsql AS $f$
                        BEGIN
                            IF coalesce(current_setting('agentledger.exporting', true), '') <> 'on' THEN
                                NEW.updated_at := now();
                            END IF;
                            RETURN NEW;
                        END $f$
                        """)
            ],
            views: [
                SchemaView(
                    "open_loans", description: "Loans that none renews.",
                    postgreSQL: """
                        SELECT l.* FROM library.loans l
                        WHERE NOT EXISTS (SELECT FROM library.loans n WHERE n.renews = l.id)
                        """,
                    sqlite: "SELECT * FROM loans l WHERE NOT EXISTS (SELECT 1 FROM loans n WHERE n.renews = l.id)")
            ])
    }

    func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        let after = changedAfter ?? 0
        func fill<Row>(_ table: Table<Row>, _ rows: [Row], _ changedAt: (Row) -> UInt64) throws {
            var cells: [SQLValue] = []
            for row in rows where changedAt(row) > after {
                table.fill(&cells, from: row)
                try body(cells)
            }
        }
        switch table.name {
        case "readers": try fill(Self.readers, self.readers, \.changedAt)
        case "copies": try fill(Self.copies, self.copies, \.changedAt)
        case "loans": try fill(Self.loans, self.loans, \.changedAt)
        default: try fill(Self.events, self.events, \.changedAt)
        }
    }

    func removedKeys(of table: TableDeclaration, after: UInt64, _ body: ([SQLValue]) throws -> Void) throws {
        guard table.name == "events" else { return }
        // Leading cells only: an event may have moved, to another month too.
        for event in self.events where event.changedAt > after { try body([.integer(Int64(event.id))]) }
    }
}
