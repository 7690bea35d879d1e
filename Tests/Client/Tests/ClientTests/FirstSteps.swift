import AgentLedger
import Testing

/// The program of the README, and commands by value and as JSON.
enum FirstSteps {
    struct Result {
        let organization: ID<Organization>
        let workflow: ID<Workflow>
        /// The last position before the workflow was renamed.
        let before: Position
    }

    static func run(_ ledger: Ledger) async throws -> Result {
        let acme = ledger.makeID(Organization.self)
        let triage = ledger.makeID(Workflow.self)
        let ann = ledger.makeID(User.self)
        try await accept(ledger, .organization(.create(acme, name: "Acme", slug: "acme")), as: .system("example"))
        try await accept(
            ledger, .user(.register(ann, email: "ann@acme.example", givenName: "Ann")), as: .system("example"))
        try await accept(
            ledger, .membership(.add(ledger.makeID(Membership.self), in: acme, user: ann, role: .owner)),
            as: .system("example"))
        let created = try await accept(
            ledger, .workflow(.create(triage, in: acme, name: "Triage")), as: .user(ann))
        let outcomes = try await ledger.execute(
            [.workflow(.activate(triage)), .workflow(.rename(triage, name: "Triage of tickets"))], as: .user(ann))
        #expect(outcomes.count == 2)
        guard
            case .refused(let rejection) = try await ledger.execute(
                .workflow(.activate(triage)), as: .user(acmeStranger))
        else {
            Issue.record("a stranger may activate a workflow")
            return Result(organization: acme, workflow: triage, before: created)
        }
        #expect(rejection.reason == .notAuthorized)
        let json = Array(#"{"command":"workflow.pause","data":{"workflow_id":"\#(triage)"}}"#.utf8)
        guard case .accepted = try await ledger.execute(json: json, as: .user(ann)) else {
            Issue.record("JSON was not accepted")
            return Result(organization: acme, workflow: triage, before: created)
        }
        let state = try await ledger.state(triage)
        #expect(state?.name == "Triage of tickets")
        return Result(organization: acme, workflow: triage, before: created)
    }

    private static let acmeStranger = ID<User>(bits: 7)

    /// Executes a command, and returns the position of its last event.
    @discardableResult
    static func accept(_ ledger: Ledger, _ command: LedgerCommand, as actor: Principal) async throws -> Position {
        switch try await ledger.execute(command, as: actor) {
        case .accepted(_, let last): return last
        case .unchanged: throw Unexpected(description: "\(command.name) changed nothing")
        case .refused(let rejection): throw Unexpected(description: "\(command.name): \(rejection)")
        }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
}
