import AgentLedger
import LedgerEvents
import LedgerRelations
import LedgerTables
import Testing

@Suite("What is made together, at a past position")
struct CollaborationPastTests {
    private static func id(_ number: Int) -> String { "0198a2f1-0000-7000-8000-0000000001\(number)" }

    /// A tree of projects that moves, with a step, a deliverable in versions and a document in chunks.
    private static let story: [(command: String, data: String)] = [
        ("organization.create", #""organization_id":"\#(acme)","name":"Acme","slug":"acme""#),
        ("user.register", #""user_id":"\#(id(10))","email":"ada@example.org""#),
        (
            "conversation.start",
            #""conversation_id":"\#(id(11))","organization_id":"\#(acme)","user_id":"\#(id(10))","agent_name":"a","#
                + #""agent_type":"context""#
        ),
        ("project.create", #""project_id":"\#(id(12))","conversation_id":"\#(id(11))""#),
        ("project.create", #""project_id":"\#(id(13))","conversation_id":"\#(id(11))""#),
        (
            "project.create",
            #""project_id":"\#(id(14))","conversation_id":"\#(id(11))","parent_project_id":"\#(id(13))""#
        ),
        ("project.attach_subproject", #""project_id":"\#(id(12))","subproject_id":"\#(id(13))""#),
        ("project.change_status", #""project_id":"\#(id(14))","status":"in_progress""#),
        (
            "project_step.add",
            #""project_step_id":"\#(id(15))","project_id":"\#(id(14))","step_id":"a","step_type":"agent","#
                + #""step_name":"A""#
        ),
        ("project_step.start", #""project_step_id":"\#(id(15))""#),
        (
            "deliverable.create",
            #""deliverable_id":"\#(id(16))","project_step_id":"\#(id(15))","title":"T","type":"document""#
        ),
        (
            "deliverable_version.add",
            #""deliverable_version_id":"\#(id(17))","deliverable_id":"\#(id(16))","content":"1""#
        ),
        (
            "deliverable_version.add",
            #""deliverable_version_id":"\#(id(18))","deliverable_id":"\#(id(16))","content":"2""#
        ),
        ("deliverable_version.make_current", #""deliverable_version_id":"\#(id(17))""#),
        ("project_step.complete", #""project_step_id":"\#(id(15))""#),
        (
            "conversation_message.post",
            #""conversation_id":"\#(id(11))","role":"user","user_id":"\#(id(10))","content":"thanks""#
        ),
        (
            "document_collection.create",
            #""document_collection_id":"\#(id(19))","organization_id":"\#(acme)","name":"handbook""#
        ),
        ("document.ingest", #""document_id":"\#(id(20))","document_collection_id":"\#(id(19))","title":"Rules""#),
        (
            "document_chunk.record",
            #""document_id":"\#(id(20))","content":"No running.","token_count":3,"embedding":[0.1,-2.5]"#
        ),
        ("document.remove", #""document_id":"\#(id(20))""#),
    ]

    @Test("is told by its own events as all events tell it, wherever the log ends")
    func told() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        for (command, data) in Self.story {
            let outcome = try await ledger.perform(#"{"command":"\#(command)","data":{\#(data)}}"#)
            #expect(outcome.isAccepted, "\(command): \(outcome)")
        }
        let reader = try LedgerReader(at: ledger.path)
        let head = try reader.log.head()
        let kinds = [
            "conversation": [11], "project": [12, 13, 14], "project_step": [15], "deliverable": [16],
            "deliverable_version": [17, 18], "document_collection": [19], "document": [20],
        ]
        var told = 0
        for position in 1...head.value {
            let position = Position(position)
            let past = LedgerSnapshot(views: try reader.rebuild(to: position), log: reader.log, origin: reader.origin)
            for (kind, numbers) in kinds {
                #expect(LedgerSnapshot.isToldByTag(kind))
                for number in numbers {
                    let id = try #require(UUIDText.parse(Self.id(number)))
                    let row = try reader.row(of: kind, id: id, at: .position(position))
                    #expect(try row?.cells == past.row(of: kind, id: id)?.cells, "\(kind) \(number) at \(position)")
                    if row != nil { told += 1 }
                }
            }
        }
        #expect(told > 60)
        #expect(
            try rows("SELECT hierarchy_level FROM projects ORDER BY id", of: ledger.path) == [["0"], ["1"], ["2"]])
        #expect(try rows("SELECT embedding FROM document_chunks", of: ledger.path) == [["[0.1,-2.5]"]])
    }
}
