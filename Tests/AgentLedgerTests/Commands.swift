import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerImporters
import Testing

extension Ledger {
    /// Executes a command given as JSON text.
    @discardableResult
    nonisolated func perform(_ json: String) async throws -> Outcome { try await self.execute(try self.request(json)) }

    nonisolated func request(_ json: String) throws -> CommandRequest {
        let reader = CommandReader(defaultActor: .system("test"))
        return try Array(json.utf8).withUnsafeBytes { try reader.read($0, now: self.now(), newID: self.makeID()) }
    }
}

extension Ledger.Outcome {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isUnchanged: Bool { if case .unchanged = self { true } else { false } }

    var refusal: Rejection? { if case .refused(let rejection) = self { rejection } else { nil } }
}

let acme = "0198c000-0000-7000-8000-0000000000a1"
let flow = "0198c000-0000-7000-8000-0000000000b1"
let run = "0198c000-0000-7000-8000-0000000000c1"

extension Ledger {
    /// An organization with an active workflow and one running execution.
    nonisolated func prepareRun() async throws {
        for json in [
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#,
            #"{"command":"workflow.create","data":{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}}"#,
            #"{"command":"workflow.activate","data":{"workflow_id":"\#(flow)"}}"#,
            #"{"command":"workflow_execution.queue","data":{"execution_id":"\#(run)","workflow_id":"\#(flow)"}}"#,
            #"{"command":"workflow_execution.dispatch","data":{"execution_id":"\#(run)"}}"#,
            #"{"command":"workflow_execution.start","data":{"execution_id":"\#(run)"}}"#,
        ] {
            let outcome = try await self.perform(json)
            #expect(outcome.isAccepted, "\(json): \(outcome)")
        }
    }
}
