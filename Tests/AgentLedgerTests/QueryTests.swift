import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerLog
import LedgerPlatforms
import LedgerRelations
import LedgerSimulation
import LedgerTables
import Seeded
import Testing

@Suite("Questions asked in place")
struct QueryTests {
    let scratch: Scratch

    init() throws { self.scratch = try Scratch() }

    private func simulated(_ seed: UInt64, executions: Int) async throws -> LedgerReader {
        let ledger = try Ledger.create(at: self.scratch.file("ledger"))
        _ = try await Simulator(ledger).run(CompanySimulation(seed: seed, until: .executions(executions)))
        return try LedgerReader(at: ledger.path)
    }

    private func lines(_ sql: String, of source: any QuerySource) throws -> [String] {
        var lines: [String] = []
        try SQLiteQuery(source).run(sql, columns: { _ in }) { cells in
            lines.append(cells.map(\.text).joined(separator: "|"))
        }
        return lines
    }

    /// What `sqlite3` answers, question by question.
    private func answers(_ questions: [String], in database: String) throws -> [[String]] {
        let script = try self.scratch.write(
            questions.map { "\($0);\n.print =====\n" }.joined(), to: "questions.sql")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-readonly", "-noheader", "-list", "-bail", database]
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: script))
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var answers: [[String]] = [[]]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "=====" { answers.append([]) } else { answers[answers.count - 1].append(String(line)) }
        }
        return answers.dropLast()
    }

    @Test("are answered as the exported database answers them, now and then")
    func sameAnswers() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let reader = try await self.simulated(seed, executions: 100)
        let head = try reader.position(of: .end)
        for moment in [Moment.end, .position(Position(head.value * 2 / 3))] {
            let snapshot = try reader.snapshot(at: moment)
            try self.ask(snapshot, 150, seed, "\(moment)")
            for projection in Projections.all.dropFirst() {
                try self.ask(snapshot.projected(as: projection), 20, seed, "\(moment) \(projection.schema.name)")
            }
        }
    }

    private func ask(_ snapshot: LedgerSnapshot, _ count: Int, _ seed: UInt64, _ name: String) throws {
        let database = self.scratch.file("\(name).sqlite")
        _ = try SQLiteExporter(path: database).export(snapshot)
        var maker = try QuestionMaker(seed: seed, over: snapshot)
        let questions = (0..<count).map { _ in maker.next() }
        let answers = try self.answers(questions, in: database)
        #expect(answers.count == questions.count)
        for (question, answer) in zip(questions, answers) {
            let found = try self.lines(question, of: snapshot).flatMap {
                $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            }
            #expect(found == answer, "seed \(seed), \(name): \(question)")
        }
    }

    @Test("each cell is the same, whichever others are asked for")
    func singleCells() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let snapshot = try await self.simulated(seed, executions: 40).snapshot()
        for projection in Projections.all {
            let source = snapshot.projected(as: projection)
            for table in projection.schema.tables {
                var whole: [[SQLValue]] = []
                try source.rows(of: table, .all, columns: .all) { whole.append($0) }
                for column in table.columns.indices {
                    var cells: [SQLValue] = []
                    try source.rows(of: table, .all, columns: ColumnSet([column])) { cells.append($0[column]) }
                    #expect(
                        cells == whole.map { $0[column] },
                        "\(projection.schema.name).\(table.name).\(table.columns[column].name), seed \(seed)")
                }
            }
        }
    }

    @Test("every declared way leads to each of the rows that have the values")
    func ways() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let reader = try await self.simulated(seed, executions: 200)
        let head = try reader.position(of: .end)
        for moment in [Moment.end, .position(Position(head.value / 2))] {
            let snapshot = try reader.snapshot(at: moment)
            for projection in Projections.all {
                let tables = snapshot.projected(as: projection)
                for table in tables.schema.tables {
                    try Self.expectWays(to: table, of: tables, "seed \(seed), \(projection.schema.name)", &random)
                }
            }
        }
    }

    private static func expectWays(
        to table: TableDeclaration, of snapshot: LedgerSnapshot, _ name: String, _ random: inout SplitMix64
    ) throws {
        var rows: [[SQLValue]] = []
        try snapshot.rows(of: table, changedAfter: nil) { rows.append($0) }
        for (path, names) in snapshot.paths(to: table).lookups.enumerated() {
            let places = names.map { name in table.columns.firstIndex { $0.name == name }! }
            let groups = Dictionary(grouping: rows) { row in places.map { row[$0] } }
            for values in groups.keys.filter({ !$0.contains(.null) }).shuffled(using: &random).prefix(40) {
                var found: [[SQLValue]] = []
                try snapshot.rows(of: table, .lookup(path, values), columns: .all) { cells in
                    if places.map({ cells[$0] }) == values { found.append(cells) }
                }
                #expect(
                    Set(found) == Set(groups[values] ?? []) && found.count == groups[values]?.count,
                    "\(name): \(table.name) by \(names) = \(values)")
            }
        }
    }

    @Test("the platforms' runs, agents' parts, tasks and users are found by their ids")
    func documentKeys() async throws {
        let snapshot = try await self.simulated(1, executions: 5).snapshot()
        for (schema, names) in [
            ("orchestrator_platform", ["workflow_executions", "users", "organization_members"]),
            ("ops_studio", ["workflow_executions", "agent_executions", "agents", "execution_logs"]),
            ("agent_infrastructure", ["performance_logs", "observability_events", "tasks", "messages"]),
            ("agent_monitoring", ["alerts", "agents"]), ("core_platform", ["users", "tasks"]),
        ] {
            let tables = snapshot.projected(as: try #require(Projections.named(schema)))
            for name in names {
                let table = try #require(tables.schema.table(name))
                #expect(tables.paths(to: table).lookups.contains(["id"]), "\(schema).\(name)")
            }
        }
        let ops = snapshot.projected(as: try #require(Projections.named("ops_studio")))
        func plan(_ condition: String) throws -> [String] {
            try self.lines("EXPLAIN QUERY PLAN SELECT * FROM agent_executions WHERE \(condition)", of: ops)
        }
        #expect(try plan("id = '\(run)'").first?.hasSuffix(":found by id") == true)
        #expect(try plan("status = 'failed'").first?.hasSuffix(":every row") == true)
    }

    @Test("a record that is damaged is told by its position")
    func damage() async throws {
        let reader = try await self.simulated(7, executions: 20)
        var wanted: (position: Position, bytes: [UInt8])?
        try reader.log.read(EventQuery(types: [ModelCall.type]), limit: 1) { wanted = ($0.position, Array($0.payload)) }
        let (position, bytes) = try #require(wanted)
        let file = "\(reader.path)/log/00000000000000000001/data.mdb"
        var contents = try Data(contentsOf: URL(fileURLWithPath: file))
        let place = try #require(contents.firstRange(of: Data(bytes)))
        contents[place.lowerBound + bytes.count / 2] ^= 0x40
        try FileHandle(forWritingTo: URL(fileURLWithPath: file)).overwrite(with: contents)
        let error = #expect(throws: EventLogError.self) {
            try self.lines("SELECT sum(input_tokens) FROM model_calls", of: reader.snapshot())
        }
        #expect(error?.code == .corrupted(position), "\(String(describing: error))")
    }
}

extension FileHandle {
    fileprivate func overwrite(with contents: Data) throws {
        try self.seek(toOffset: 0)
        try self.write(contentsOf: contents)
        try self.close()
    }
}
