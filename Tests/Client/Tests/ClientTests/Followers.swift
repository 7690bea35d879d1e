import AgentLedger
import Testing

/// Follows events from the main actor and from an actor.
enum Followers {
    static func run(_ ledger: Ledger, workflow: ID<Workflow>) async throws {
        let list = NameList()
        let following = Task { try await list.follow(ledger, workflow) }
        let counter = Counter()
        let counting = Task { try await counter.follow(ledger) }
        let names = ["Inbox", "Inbox of today"]
        for name in names { try await ledger.execute(.workflow(.rename(workflow, name: name)), as: .system("example")) }
        try await following.value
        let followed = await list.names
        #expect(followed.suffix(2) == names[...])
        // Everything that was recorded so far, and then nothing more: the loop ends when its task is cancelled.
        while await counter.count < 8 { try await Task.sleep(for: .milliseconds(1)) }
        counting.cancel()
        try await counting.value
    }
}

@MainActor
final class NameList {
    private(set) var names: [String] = []

    func follow(_ ledger: Ledger, _ workflow: ID<Workflow>) async throws {
        let query = EventQuery(tags: [EventTag(kind: "workflow", id: workflow.bits)])
        for try await event in ledger.events(matching: query) {
            guard let renamed = event.payload as? WorkflowRenamed else { continue }
            self.names.append(renamed.name)
            if renamed.name == "Inbox of today" { return }
        }
    }
}

actor Counter {
    private(set) var count = 0

    func follow(_ ledger: Ledger) async throws {
        for try await event in ledger.events() {
            self.count += 1
            #expect(event.envelope.position == Position(UInt64(self.count)))
        }
    }
}
