import Testing

@testable import LedgerRelations

@Suite("Dialects")
struct DialectTests {
    let schema = Schema("harbour", version: 1, tables: [Ship.table.declaration])

    @Test("PostgreSQL gets tables first, then keys, indexes, references and comments")
    func postgreSQL() {
        #expect(
            PostgreSQLDialect().script(self.schema) == """
                CREATE SCHEMA "harbour";

                CREATE TABLE "harbour"."ships" (
                    "id" bigint NOT NULL,
                    "name" text DEFAULT 'unnamed' NOT NULL,
                    "status" text NOT NULL,
                    "former_status" text,
                    "captain" varchar(80),
                    "flags" text[] NOT NULL,
                    "keel" bytea NOT NULL,
                    "length_mm" bigint NOT NULL,
                    "parent_id" bigint,
                    CONSTRAINT "ships_status_check" CHECK ("status" IN ('docked', 'at_sea')),
                    CONSTRAINT "ships_former_status_check" CHECK ("former_status" IN ('docked', 'at_sea')),
                    CONSTRAINT "length_is_positive" CHECK (length_mm > 0)
                );

                ALTER TABLE "harbour"."ships" ADD PRIMARY KEY ("id");

                ALTER TABLE "harbour"."ships" ADD CONSTRAINT "ships_name_key" UNIQUE ("name");

                CREATE UNIQUE INDEX "idx_ships_status_name" ON "harbour"."ships" ("status", "name" DESC);

                CREATE INDEX "idx_ships_status" ON "harbour"."ships" ("status");

                CREATE INDEX "idx_ships_captain" ON "harbour"."ships" ("captain") WHERE captain IS NOT NULL;

                ALTER TABLE "harbour"."ships" ADD CONSTRAINT "ships_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "harbour"."ships" ("id");

                COMMENT ON TABLE "harbour"."ships" IS 'Every ship.';

                COMMENT ON COLUMN "harbour"."ships"."captain" IS 'Who commands her.';

                COMMENT ON COLUMN "harbour"."ships"."length_mm" IS 'Unit: mm.';

                """)
    }

    @Test("SQLite gets everything but indexes inside its tables")
    func sqlite() {
        #expect(
            SQLiteDialect().statementsBeforeLoad(self.schema) == [
                """
                CREATE TABLE "ships" (
                    "id" INTEGER NOT NULL,
                    "name" TEXT DEFAULT 'unnamed' NOT NULL,
                    "status" TEXT NOT NULL,
                    "former_status" TEXT,
                    "captain" TEXT,
                    "flags" TEXT NOT NULL,
                    "keel" BLOB NOT NULL,
                    "length_mm" INTEGER NOT NULL,
                    "parent_id" INTEGER,
                    PRIMARY KEY ("id"),
                    CONSTRAINT "ships_name_key" UNIQUE ("name"),
                    CONSTRAINT "ships_status_check" CHECK ("status" IN ('docked', 'at_sea')),
                    CONSTRAINT "ships_former_status_check" CHECK ("former_status" IN ('docked', 'at_sea')),
                    CONSTRAINT "length_is_positive" CHECK (length_mm > 0),
                    CONSTRAINT "ships_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "ships" ("id")
                )
                """
            ])
        #expect(SQLiteDialect().statementsAfterLoad(self.schema).count == 3)
    }

    @Test("a schema may ask for enumeration types")
    func enumerationTypes() {
        let typed = Schema("harbour", version: 1, enumerations: .types, tables: [Ship.table.declaration])
        let statements = PostgreSQLDialect().statementsBeforeLoad(typed)
        #expect(statements[1] == #"CREATE TYPE "harbour"."ship_status" AS ENUM ('docked', 'at_sea')"#)
        #expect(statements[2].contains(#""status" "harbour"."ship_status" NOT NULL"#))
        #expect(!statements[2].contains("status_check"))
    }

    @Test("names and literals cannot break out of their quotes")
    func quoting() {
        let dialect = PostgreSQLDialect()
        #expect(dialect.quoted("a\"b") == "\"a\"\"b\"")
        #expect(dialect.literal(.text("it's \\ \0")) == "'it''s \\ \u{FFFD}'")
        #expect(dialect.literal(.textArray(["a'b"])) == "'{\"a''b\"}'::text[]")
        #expect(SQLiteDialect().literal(.bytes([1, 255])) == "x'01ff'")
    }

    @Test("the data dictionary names every column, its unit and its keys")
    func dictionary() {
        let markdown = DataDictionary.markdown(self.schema)
        #expect(markdown.contains("| `length_mm` | bigint |  |  | mm |  |"))
        #expect(markdown.contains("| `captain` | varchar(80) | yes |  |  | Who commands her. |"))
        #expect(markdown.contains("- `parent_id` → `ships` (`id`)"))
    }
}
