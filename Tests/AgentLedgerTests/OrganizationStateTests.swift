import Foundation
import LedgerDomain
import LedgerEvents
import LedgerSimulation
import Seeded
import Testing

@testable import AgentLedger

@Suite("The states of an organization")
struct OrganizationStateTests {
    @Test("the table in the documentation is the rule")
    func documented() throws {
        let page = KeptFile("docs/organization-states.md")
        try page.regenerate(OrganizationStatePage.text)
        #expect(try page.difference(from: OrganizationStatePage.text) == nil, "\(KeptFile.advice)")
    }

    @Test("every activity in the table is that of a command, and policies give commands that there are")
    func named() {
        let names = Set(DomainCommand.cases.map(\.name))
        #expect(Activity.listed.subtracting(names) == [])
        for policy in PolicyCatalog.policies { #expect(Set(policy.gives).subtracting(names) == [], "\(policy.name)") }
    }

    /// The commands that bring an organization into a state.
    private static func commands(
        to condition: OrganizationCondition, _ id: OrganizationID, _ instant: Instant
    ) -> [CommandRequest] {
        func request(_ command: OrganizationCommand) -> CommandRequest {
            CommandRequest(.organization(command), actor: .system("test"), occurredAt: instant)
        }
        var (suspended, cancelled, deleted) = (OrganizationSuspended(), OrganizationCancelled(), OrganizationDeleted())
        (suspended.id, cancelled.id, deleted.id) = (id, id, id)
        let all = [
            request(.suspend(suspended)), request(.cancel(cancelled)),
            request(.delete(deleted)),
        ]
        return switch condition {
        case .active: []
        case .suspended: Array(all.prefix(1))
        case .cancelled: Array(all.prefix(2))
        case .deleted: all
        }
    }

    @Test("every command that a company gives is allowed or refused in each of them as the table says")
    func matrix() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        var judged: [String: Int] = [:]
        for request in try EverythingOnce.requests(of: CompanySimulation(seed: 1, until: .executions(1400))) {
            let activity = Activity.of(request.name)
            if judged[request.name, default: 0] < 2, let organization = try await ledger.organization(of: request),
                !["organization.create", "organization.delete"].contains(request.name),
                try await ledger.judge([request]) == nil
            {
                for condition in OrganizationCondition.allCases {
                    for isReport in [false, true] {
                        var request = request
                        request.isReport = isReport
                        let stop = Self.commands(to: condition, organization, request.occurredAt)
                        let rejection = try await ledger.judge(stop + [request])
                        if condition.allows(activity) {
                            // Other rules may still refuse it.
                            let isState = rejection?.message.contains("does not allow") ?? false
                            #expect(!isState, "\(request.name) in \(condition): \(rejection.debugDescription)")
                        } else if !isReport || condition == .deleted {
                            #expect(rejection != nil, "\(request.name) in \(condition)")
                        }
                    }
                }
                judged[request.name, default: 0] += 1
            }
            _ = try await ledger.execute(request)
        }
        #expect(judged.count > 130, "\(judged.count)")
    }

    @Test("an import may report what happened in a suspended organization, and nothing of a deleted one")
    func reports() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        try await ledger.prepareRun()
        var request = try ledger.request(
            #"{"command":"workflow_execution.queue","data":{"workflow_id":"\#(flow)"}}"#)
        for (verb, isAllowed) in [("suspend", true), ("cancel", true), ("delete", false)] {
            _ = try await ledger.perform(
                #"{"command":"organization.\#(verb)","data":{"organization_id":"\#(acme)"}}"#)
            request.isReport = false
            #expect(try await ledger.judge([request]) != nil)
            request.isReport = true
            #expect((try await ledger.judge([request]) == nil) == isAllowed, "\(verb)")
        }
    }
}
