import LedgerDomain
import LedgerEvents
import Testing

@testable import AgentLedger

@Suite("What a command names beside its own fields")
struct NamedElsewhereTests {
    let scratch: Scratch
    let ledger: Ledger
    private static let other = "0198c000-0000-7000-8000-0000000000a2"
    private static let otherFlow = "0198c000-0000-7000-8000-0000000000b2"
    private static let otherRun = "0198c000-0000-7000-8000-0000000000c2"
    private static let talk = "0198c000-0000-7000-8000-0000000000f1"
    private static let otherTalk = "0198c000-0000-7000-8000-0000000000f2"
    private static let otherProject = "0198c000-0000-7000-8000-0000000000f3"
    private static let agent = "0198c000-0000-7000-8000-0000000000f4"
    private static let ada = "0198c000-0000-7000-8000-0000000000e1"
    private static let gone = "0198c000-0000-7000-8000-0000000000e2"

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        try await self.ledger.prepareRun()
        for (name, data) in [
            ("organization.create", #""organization_id":"\#(Self.other)","name":"Other","slug":"other""#),
            ("workflow.create", #""workflow_id":"\#(Self.otherFlow)","organization_id":"\#(Self.other)","name":"F""#),
            ("workflow_execution.queue", #""execution_id":"\#(Self.otherRun)","workflow_id":"\#(Self.otherFlow)""#),
            ("user.register", #""user_id":"\#(Self.ada)","email":"ada@example.org""#),
            ("user.register", #""user_id":"\#(Self.gone)","email":"gone@example.org""#),
            ("user.deactivate", #""user_id":"\#(Self.gone)""#),
            ("conversation.start", Self.start(Self.talk, acme)),
            ("conversation.start", Self.start(Self.otherTalk, Self.other)),
            (
                "project.create",
                #""project_id":"\#(Self.otherProject)","organization_id":"\#(Self.other)","user_id":"\#(Self.ada)","#
                    + #""conversation_id":"\#(Self.otherTalk)","name":"P""#
            ),
            (
                "agent.create",
                #""agent_id":"\#(Self.agent)","organization_id":"\#(Self.other)","name":"A","llm_config":{}"#
            ),
            (
                "agent.share_with_organization",
                #""agent_id":"\#(Self.agent)","shared_with_organization_id":"\#(acme)""#
            ),
        ] { #expect(try await self.perform(name, data) == nil, "\(name)") }
    }

    private static func start(_ id: String, _ organization: String) -> String {
        #""conversation_id":"\#(id)","organization_id":"\#(organization)","user_id":"\#(ada)","#
            + #""agent_name":"a","agent_type":"t""#
    }

    /// The refusal of a command.
    private func perform(
        _ name: String, _ data: String, _ envelope: String = "", as actor: String = "system:test"
    ) async throws -> Rejection? {
        try await self.ledger.perform(
            #"{"command":"\#(name)","actor":"\#(actor)"\#(envelope),"data":{\#(data)}}"#
        ).refusal
    }

    @Test("is its own organization's: envelope, conversation, resources and work products of any kind")
    func foreign() async throws {
        let queue = #""workflow_id":"\#(flow)""#
        for field in ["correlation_id", "causation_id"] {
            #expect(
                try await self.perform("workflow_execution.queue", queue, #","\#(field)":"\#(Self.otherRun)""#) != nil)
            #expect(
                try await self.perform("workflow.revise", queue + #","definition":{}"#, #","\#(field)":"\#(run)""#)
                    == nil)
        }
        #expect(
            try await self.perform(
                "agent.create", #""owner_user_id":"\#(Self.ada)","name":"mine","llm_config":{}"#,
                #","correlation_id":"\#(run)""#, as: "user:\(Self.ada)") != nil)
        let part = #""workflow_execution_id":"\#(run)""#
        for (name, data) in [
            ("workflow_execution.queue", queue), ("agent_execution.queue", part),
            ("model_call.record", part + #","model":"m""#), ("tool_call.record", part + #","tool_name":"t""#),
        ] {
            for (talk, isOwn) in [(Self.otherTalk, false), (Self.talk, true), ("a talk of their own", true)] {
                let rejection = try await self.perform(name, data + #","conversation_id":"\#(talk)""#)
                #expect((rejection == nil) == isOwn, "\(name): \(rejection.debugDescription)")
            }
        }
        let usage = #""organization_id":"\#(acme)","usage_type":"image","quantity":1"#
        for kind in ["", #","resource_kind":"x""#, #","resource_kind":"agent""#] {
            for (resource, isOwn) in [
                (Self.otherRun, false), (Self.other, false), (Self.otherTalk, false), (run, true),
            ] {
                let rejection = try await self.perform(
                    "usage_record.record", usage + kind + #","resource_id":"\#(resource)""#)
                #expect((rejection == nil) == isOwn, "\(kind) \(resource): \(rejection.debugDescription)")
            }
        }
        for type in ["x", "project", "deliverable"] {
            #expect(
                try await self.perform(
                    "conversation.set_work_product",
                    #""conversation_id":"\#(Self.talk)","work_product_type":"\#(type)","work_product_id":"\#(Self.otherProject)""#
                ) != nil)
        }
    }

    @Test("is no agent of an organization that is suspended, cancelled or deleted; an import may report what it did")
    func sharedAgent() async throws {
        let queue = #""workflow_id":"\#(flow)","agent_id":"\#(Self.agent)""#
        #expect(try await self.perform("workflow_execution.queue", queue) == nil)
        for verb in ["suspend", "cancel", "delete"] {
            #expect(try await self.perform("organization.\(verb)", #""organization_id":"\#(Self.other)""#) == nil)
            for (name, data) in [
                ("workflow_execution.queue", queue),
                ("agent_execution.queue", #""workflow_execution_id":"\#(run)","agent_id":"\#(Self.agent)""#),
                (
                    "conversation.start",
                    #""organization_id":"\#(acme)","user_id":"\#(Self.ada)","agent_id":"\#(Self.agent)""#
                ),
            ] {
                let rejection = try await self.perform(name, data)
                #expect(rejection?.message.contains("belongs to organization") == true, "\(verb) \(name)")
            }
        }
        var request = try self.ledger.request(#"{"command":"workflow_execution.queue","data":{\#(queue)}}"#)
        request.isReport = true
        #expect(try await self.ledger.judge([request]) == nil)
    }

    @Test("is no deactivated user: on whose behalf, as a member, as an owner or a participant")
    func deactivated() async throws {
        let behalf = #","on_behalf_of":"user:\#(Self.gone)""#
        for (name, data, envelope) in [
            ("organization.create", #""name":"N","slug":"n""#, behalf),
            ("user.register", #""email":"n@example.org""#, behalf),
            ("membership.add", #""organization_id":"\#(acme)","user_id":"\#(Self.gone)","role":"owner""#, ""),
            (
                "conversation.start",
                #""organization_id":"\#(acme)","user_id":"\#(Self.gone)","agent_name":"a","agent_type":"t""#, ""
            ),
            ("agent.create", #""owner_user_id":"\#(Self.gone)","name":"N","llm_config":{}"#, ""),
            (
                "agent.create",
                #""organization_id":"\#(acme)","created_by":"\#(Self.gone)","name":"N","llm_config":{}"#, ""
            ),
        ] {
            let rejection = try await self.perform(name, data, envelope)
            #expect(rejection?.message.contains("inactive") == true, "\(name): \(rejection.debugDescription)")
        }
    }

    @Test("is no tier, where a user registers somebody: the platform gives those")
    func tier() async throws {
        for (tier, actor, isAllowed) in [
            ("enterprise", "user:\(Self.ada)", false), ("starter", "user:\(Self.ada)", true),
            ("enterprise", "system:test", true),
        ] {
            let id = UUIDText.format(self.ledger.makeID())
            let rejection = try await self.perform(
                "user.register", #""email":"\#(id)@example.org","subscription_tier":"\#(tier)""#, as: actor)
            #expect((rejection == nil) == isAllowed, "\(tier) by \(actor): \(rejection.debugDescription)")
        }
    }

    @Test("stops no owner's import from being judged as a command: a suspended organization takes no new work")
    func imported() async throws {
        #expect(
            try await self.perform(
                "membership.add", #""organization_id":"\#(acme)","user_id":"\#(Self.ada)","role":"owner""#) == nil)
        #expect(try await self.perform("organization.suspend", #""organization_id":"\#(acme)""#) == nil)
        let lines = ["user:\(Self.ada)", "system:import"].map {
            #"{"command":"workflow_execution.queue","actor":"\#($0)","data":{"workflow_id":"\#(flow)"}}"# + "\n"
        }
        let file = try self.scratch.write(lines.joined(), to: "lines.jsonl")
        let report = try await Importer(self.ledger).run([file]) { _ in }
        #expect(report.accepted == 1 && report.refused == 1)
    }
}
