import AgentLedger

/// The program of the README, with another folder. A house rule compares the two.
enum Readme {
    static func run(in folder: String) async throws {
        let ledger = try Ledger.create(at: folder)
        let (acme, triage) = (ledger.makeID(Organization.self), ledger.makeID(Workflow.self))
        try await ledger.execute(.organization(.create(acme, name: "Acme", slug: "acme")), as: .system("example"))
        try await ledger.execute(.workflow(.create(triage, in: acme, name: "Triage")), as: .system("example"))
        switch try await ledger.execute(.workflow(.rename(triage, name: "Inbox")), as: .system("example")) {
        case .accepted(let first, let last): print("recorded at positions \(first) to \(last)")
        case .unchanged: print("nothing to record: it has that name")
        case .refused(let rejection): print("refused: \(rejection)")
        }
        let reader = try LedgerReader(at: folder)
        print(try reader.query("SELECT name FROM workflows").rows)
        print(try reader.state(triage, at: .position(Position(2)))?.name ?? "none")
        for try await event in ledger.events() {
            guard let renamed = event.payload as? WorkflowRenamed else { continue }
            print("\(event.envelope.actor) called it \(renamed.name)")
            break
        }
    }
}
