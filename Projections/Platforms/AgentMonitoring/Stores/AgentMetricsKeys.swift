import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

/// What an agent said of itself last, and how its last execution ended.
enum AgentMetricsKeys {
    static let keys = Keys(
        "agent:{id}:metrics", .hash,
        description: "What the last heartbeat said (cpu, memory, …), and last_execution_time, _status and _duration_ms."
    ) { snapshot, span, body in
        let changedAfter = span.changedAfter
        try snapshot.views.forEach(Agent.self) { id, loaded in
            let activity = try snapshot.views.look(ID<AgentActivity>(bits: id.bits))
            guard max(loaded.changedAt, activity?.changedAt ?? .start) > changedAfter else { return }
            let key = "agent:\(id):metrics"
            let fields = loaded.state.deletedAt == nil ? try Self.fields(of: loaded.state, activity?.state) : []
            if !fields.isEmpty {
                try body(.hash(key: key, fields))
            } else if changedAfter > .start {
                try body(.removedKey(key))
            }
        }
    }

    /// Sorted by name. What is ours goes before what a heartbeat calls by the same name.
    private static func fields(of agent: Agent, _ activity: AgentActivity?) throws -> [KeyField] {
        var fields = try agent.heartbeatMetrics.members()
        fields["last_heartbeat"] = agent.lastHeartbeatAt?.description ?? fields["last_heartbeat"]
        if let activity, let endedAt = activity.endedAt {
            fields["last_execution_time"] = endedAt.description
            fields["last_execution_status"] = activity.status
            fields["last_execution_duration_ms"] = activity.durationMilliseconds.map { String($0) }
        }
        return fields.sorted { $0.key < $1.key }.map { KeyField($0.key, $0.value) }
    }
}

extension JSONText {
    /// The members of an object: strings as they are, nulls left out, all else as JSON.
    fileprivate func members() throws -> [String: String] {
        var members: [String: String] = [:]
        try self.reading { json in
            try json.object { json, key in
                let name = key.string
                switch try json.kind() {
                case .string: members[name] = try json.string()
                case .null: try json.skip()
                case .object, .array, .number, .bool: members[name] = String(decoding: try json.raw(), as: UTF8.self)
                }
            }
        }
        return members
    }
}
