import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

@Suite("Idempotency keys")
struct IdempotencyKeyTests {
    let scratch: Scratch
    let ledger: Ledger
    static let people = ["0198c000-0000-7000-8000-0000000000e1", "0198c000-0000-7000-8000-0000000000e2"]
    static let organizations = [acme, "0198c000-0000-7000-8000-0000000000a2"]

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for (index, organization) in Self.organizations.enumerated() {
            for json in [
                #"{"command":"organization.create","data":{"organization_id":"\#(organization)","name":"O","slug":"o\#(index)"}}"#,
                #"{"command":"user.register","data":{"user_id":"\#(Self.people[index])","email":"p\#(index)@example.org"}}"#,
                #"{"command":"membership.add","data":{"organization_id":"\#(organization)","user_id":"\#(Self.people[index])","role":"owner"}}"#,
            ] { #expect(try await self.ledger.perform(json).isAccepted, "\(json)") }
        }
    }

    private func create(_ place: Int, by actor: String? = nil, named name: String = "Flow") -> String {
        #"{"command":"workflow.create","actor":"\#(actor ?? "user:\(Self.people[place])")","idempotency_key":"k","#
            + #""data":{"organization_id":"\#(Self.organizations[place])","name":"\#(name)"}}"#
    }

    @Test("one key that two organizations use is two keys: each gets its own thing and its own receipt")
    func organizations() async throws {
        var positions: [Position] = []
        for place in [0, 1] {
            guard case .accepted(let first, _) = try await self.ledger.perform(self.create(place)) else {
                Issue.record("was not accepted")
                return
            }
            positions.append(first)
        }
        #expect(positions[0] != positions[1])
        for place in [0, 1] {
            guard case .accepted(let first, _) = try await self.ledger.perform(self.create(place)) else {
                Issue.record("was not accepted")
                return
            }
            #expect(first == positions[place])
        }
        #expect(try rows("SELECT COUNT(DISTINCT id) FROM workflows", of: self.ledger.path) == [["2"]])
    }

    @Test("one key that two people of an organization use is two keys")
    func people() async throws {
        #expect(try await self.ledger.perform(self.create(0)).isAccepted)
        let other = try await self.ledger.perform(self.create(0, by: "system:platform", named: "Other"))
        #expect(other.isAccepted, "\(other)")
    }

    @Test("the same actor's key for another command in the organization is refused")
    func reuse() async throws {
        #expect(try await self.ledger.perform(self.create(0)).isAccepted)
        #expect(try await self.ledger.perform(self.create(0, named: "Other")).refusal?.reason == .alreadyExists)
    }

    @Test("a fork knows the keys")
    func fork() async throws {
        #expect(try await self.ledger.perform(self.create(0)).isAccepted)
        let path = self.scratch.file("fork")
        try await self.ledger.catchUp()
        _ = try await LedgerReader(at: self.ledger.path).fork(into: path)
        let fork = try Ledger.open(at: path)
        #expect(try await fork.perform(self.create(0, named: "Other")).refusal?.reason == .alreadyExists)
    }
}
