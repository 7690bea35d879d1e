import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Who may do what in a ledger")
struct AuthorizationTests {
    let scratch: Scratch
    let ledger: Ledger

    private static let ada = "0198c000-0000-7000-8000-0000000000d1"
    private static let bob = "0198c000-0000-7000-8000-0000000000d2"
    private static let place = "0198c000-0000-7000-8000-0000000000e2"
    private static let key = "0198c000-0000-7000-8000-0000000000f1"

    /// Acme with Ada as its owner, Bob as a viewer, a key, and a workflow.
    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for json in [
            #"{"command":"user.register","data":{"user_id":"\#(Self.ada)","email":"ada@example.org"}}"#,
            #"{"command":"user.register","data":{"user_id":"\#(Self.bob)","email":"bob@example.org"}}"#,
            #"{"command":"organization.create","actor":"user:\#(Self.ada)","data":{"organization_id":"\#(acme)","#
                + #""name":"Acme","slug":"acme"}}"#,
            #"{"command":"membership.add","actor":"user:\#(Self.ada)","data":{"organization_id":"\#(acme)","#
                + #""user_id":"\#(Self.ada)","role":"owner"}}"#,
            #"{"command":"membership.add","actor":"user:\#(Self.ada)","data":{"membership_id":"\#(Self.place)","#
                + #""organization_id":"\#(acme)","user_id":"\#(Self.bob)","role":"viewer"}}"#,
            #"{"command":"organization.issue_api_key","actor":"user:\#(Self.ada)","data":{"organization_id":"\#(acme)","#
                + #""key_id":"\#(Self.key)","name":"ci","key_hash":"\#(String(repeating: "a", count: 64))","#
                + #""key_prefix":"ak_1"}}"#,
            #"{"command":"workflow.create","actor":"user:\#(Self.ada)","data":{"workflow_id":"\#(flow)","#
                + #""organization_id":"\#(acme)","name":"Flow"}}"#,
        ] {
            let outcome = try await self.ledger.perform(json)
            #expect(outcome.isAccepted, "\(json): \(outcome)")
        }
    }

    private func rename(_ name: String, as actor: String, _ more: String = "") -> String {
        #"{"command":"workflow.rename","actor":"\#(actor)"\#(more),"data":{"workflow_id":"\#(flow)","name":"\#(name)"}}"#
    }

    private func setRole(_ role: String) -> String {
        #"{"command":"membership.change_role","actor":"user:\#(Self.ada)","data":{"membership_id":"\#(Self.place)","#
            + #""role":"\#(role)"}}"#
    }

    private func denials() throws -> [[String]] {
        try rows(
            """
            SELECT actor, command, entity_kind, entity_id, organization_id, role, required_role FROM access_denials
            ORDER BY position
            """, of: self.ledger.path)
    }

    @Test("a viewer changes nothing, is told why, and the attempt is on record")
    func viewer() async throws {
        let outcome = try await self.ledger.perform(self.rename("Other", as: "user:\(Self.bob)"))
        let refusal = try #require(outcome.refusal)
        #expect(refusal.reason == .notAuthorized)
        for words in ["user:\(Self.bob)", "role viewer", "member or admin or owner", "user:\(Self.ada)"] {
            #expect(refusal.message.contains(words), "\(refusal.message)")
        }
        #expect(try rows("SELECT name FROM workflows", of: self.ledger.path) == [["Flow"]])
        #expect(
            try self.denials() == [["user:\(Self.bob)", "workflow.rename", "workflow", flow, acme, "viewer", "member"]])
        #expect(
            try rows(
                "SELECT action, actor, on_behalf_of, organization_id FROM audit_logs WHERE outcome = 'denied'",
                of: self.ledger.path)
                == [["access_denial.recorded", "system:authorization", "user:\(Self.bob)", acme]])
    }

    @Test("a denial is listed under the thing that it concerned, with what was asked for and from where")
    func listed() async throws {
        let asked = self.rename("Other", as: "user:\(Self.bob)", #","source":{"channel":"web","ip":"192.0.2.7"}"#)
        _ = try await self.ledger.perform(asked)
        let found = try rows(
            """
            SELECT action, outcome, channel, ip_address, data ->> '$.command', data ->> '$.request.name'
            FROM audit_logs WHERE entity_kind = 'workflow' AND entity_id = '\(flow)' ORDER BY position DESC LIMIT 1
            """, of: self.ledger.path)
        #expect(found == [["access_denial.recorded", "denied", "web", "192.0.2.7", "workflow.rename", "Other"]])
        let long = self.rename(String(repeating: "x", count: 20_000), as: "user:\(Self.bob)")
        _ = try await self.ledger.perform(long)
        #expect(
            try rows("SELECT request ->> '$.name' FROM access_denials ORDER BY position", of: self.ledger.path)
                == [["Other"], [""]])
    }

    @Test("nobody acts in an organization by acting on behalf of one of its members")
    func onBehalf() async throws {
        let json = self.rename("Other", as: "user:\(Self.bob)", #","on_behalf_of":"user:\#(Self.ada)""#)
        #expect(try await self.ledger.perform(json).refusal?.reason == .notAuthorized)
        #expect(
            try rows("SELECT actor, on_behalf_of FROM access_denials", of: self.ledger.path)
                == [["user:\(Self.bob)", "user:\(Self.ada)"]])
    }

    @Test("a stranger makes nothing in an organization, and its denials show it")
    func stranger() async throws {
        let outcome = try await self.ledger.perform(
            #"{"command":"workflow_execution.queue","actor":"user:\#(acme)","data":{"execution_id":"\#(run)","#
                + #""workflow_id":"\#(flow)"}}"#)
        #expect(outcome.refusal?.message.contains("there is no user") == true)
        #expect(
            try self.denials() == [
                ["user:\(acme)", "workflow_execution.queue", "workflow_execution", run, acme, "", "member"]
            ])
    }

    @Test("a key of the organization works as a member does, until it is revoked")
    func key() async throws {
        let actor = "api_key:\(Self.key)"
        #expect(try await self.ledger.perform(self.rename("One", as: actor)).isAccepted)
        let delete = #"{"command":"workflow.delete","actor":"\#(actor)","data":{"workflow_id":"\#(flow)"}}"#
        #expect(try await self.ledger.perform(delete).refusal?.message.contains("role member") == true)
        try await self.ledger.perform(
            #"{"command":"organization.revoke_api_key","data":{"organization_id":"\#(acme)","key_id":"\#(Self.key)"}}"#)
        let refused = try await self.ledger.perform(self.rename("Two", as: actor))
        #expect(refused.refusal?.message.contains("no live key") == true)
    }

    @Test("people look after their own accounts, and nobody else's")
    func accounts() async throws {
        func rename(_ actor: String) -> String {
            #"{"command":"user.change_profile","actor":"\#(actor)","data":{"user_id":"\#(Self.bob)","#
                + #""display_name":"Bob"}}"#
        }
        #expect(try await self.ledger.perform(rename("user:\(Self.ada)")).refusal?.reason == .notAuthorized)
        #expect(try await self.ledger.perform(rename("user:\(Self.bob)")).isAccepted)
        let promote =
            #"{"command":"user.change_platform_roles","actor":"user:\#(Self.bob)","data":{"user_id":"\#(Self.bob)","#
            + #""roles":["admin"]}}"#
        #expect(try await self.ledger.perform(promote).refusal?.reason == .notAuthorized)
    }

    @Test("prices are the platform's: a system's, or a user's whom it made an administrator")
    func platform() async throws {
        let price = #"{"command":"price.set","actor":"user:\#(Self.ada)","data":{"usage_type":"storage","amount":"1"}}"#
        #expect(try await self.ledger.perform(price).refusal?.message.contains("platform role admin") == true)
        try await self.ledger.perform(
            #"{"command":"user.change_platform_roles","data":{"user_id":"\#(Self.ada)","roles":["user","admin"]}}"#)
        #expect(try await self.ledger.perform(price).isAccepted)
        // What is a customer's stays the customer's.
        let other = #"{"command":"organization.create","data":{"organization_id":"\#(run)","name":"O","slug":"o"}}"#
        #expect(try await self.ledger.perform(other).isAccepted)
        let rename =
            #"{"command":"organization.rename","actor":"user:\#(Self.ada)","data":{"organization_id":"\#(run)","#
            + #""name":"P"}}"#
        #expect(try await self.ledger.perform(rename).refusal?.reason == .notAuthorized)
    }

    @Test("only owners make owners, and who tried is on record, too")
    func owners() async throws {
        try await self.ledger.perform(self.setRole("admin"))
        let outcome = try await self.ledger.perform(
            #"{"command":"membership.change_role","actor":"user:\#(Self.bob)","data":{"membership_id":"\#(Self.place)","#
                + #""role":"owner"}}"#)
        #expect(outcome.refusal?.reason == .notAuthorized)
        #expect(try self.denials().map { $0[4] } == [acme])
    }

    @Test("an attempt under an idempotency key is on record once, and may succeed later")
    func once() async throws {
        let json = self.rename("Other", as: "user:\(Self.bob)", #","idempotency_key":"k1""#)
        for _ in 0..<3 { #expect(try await self.ledger.perform(json).refusal?.reason == .notAuthorized) }
        #expect(try self.denials().count == 1)
        for _ in 0..<2 { _ = try await self.ledger.perform(self.rename("Another", as: "user:\(Self.bob)")) }
        #expect(try self.denials().count == 3)
        try await self.ledger.perform(self.setRole("member"))
        #expect(try await self.ledger.perform(json).isAccepted)
    }

    @Test("within one batch, a role counts from the command that gives it to the one that takes it")
    func batch() async throws {
        let bob = "user:\(Self.bob)"
        let outcomes = try await self.ledger.execute(
            [
                self.rename("A", as: bob), self.setRole("member"), self.rename("B", as: bob),
                #"{"command":"membership.remove","data":{"membership_id":"\#(Self.place)"}}"#,
                self.rename("C", as: bob),
            ].map(self.ledger.request))
        #expect(outcomes.map(\.isAccepted) == [false, true, true, true, false])
        #expect(try self.denials().map { $0[5] } == ["viewer", ""])
    }

    @Test("who is removed while asking does nothing afterwards", arguments: 0..<4)
    func race(round: Int) async throws {
        try await self.ledger.perform(self.setRole("member"))
        let (ledger, other) = (self.ledger, try Ledger.open(at: self.ledger.path))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                let json = self.rename("Name \(number)", as: "user:\(Self.bob)")
                group.addTask { try await ledger.perform(json) }
                guard number == round * 5 else { continue }
                group.addTask {
                    try await other.perform(
                        #"{"command":"membership.remove","data":{"membership_id":"\#(Self.place)"}}"#)
                }
            }
            try await group.waitForAll()
        }
        let late = """
            SELECT COUNT(*) FROM audit_logs WHERE actor = 'user:\(Self.bob)' AND position >
              (SELECT position FROM audit_logs WHERE action = 'membership.removed')
            """
        #expect(try rows(late, of: ledger.path) == [["0"]])
        let accepted = try rows(
            "SELECT COUNT(*) FROM audit_logs WHERE action = 'workflow.renamed'", of: ledger.path)[0][0]
        #expect(Int(accepted).map { $0 + ((try? self.denials().count) ?? 0) } == 20)
    }

    @Test("an import is held to the same, command by command", arguments: [1, 2, 100])
    func imported(batch: Int) async throws {
        let bob = "user:\(Self.bob)"
        let lines = [
            self.rename("A", as: bob), self.rename("B", as: "user:\(Self.ada)"), self.rename("C", as: bob),
            self.setRole("member"), self.rename("D", as: bob), self.rename("E", as: "api_key:\(Self.key)"),
        ]
        let file = try self.scratch.write(lines.joined(separator: "\n"), to: "commands.jsonl")
        var options = ImportOptions()
        options.batch = batch
        let report = try await Importer(self.ledger, options: options).run([file]) { refusal in
            #expect([.line(1), .line(3)].contains(refusal.place) && refusal.reason.contains("viewer"), "\(refusal)")
        }
        #expect((report.accepted, report.refused) == (4, 2))
        #expect(try self.denials().count == 2)
        #expect(try rows("SELECT name FROM workflows", of: self.ledger.path) == [["E"]])
    }
}
