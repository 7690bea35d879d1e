import LedgerDomain
import LedgerEvents
import LedgerTables

/// Triggers and agents with a schedule, by when they are due next: a consumer takes those whose score is not later than
/// its clock. What is due next is judged at the position's time, not by the clock: a job would be gone when it is due.
enum ScheduledJobsKey {
    private static let name = "queue:scheduled_jobs"

    static let keys = Keys(
        Self.name, .sortedSet,
        description: "workflow_trigger:ID and agent:ID, scored by the second (since 1970) at which they are due next."
    ) { snapshot, span, body in
        let changedAfter = span.changedAfter
        let (now, before) = try (snapshot.time(of: snapshot.at), snapshot.time(of: changedAfter))
        guard let now else { return }
        /// - Parameter due: when the thing is due next after a moment; nil while it is not scheduled.
        func hand(over member: String, hasChanged: Bool, due: (Instant) -> Instant?) throws {
            let next = due(now)
            if let before, !hasChanged, due(before) == next { return }
            if let next {
                try body(.member(key: Self.name, member, score: Double(next.microseconds / 1_000_000)))
            } else if before != nil {
                try body(.removedMember(key: Self.name, member))
            }
        }
        try snapshot.views.forEach(WorkflowTrigger.self) { id, loaded in
            let workflow = try snapshot.views.look(loaded.state.workflow)
            let isLive = workflow?.state.status == .active && workflow?.state.deletedAt == nil
            try hand(
                over: id.tag.description,
                hasChanged: max(loaded.changedAt, workflow?.changedAt ?? .start) > changedAfter
            ) { isLive ? loaded.state.nextFiring(after: $0) : nil }
        }
        try snapshot.views.forEach(Agent.self) { id, loaded in
            try hand(over: id.tag.description, hasChanged: loaded.changedAt > changedAfter) {
                loaded.state.nextScheduledRun(after: $0)
            }
        }
    }
}
