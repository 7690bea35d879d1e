import Foundation
import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

@Suite("SQL text")
struct SQLTextTests {
    let folder: TemporaryFolder

    init() throws { self.folder = try TemporaryFolder() }

    @Test("the bytes of a small export are these")
    func golden() throws {
        var source = Shelves()
        source.things = [
            Thing(
                id: 1, shelf: 1, kind: .spare, note: "a\tb\\", money: 1_500_000_000_000, at: 1_700_000_000_000_001,
                json: #"{"k":"v\n"}"#, blob: [0, 255], tags: ["x\"y"], changedAt: 3)
        ]
        let report = try SQLTextExporter(path: "\(self.folder.path)/a.sql").export(source)
        #expect(report.tables.map(\.rows) == [2, 1])
        #expect(try self.folder.text("a.sql") == Self.goldenText)
        _ = try SQLTextExporter(path: "\(self.folder.path)/b.sql").export(source)
        #expect(try self.folder.text("b.sql") == self.folder.text("a.sql"))
        #expect(try self.folder.names() == ["a.sql", "b.sql"])
    }

    @Test("a half-written file never stands")
    func stopped() throws {
        try Data("earlier".utf8).write(to: URL(fileURLWithPath: "\(self.folder.path)/a.sql"))
        var source = Shelves.hostile
        source.beforeThing = { if $0 == 3 { throw Interruption() } }
        #expect(throws: Interruption.self) {
            try SQLTextExporter(path: "\(self.folder.path)/a.sql", overwrites: true).export(source)
        }
        #expect(try self.folder.names() == ["a.sql"])
        #expect(try self.folder.text("a.sql") == "earlier")
    }

    @Test("a pipe or a device is not written over")
    func devices() throws {
        let path = "\(self.folder.path)/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: ExportError.self) { try SQLTextExporter(path: path).export(Shelves()) }
        #expect(error?.message.contains("\(path): it is there and is not a file") == true)
        #expect(try self.folder.names() == ["pipe"])
    }

    @Test("progress tells every table's end, and every 10,000 rows")
    func progress() throws {
        var source = Shelves()
        source.things = (1...20_001).map { Thing(id: $0, shelf: 1, changedAt: 3) }
        var told: [String] = []
        _ = try SQLTextExporter(path: "\(self.folder.path)/a.sql").export(source) { told.append("\($0) \($1)") }
        #expect(told == ["shelves 2", "things 10000", "things 20000", "things 20001"])
    }

    static let goldenText = #"""
        -- Rows of an AgentLedger. Load into an empty database: psql -v ON_ERROR_STOP=1 -f FILE
        \set ON_ERROR_STOP on
        SET client_encoding = 'UTF8';
        SET standard_conforming_strings = on;
        SET timezone = 'UTC';

        BEGIN;

        CREATE SCHEMA "storage";

        CREATE TABLE "storage"."shelves" (
            "id" uuid NOT NULL,
            "name" varchar(200) NOT NULL
        );

        CREATE TABLE "storage"."things" (
            "shelf_id" uuid NOT NULL,
            "id" bigint NOT NULL,
            "kind" text DEFAULT 'book' NOT NULL,
            "note" text,
            "code" char(3) NOT NULL,
            "is_new" boolean NOT NULL,
            "small" integer NOT NULL,
            "cost" numeric(38, 12) NOT NULL,
            "at" timestamptz DEFAULT now() NOT NULL,
            "on_day" date NOT NULL,
            "fraction" double precision NOT NULL,
            "extra" jsonb NOT NULL,
            "blob" bytea NOT NULL,
            "tags" text[] NOT NULL,
            CONSTRAINT "things_kind_check" CHECK ("kind" IN ('book', 'map', 'spare part')),
            CONSTRAINT "small_is_small" CHECK (small < 1000)
        );

        COPY "storage"."shelves" ("id", "name") FROM stdin;
        00000000-0000-0000-0000-000000000001	low
        ffffffff-ffff-ffff-ffff-ffffffffffff	high
        \.

