import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("A ledger")
struct LedgerTests {
    let scratch: Scratch
    let ledger: Ledger

    init() throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
    }

    @Test("of many who take one slug at once, exactly one gets it")
    func race() async throws {
        let ledger = self.ledger
        let outcomes = try await withThrowingTaskGroup(of: Ledger.Outcome.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await ledger.perform(
                        #"{"command":"organization.create","data":{"name":"Number \#(number)","slug":"acme"}}"#)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.isAccepted } == 1)
        #expect(outcomes.count { $0.refusal?.reason == .notUnique } == 39)
        #expect(try rows("SELECT COUNT(*) FROM organizations", of: self.ledger.path) == [["1"]])
    }

    @Test("many record calls of one run at once, and none is lost or counted twice")
    func concurrentFacts() async throws {
        try await self.ledger.prepareRun()
        let ledger = self.ledger
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let outcome = try await ledger.perform(
                        #"{"command":"model_call.record","data":{"workflow_execution_id":"\#(run)","model":"m","#
                            + #""input_tokens":\#(number)}}"#)
                    #expect(outcome.isAccepted)
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try rows("SELECT model_calls, input_tokens FROM workflow_executions", of: ledger.path) == [["60", "1770"]])
    }

    @Test("the same idempotency key gives the first positions again, and refuses another command")
    func idempotencyKey() async throws {
        let json = #"{"command":"organization.create","idempotency_key":"k1","data":{"name":"Acme","slug":"acme"}}"#
        guard case .accepted(let first, let last) = try await self.ledger.perform(json),
            case .accepted(let firstAgain, let lastAgain) = try await self.ledger.perform(json)
        else {
            Issue.record("both must be accepted")
            return
        }
        #expect((first, last) == (firstAgain, lastAgain))
        #expect(try self.ledger.log.head() == last)
        let other = try await self.ledger.perform(
            #"{"command":"organization.create","idempotency_key":"k1","data":{"name":"Other","slug":"other"}}"#)
        #expect(other.refusal?.reason == .alreadyExists)
    }

    @Test("a command whose event is too large is refused, and the others of the batch stand")
    func tooLarge() async throws {
        let filler = String(repeating: "x", count: 17 << 20)
        let requests = try [
            #"{"command":"organization.create","data":{"name":"A","slug":"a"}}"#,
            #"{"command":"organization.create","data":{"name":"B","slug":"b","description":"\#(filler)"}}"#,
            #"{"command":"organization.create","data":{"name":"C","slug":"c"}}"#,
        ].map(self.ledger.request)
        let outcomes = try await self.ledger.execute(requests)
        #expect(outcomes.map(\.isAccepted) == [true, false, true])
        #expect(
            try rows("SELECT slug FROM organizations ORDER BY slug", of: self.ledger.path) == [["a"], ["c"]])
    }

    @Test("commands beyond one append's limit go into several")
    func manyBytes() async throws {
        let filler = String(repeating: "x", count: 5 << 20)
        let requests = try (0..<14).map { number in
            try self.ledger.request(
                #"{"command":"organization.create","data":{"name":"O","slug":"o\#(number)","description":"\#(filler)"}}"#
            )
        }
        let outcomes = try await self.ledger.execute(requests)
        let areAccepted = outcomes.allSatisfy { $0.isAccepted }
        #expect(areAccepted)
    }

    @Test("a decision sees what another process's writer did since")
    func otherWriter() async throws {
        try await self.ledger.perform(#"{"command":"organization.create","data":{"name":"Acme","slug":"acme"}}"#)
        // A second ledger over the same folder decides from its own memory, as another process would.
        let other = try Ledger.open(at: self.ledger.path)
        try await other.perform(#"{"command":"organization.create","data":{"name":"Other","slug":"other"}}"#)
        let taken = try await self.ledger.perform(
            #"{"command":"organization.create","data":{"name":"Third","slug":"other"}}"#)
        #expect(taken.refusal?.reason == .notUnique)
    }

    @Test("at any position, a query answers what it would have answered then")
    func pastPositions() async throws {
        let sql = """
            SELECT (SELECT COUNT(*) FROM organizations), (SELECT group_concat(status) FROM workflow_executions),
              (SELECT COUNT(*) FROM audit_logs)
            """
        var answers: [UInt64: [[String]]] = [:]
        for json in [
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#,
            #"{"command":"workflow.create","data":{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}}"#,
            #"{"command":"workflow_execution.queue","data":{"execution_id":"\#(run)","workflow_id":"\#(flow)"}}"#,
            #"{"command":"workflow_execution.dispatch","data":{"execution_id":"\#(run)"}}"#,
            #"{"command":"workflow_execution.start","data":{"execution_id":"\#(run)"}}"#,
            #"{"command":"workflow_execution.fail","data":{"execution_id":"\#(run)","error_message":"no"}}"#,
            #"{"command":"workflow_execution.schedule_retry","data":{"execution_id":"\#(run)"}}"#,
        ] {
            try await self.ledger.perform(json)
            answers[try self.ledger.log.head().value] = try rows(sql, of: self.ledger.path)
        }
        for (position, answer) in answers {
            #expect(
                try rows(sql, of: self.ledger.path, at: .position(Position(position))) == answer,
                "at position \(position)")
        }
    }
}
