import Testing

@Suite("agentledger export")
struct ExportTests {
    @Test("a SQLite file is made, and brought up to date by the next run")
    func sqlite() throws {
        let tool = try Tool.withLedger()
        let first = try tool("export", "--to", "sqlite:ledger.db")
        #expect(first.status == 0)
        #expect(first.out.contains(/(?m)^workflows +1$/))
        #expect(
            first.error.contains(/^5 rows of ledger to ledger\.db in [0-9.]+ s, as of position 3\n$/), "\(first.error)")
        try tool("execute", #"{"command":"workflow.pause","data":{"workflow_id":"\#(Tool.workflow)"}}"#)
        let report = try tool("export", "--to", "sqlite:ledger.db", "--json").json()
        #expect(report["from_position"] as? Int == 3)
        #expect(report["to_position"] as? Int == 4)
        #expect(report["rows"] as? Int == 2)
    }

    @Test("a script on standard output is whole, and the same each time")
    func script() throws {
        let tool = try Tool.withLedger()
        let answer = try tool("export", "--to", "sql:-", "--at", "2")
        #expect(answer.out.hasSuffix("COMMIT;\n"))
        #expect(answer.out.contains("\tTriage\t"))
        #expect(answer.error.contains("as of position 2"))
        #expect(try tool("export", "--to", "sql:-", "--at", "2").out == answer.out)
    }

