import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Who may found and register")
struct StrangerTests {
    let scratch: Scratch
    let ledger: Ledger
    static let ada = "0198c000-0000-7000-8000-0000000000e1"
    static let key = "0198c000-0000-7000-8000-0000000000d1"

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for json in [
            #"{"command":"user.register","actor":"user:\#(Self.ada)","data":{"user_id":"\#(Self.ada)","email":"a@example.org"}}"#,
            #"{"command":"organization.create","actor":"user:\#(Self.ada)","data":{"organization_id":"\#(acme)","name":"A","slug":"acme"}}"#,
            #"{"command":"organization.issue_api_key","data":{"organization_id":"\#(acme)","key_id":"\#(Self.key)","name":"k","key_prefix":"ab","key_hash":"\#(String(repeating: "a", count: 64))"}}"#,
        ] { #expect(try await self.ledger.perform(json).isAccepted, "\(json)") }
    }

    private func outcomes(of actor: String) async throws -> [Bool] {
        let id = UUIDText.format(self.ledger.makeID())
        return [
            try await self.ledger.perform(
                #"{"command":"organization.create","actor":"\#(actor)","data":{"name":"B","slug":"s-\#(id)"}}"#
            ).refusal?.reason == .notAuthorized,
            try await self.ledger.perform(
                #"{"command":"user.register","actor":"\#(actor)","data":{"user_id":"\#(id)","email":"\#(id)@example.org"}}"#
            ).refusal?.reason == .notAuthorized,
        ]
    }

    @Test("an active user may, and whoever registers themselves")
    func active() async throws {
        #expect(try await self.outcomes(of: "user:\(Self.ada)") == [false, false])
    }

    @Test("keys, live or revoked, and unknown, deactivated and deleted users may not")
    func others() async throws {
        let refused = [true, true]
        #expect(try await self.outcomes(of: "api_key:\(Self.key)") == refused)
        _ = try await self.ledger.perform(
            #"{"command":"organization.revoke_api_key","data":{"organization_id":"\#(acme)","key_id":"\#(Self.key)"}}"#)
        #expect(try await self.outcomes(of: "api_key:\(Self.key)") == refused)
        #expect(try await self.outcomes(of: "user:0198c000-0000-7000-8000-00000000dead") == refused)
        for verb in ["deactivate", "delete"] {
            #expect(
                try await self.ledger.perform(
                    #"{"command":"user.\#(verb)","data":{"user_id":"\#(Self.ada)"}}"#
                ).isAccepted)
            #expect(try await self.outcomes(of: "user:\(Self.ada)") == refused, "\(verb)")
        }
    }
}
