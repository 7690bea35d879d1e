import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import Testing

@Suite("Command files that are imported again")
struct ImportedAgainTests {
    let scratch: Scratch
    let ledger: Ledger

    init() throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
    }

    /// A name that is given, taken back and given again; what stands already; facts without ids; one line several times.
    private static let lines = [
        #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#,
        #"{"command":"organization.rename","data":{"organization_id":"\#(acme)","name":"Acme"}}"#,
        #"{"command":"organization.rename","data":{"organization_id":"\#(acme)","name":"Apex"}}"#,
        #"{"command":"organization.rename","data":{"organization_id":"\#(acme)","name":"Acme"}}"#,
        #"{"command":"organization.rename","data":{"organization_id":"\#(acme)","name":"Apex"}}"#,
        #"{"command":"workflow.create","data":{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}}"#,
        #"{"command":"workflow.activate","data":{"workflow_id":"\#(flow)"}}"#,
        #"{"command":"workflow_execution.queue","data":{"workflow_id":"\#(flow)"}}"#,
        #"{"command":"workflow_execution.queue","data":{"workflow_id":"\#(flow)"}}"#,
        #"{"command":"usage_record.record","data":{"organization_id":"\#(acme)","usage_type":"image","quantity":3}}"#,
        #"{"command":"usage_record.record","data":{"organization_id":"\#(acme)","usage_type":"image","quantity":3}}"#,
        #"{"command":"usage_record.record","occurred_at":"2025-08-01T10:00:00Z","data":"#
            + #"{"organization_id":"\#(acme)","usage_type":"image","quantity":4}}"#,
        #"{"command":"usage_record.record","idempotency_key":"k","data":"#
            + #"{"organization_id":"\#(acme)","usage_type":"image","quantity":5}}"#,
    ]

    private func write(_ lines: some Sequence<String>, to name: String) throws -> String {
        try self.scratch.write(lines.map { $0 + "\n" }.joined(), to: name)
    }

    @discardableResult
    private func load(_ file: String, into ledger: Ledger? = nil, batch: Int = 6144) async throws -> ImportReport {
        var options = ImportOptions()
        options.batch = batch
        return try await Importer(ledger ?? self.ledger, options: options).run([file]) { _ in }
    }

    private var usage: [[String]] {
        get throws {
            try rows(
                """
                SELECT (SELECT SUM(quantity) FROM usage_records WHERE usage_type = 'image'),
                    (SELECT COUNT(*) FROM workflow_executions), (SELECT name FROM organizations)
                """, of: self.ledger.path)
        }
    }

    @Test("add nothing and are known already, however far things have come since", arguments: [1, 5, 6144])
    func again(batch: Int) async throws {
        let file = try self.write(Self.lines, to: "a.jsonl")
        let first = try await self.load(file, batch: batch)
        #expect(first.accepted == Self.lines.count - 1)
        #expect(first.unchanged == 1)
        #expect(try self.usage == [["15", "2", "Apex"]])
        _ = try await self.ledger.perform(
            #"{"command":"organization.rename","data":{"organization_id":"\#(acme)","name":"Zenith"}}"#)
        let copy = try self.write(Self.lines, to: "renamed.jsonl")
        for file in [file, copy] {
            let again = try await self.load(file, batch: batch)
            #expect(again.events == 0)
            #expect(again.unchanged == Self.lines.count)
            #expect(again.accepted == 0)
        }
        #expect(try self.usage == [["15", "2", "Zenith"]])
    }

    @Test("add nothing when they are written anew: in another order, with blanks, other numbers and escapes")
    func rewritten() async throws {
        try await self.load(self.write(Self.lines, to: "a.jsonl"))
        let before = try self.usage
        let forms: [(String) throws -> String] = [
            { $0 + "  " }, { $0.replacingOccurrences(of: ":", with: " : ") },
            { $0.replacingOccurrences(of: #":3}"#, with: #":3.0}"#) },
            { $0.replacingOccurrences(of: #":3}"#, with: #":30e-1}"#) },
            { $0.replacingOccurrences(of: #""command""#, with: #""c\u006fmmand""#) },
            { $0.replacingOccurrences(of: "Acme", with: #"\u0041cme"#) },
            {
                let object = try JSONSerialization.jsonObject(with: Data($0.utf8))
                let sorted = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
                return String(decoding: sorted, as: UTF8.self)
            },
        ]
        for (number, form) in forms.enumerated() {
            // A time in which a colon stands is left as it is.
            let lines = try Self.lines.map { number == 1 && $0.contains("occurred_at") ? $0 : try form($0) }
            let again = try await self.load(self.write(lines, to: "\(number).jsonl"))
            #expect(again.events == 0, "\(number)")
            #expect(again.unchanged == lines.count, "\(number)")
        }
        #expect(try self.usage == before)
    }

    @Test("are known by the names that their lines had before names went by what a line means")
    func formerNames() async throws {
        var names: LineNames? = LineNames()
        let reader = CommandReader(defaultActor: .system("import"))
        for line in Self.lines {
            var request = try Array(line.utf8).withUnsafeBytes {
                try reader.read($0, now: self.ledger.now(), newID: self.ledger.makeID(), &names)
            }
            (request.line, request.formerLine) = (request.formerLine, nil)
            _ = try await self.ledger.execute(request)
        }
        let before = try self.usage
        let file = try self.write(Self.lines, to: "a.jsonl")
        for _ in 0..<2 { #expect(try await self.load(file).events == 0) }
        #expect(try self.usage == before)
    }

    @Test("go on where they were cut, at any line")
    func cut() async throws {
        let file = try self.write(Self.lines, to: "a.jsonl")
        let events = try await self.load(file).events
        let expected = try self.usage
        for count in 1..<Self.lines.count {
            let ledger = try Ledger.create(at: self.scratch.file("cut-\(count)"))
            let before = try await self.load(self.write(Self.lines.prefix(count), to: "b.jsonl"), into: ledger).events
            #expect(try await self.load(file, into: ledger).events == events - before)
            let found = try rows(
                """
                SELECT (SELECT SUM(quantity) FROM usage_records WHERE usage_type = 'image'),
                    (SELECT COUNT(*) FROM workflow_executions), (SELECT name FROM organizations)
                """, of: ledger.path)
            #expect(found == expected)
        }
    }

    @Test("bring what was added, and what was refused once it can be taken")
    func mended() async throws {
        let pause = #"{"command":"workflow.pause","data":{"workflow_id":"\#(run)"}}"#
        let broken = Self.lines.prefix(3) + [pause] + Self.lines[3...]
        let first = try await self.load(self.write(broken, to: "a.jsonl"))
        #expect(first.refused == 1)
        let mended =
            Self.lines.prefix(3) + Self.lines[3...]
            + [pause.replacingOccurrences(of: run, with: flow), Self.lines[9]]
        let second = try await self.load(self.write(mended, to: "a.jsonl"))
        #expect(second.events == 2)
        #expect(second.refused == 0)
        #expect(try self.usage == [["18", "2", "Apex"]])
    }

    @Test("once, when two import the same file at one time")
    func race() async throws {
        let file = try self.write(Self.lines, to: "a.jsonl")
        let other = try Ledger.open(at: self.ledger.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for ledger in [self.ledger, other] {
                group.addTask { try await self.load(file, into: ledger, batch: 1) }
            }
            try await group.waitForAll()
        }
        #expect(try self.usage == [["15", "2", "Apex"]])
    }

    @Test("a denial by a line is on record once")
    func denied() async throws {
        try await self.load(self.write(Self.lines, to: "a.jsonl"))
        let denied = try self.write(
            [
                #"{"command":"workflow.pause","actor":"user:\#(run)","data":{"workflow_id":"\#(flow)"}}"#
            ], to: "denied.jsonl")
        let first = try await self.load(denied)
        #expect(first.refused == 1)
        #expect(first.events == 1)
        #expect(try await self.load(denied).events == 0)
    }

    @Test("of a simulated company add nothing, whole or from the middle on")
    func company() async throws {
        var lines: [String] = []
        for request in CompanySimulation(seed: .random(in: 0 ... .max), until: .executions(60)) {
            var writer = CommandWriter()
            writer.write(request)
            lines.append(String(decoding: writer.bytes, as: UTF8.self).trimmingCharacters(in: .newlines))
        }
        let file = try self.write(lines, to: "company.jsonl")
        let first = try await self.load(file)
        let again = try await self.load(file)
        #expect(again.events == 0, "\(again)")
        #expect(again.refused == first.refused)
        let half = try Ledger.create(at: self.scratch.file("half"))
        let before = try await self.load(self.write(lines.prefix(lines.count / 2), to: "half.jsonl"), into: half)
        let rest = try await self.load(file, into: half)
        #expect(before.events + rest.events == first.events)
        #expect(rest.refused == first.refused)
    }
}