    @Test("a script for SQLite loads what a direct export holds")
    func sqliteScript() throws {
        let tool = try Tool.withLedger()
        try tool("export", "--to", "sql:out.sql", "--dialect", "sqlite")
        try tool("export", "--to", "sqlite:direct.db")
        let answer = try tool.shell(
            """
            sqlite3 loaded.db < out.sql; for file in loaded direct; do
            sqlite3 $file.db 'SELECT name FROM workflows; SELECT position FROM agentledger_export; SELECT sql FROM sqlite_schema'
            done > both; wc -l < both; sort both | uniq -u | wc -l
            """)
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.out.hasSuffix("\n0\n"), "\(answer)")
        #expect(try tool.read("both").hasPrefix("Triage\n3\n"))
    }

    @Test("--follow writes what happens, until interrupted")
    func follows() throws {
        let tool = try Tool.withLedger()
        // Each line on standard error is one export: the third says that the second's changes are there.
        let answer = try tool.shell(
            """
            mkfifo lines; $agentledger export --to sqlite:f.db --follow 2> lines & exec 3< lines
            read -r first <&3
            $agentledger execute '{"command":"workflow.pause","data":{"workflow_id":"\(Tool.workflow)"}}' >/dev/null
            read -r second <&3; kill $!; echo "$second"
            sqlite3 f.db 'SELECT status FROM workflows'
            """)
        #expect(answer.out.contains("as of position 4 (it stood at 3)"), "\(answer)")
        #expect(answer.out.hasSuffix("paused\n"), "\(answer)")
    }

    @Test("all schemas go side by side, each into a file of its own")
    func allSchemas() throws {
        let tool = try Tool.withLedger()
        let lines = try tool("export", "--to", "sqlite:all.db", "--schema", "all", "--json").out
        let report = try #require(lines.split(separator: "\n").first)
        #expect(report.contains(#""schema":"ledger","target":"all.ledger.db""#))
        #expect(try tool.shell("sqlite3 all.ledger.db 'SELECT name FROM workflows'").out == "Triage\n")
        expectFailure(
            try tool("export", "--to", "./dir", "--follow"), status: 64,
            "--follow is for SQLite files, PostgreSQL, Redis")
        expectFailure(try tool("export", "--to", "sqlite:a", "--follow", "--at", "1"), status: 64, "leave --at out")
    }

    @Test("a schema that cannot be exported does not keep the others back")
    func oneFails() throws {
        let tool = try Tool.withLedger()
        try tool.write("somebody's own notes", to: "all.ledger.db")
        let answer = try tool("export", "--to", "sqlite:all.db", "--schema", "all")
        #expect(answer.status == 1)
        #expect(answer.error.contains("schema ledger: all.ledger.db holds something that we did not write"))
        #expect(try tool.shell("sqlite3 all.ops_studio.db 'SELECT name FROM workflows'").out == "Triage\n")
    }

    @Test("a directory gets CSV or JSON lines")
    func directory() throws {
        let tool = try Tool.withLedger()
        try tool("export", "--to", "./csv")
        #expect(try tool.read("csv/workflows.csv").contains(",Triage,"))
        try tool("export", "--to", "lines", "--format", "jsonl")
        #expect(try tool.read("lines/workflows.jsonl").contains(#""name":"Triage""#))
    }

    @Test("a file of points is made, by whichever name of the schema, and goes on where it ends")
    func points() throws {
        let tool = try Tool.withRuns()
        let first = try tool("export", "--to", "line:points.line", "--schema", "agent_monitoring", "--json").json()
        #expect(first["rows"] as? Int ?? 0 > 0)
        #expect(try tool.read("points.line").contains("workflow_execution_duration,"))
        try tool("export", "--to", "line:all.line", "--schema", "all")
        #expect(try tool.read("all.agent_monitoring.line") == tool.read("points.line"))
        let again = try tool("export", "--to", "line:points.line", "--schema", "agent_monitoring", "--json").json()
        #expect(again["rows"] as? Int == 0 && again["from_position"] as? Int == first["to_position"] as? Int)
    }

    @Test("a target that cannot be is named with those that can")
    func targets() throws {
        let tool = try Tool.withLedger()
        let all = "there are sqlite:FILE, sql:FILE, postgres://…, redis://…, influx://…, line:FILE and a directory"
        expectFailure(try tool("export", "--to", "mysql://here"), status: 64, "mysql:", all)
        expectFailure(try tool("export", "--to", "sqlite:"), status: 64, "names no file")
        expectFailure(try tool("export"), status: 64, "--to")
        expectFailure(try tool("export", "--to", "sqlite:a", "--format", "csv"), status: 64, "--format")
        expectFailure(
            try tool("export", "--to", "x", "--schema", "cats"), status: 64, "cats", "there are: ledger", "all")
        expectFailure(try tool("export", "--to", "sqlite:not/there.db"), "not/there.db")
        expectFailure(try tool("export", "--to", "ledger"), "ledger", "inside of the ledger")
        expectFailure(try tool("export", "--to", "postgres://127.0.0.1:1/x"), "127.0.0.1", "Connection refused")
        expectFailure(try tool("export", "--to", "redis://127.0.0.1:1"), "ledger has no keys", "agent_monitoring")
        expectFailure(try tool("export", "--to", "influx://127.0.0.1:1/x"), "ledger has no points", "agent_monitoring")
        for target in ["redis://127.0.0.1:1/0", "influx://127.0.0.1:1/x"] {
            expectFailure(
                try tool("export", "--to", target, "--schema", "agent_monitoring"), target, "Check that the server runs"
            )
        }
        expectFailure(
            try tool("export", "--to", "redis://h", "--online-within=-1"), status: 64, "--online-within -1")
    }

    @Test("no link leads anything into a ledger, and nothing but a file or a directory is written over")
    func destinations() throws {
        let tool = try Tool.withLedger()
        #expect(
            try tool.shell(
                "ln -s ledger/log in; ln -s ledger/log/new dangling; mkfifo pipe; find ledger | sort > before"
            )
            .status == 0)
        for target in [
            "sqlite:in/x", "sql:in/x", "line:in/x", "./in/x/", "./in/", "./none/../in/x/", "sqlite:dangling",
            "./dangling/", "./in/../log/x/",
        ] {
            expectFailure(
                try tool("export", "--schema", "agent_monitoring", "--to", target),
                target.split(separator: ":").last!
                    .description, "inside of the ledger")
        }
        expectFailure(try tool("simulate", "--output", "in/x", "--executions", "1"), "inside of the ledger")
        expectFailure(try tool("simulate", "-l", "in/x", "--executions", "1"), "inside of the ledger")
        expectFailure(try tool("fork", "--into", "in/x"), "inside of the ledger")
        expectFailure(try tool("fork", "--into", "./none/../in/x"), "inside of the ledger")
        expectFailure(try tool("init", "in/x"), "inside of the ledger")
        // A link under the temporary name leads nowhere either.
        #expect(try tool.shell("ln -s ledger/ledger.json out.sql.partial").status == 0)
        #expect(try tool("export", "--to", "sql:out.sql").status == 0)
        #expect(try tool.shell("find ledger | sort | diff before - && grep -q format ledger/ledger.json").status == 0)
        for target in ["sqlite:pipe", "sql:pipe", "./pipe/x"] {
            expectFailure(try tool("export", "--to", target), "pipe", "is there and is not a")
        }
        #expect(try tool.shell("test -p pipe").status == 0)
    }

    @Test("a place that cannot be written to is named with the system's own reason")
    func unusable() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("export", "--to", ""), status: 64, "--to is empty")
        expectFailure(try tool("fork", "--into", ""), status: 64, "--into is empty")
        expectFailure(try tool("init", ""), status: 64, "the path is empty")
        expectFailure(try tool("simulate", "--output", ""), status: 64, "--output is empty")
        expectFailure(try tool("export", "--to", "/dev/null"), "/dev/null", "is not a directory")
        for target in ["/proc/1/x", "/proc/1/x/y"] {
            expectFailure(
                try tool("export", "--to", target), "cannot make the directory /proc/1/x: No such file or directory")
        }
    }
}
