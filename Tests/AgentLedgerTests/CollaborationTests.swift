import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("What is made together in a ledger")
struct CollaborationTests {
    let scratch: Scratch
    let ledger: Ledger

    private static let ada = "0198a2f1-0000-7000-8000-0000000000a1"
    private static let talk = "0198a2f1-0000-7000-8000-0000000000a2"
    private static let report = "0198a2f1-0000-7000-8000-0000000000a3"

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for json in [
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#,
            #"{"command":"user.register","data":{"user_id":"\#(Self.ada)","email":"ada@example.org"}}"#,
            #"{"command":"conversation.start","data":{"conversation_id":"\#(Self.talk)","organization_id":"\#(acme)","#
                + #""user_id":"\#(Self.ada)","agent_name":"writer","agent_type":"context"}}"#,
            #"{"command":"deliverable.create","data":{"deliverable_id":"\#(Self.report)","#
                + #""conversation_id":"\#(Self.talk)","title":"Report","type":"document"}}"#,
        ] {
            let outcome = try await self.ledger.perform(json)
            #expect(outcome.isAccepted, "\(outcome)")
        }
    }

    @Test("of many versions that are added at once, each has a number of its own and one is current")
    func versions() async throws {
        let ledger = self.ledger
        // Two that decide from memories of their own, as two processes would.
        let other = try Ledger.open(at: ledger.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let outcome = try await (number % 2 == 0 ? ledger : other).perform(
                        #"{"command":"deliverable_version.add","data":{"deliverable_id":"\#(Self.report)","#
                            + #""content":"draft \#(number)"}}"#)
                    #expect(outcome.isAccepted, "\(outcome)")
                }
            }
            try await group.waitForAll()
        }
        let sql = "SELECT version_number FROM deliverable_versions ORDER BY version_number"
        #expect(try rows(sql, of: ledger.path) == (1...20).map { ["\($0)"] })
        let current = """
            SELECT v.version_number, v.id = d.current_version_id, d.version_count FROM deliverable_versions v
              JOIN deliverables d ON d.id = v.deliverable_id WHERE v.is_current_version
            """
        #expect(try rows(current, of: ledger.path) == [["20", "1", "20"]])
    }

    @Test("messages are told in the order in which they were said, from the log alone")
    func messages() async throws {
        for word in ["one", "two", "three"] {
            try await self.ledger.perform(
                #"{"command":"conversation_message.post","data":{"conversation_id":"\#(Self.talk)","#
                    + #""role":"user","user_id":"\#(Self.ada)","content":"\#(word)"}}"#)
        }
        #expect(
            try rows("SELECT content FROM messages ORDER BY position", of: self.ledger.path)
                == [["one"], ["two"], ["three"]])
        #expect(try rows("SELECT message_count FROM conversations", of: self.ledger.path) == [["3"]])
    }
}