        COPY "storage"."things" ("shelf_id", "id", "kind", "note", "code", "is_new", "small", "cost", "at", "on_day", "fraction", "extra", "blob", "tags") FROM stdin;
        00000000-0000-0000-0000-000000000001	1	spare part	a\tb\\	abc	f	1	1.500000000000	2023-11-14T22:13:20.000001Z	1970-01-01	0.5	{"k":"v\\n"}	\\x00ff	{"x\\"y"}
        \.

        ALTER TABLE "storage"."shelves" ADD PRIMARY KEY ("id");

        ALTER TABLE "storage"."shelves" ADD CONSTRAINT "shelves_name_key" UNIQUE ("name");

        ALTER TABLE "storage"."things" ADD PRIMARY KEY ("shelf_id", "id");

        CREATE INDEX "idx_things_kind" ON "storage"."things" ("kind");

        CREATE INDEX "idx_things_at" ON "storage"."things" USING brin ("at");

        CREATE INDEX "idx_things_at_kind" ON "storage"."things" ("at" DESC, "kind") WHERE note IS NOT NULL;

        CREATE TABLE "storage"."agentledger_orphans" (
            "table_name" text NOT NULL,
            "row_key" jsonb NOT NULL,
            "reference" text NOT NULL,
            "is_held_back" boolean NOT NULL,
            "content" jsonb NOT NULL,
            PRIMARY KEY ("table_name", "row_key", "reference")
        );

        COMMENT ON TABLE "storage"."agentledger_orphans" IS 'References to rows that the ledger does not know, or does not know yet: set to null, or the whole row held back. With the reference refused: rows that the database did not accept, and why.';

        DO $$ DECLARE found bigint; moved bigint; BEGIN
        LOOP
        moved := 0;
        WITH g AS (DELETE FROM "storage"."things" r WHERE r."shelf_id" IS NOT NULL AND NOT EXISTS (SELECT FROM "storage"."shelves" p WHERE p."id" = r."shelf_id") RETURNING r.*)
        INSERT INTO "storage"."agentledger_orphans" SELECT 'things', jsonb_build_object('shelf_id', g."shelf_id", 'id', g."id"), 'things_shelf_id_fkey', true, to_jsonb(g) FROM g ON CONFLICT ("table_name", "row_key", "reference") DO UPDATE SET "is_held_back" = EXCLUDED."is_held_back", "content" = EXCLUDED."content";
        GET DIAGNOSTICS found = ROW_COUNT; moved := moved + found;
        EXIT WHEN moved = 0;
        END LOOP;
        END $$;

        ALTER TABLE "storage"."things" ADD CONSTRAINT "things_shelf_id_fkey" FOREIGN KEY ("shelf_id") REFERENCES "storage"."shelves" ("id");

        COMMENT ON TABLE "storage"."shelves" IS 'Where things stand.';

        COMMENT ON COLUMN "storage"."things"."cost" IS 'Unit: EUR.';

        CREATE TABLE "storage"."agentledger_export" (
            "ledger_id" text PRIMARY KEY,
            "schema_version" integer NOT NULL,
            "position" bigint NOT NULL,
            "exported_at" timestamptz DEFAULT now() NOT NULL,
            "made" text[] NOT NULL
        );

        INSERT INTO "storage"."agentledger_export" ("ledger_id", "schema_version", "position", "made") VALUES ('ledger-1', 1, 10, '{"TABLE shelves","TABLE things","TABLE agentledger_orphans","TABLE agentledger_export"}'::text[]);

        COMMIT;

        """#

    @Test("a script for SQLite is the same each time")
    func sameSQLiteScript() throws {
        let folder = try TemporaryFolder()
        let scripts = try (1...2).map { number in
            let path = "\(folder.path)/\(number).sql"
            _ = try SQLiteTextExporter(path: path).export(Library())
            Thread.sleep(forTimeInterval: 0.005)
            return try String(contentsOfFile: path, encoding: .utf8)
        }
        #expect(scripts[0] == scripts[1])
        #expect(scripts[0].contains("strftime("))
    }
}
