import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerPlatforms
import Servers
import Testing

@Suite("The schema core_platform")
struct CorePlatformTests {
    @Test("answers the platform's four queries as the ledger's own tables do")
    func queries() async throws {
        let company = try SimulatedLedger(copyOf: try await SimulatedLedger.shared.value)
        let user = try await Self.addRecentTasks(to: company)
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        for name in ["ledger", "core_platform"] {
            let projection = try #require(Projections.named(name))
            _ = try PostgresExporter(conninfo).export(try company.snapshot(projection))
        }
        for (query, columns, own) in Self.queries {
            let asked = "SET search_path = core_platform; SELECT \(columns) FROM (\(query)) q"
                .replacing("$1", with: "'\(user)'")
            let answer = try TemporaryPostgres.ask(conninfo, asked)
            #expect(answer == (try TemporaryPostgres.ask(conninfo, own.replacing("$1", with: "'\(user)'"))), "\(query)")
            #expect(!answer.isEmpty, "\(query)")
        }
    }

    /// Tasks of these days that belong to projects by what their metadata say: of the user with most projects, who is
    /// returned.
    private static func addRecentTasks(to company: SimulatedLedger) async throws -> UserID {
        let counts = Dictionary(grouping: try Self.projects(of: company), by: \.user)
        let user = try #require(counts.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.key)
        let ledger = try Ledger.open(at: company.path)
        for (number, project) in (counts[user] ?? []).enumerated() {
            // One that is open, so that the user has an active conversation with messages too.
            var started = ConversationStarted()
            started.id = ConversationID(bits: ledger.makeID())
            started.organization = project.organization
            started.user = user
            started.agentName = "scribe"
            started.agentType = "context"
            started.title = "About project \(number)"
            try await ledger.accept(.conversation(.start(started)))
            var message = ConversationMessage()
            message.id = ConversationMessageID(bits: ledger.makeID())
            message.conversation = started.id
            message.role = .system
            message.content = "Be brief."
            try await ledger.accept(.conversationMessage(.record(message)))
            for attempt in 0...number % 3 {
                var task = TaskCreated()
                task.id = TaskID(bits: ledger.makeID())
                task.conversation = started.id
                task.method = "process"
                task.prompt = "Go on with it."
                task.priority = attempt
                task.metadata = JSONText(uncheckedCanonical: #"{"project_id":"\#(project.id)"}"#)
                try await ledger.accept(.task(.create(task)))
                if attempt == 0 { continue }
                var begun = TaskStarted()
                begun.id = task.id
                try await ledger.accept(.task(.start(begun)))
                if attempt == 1 { continue }
                var completed = TaskCompleted()
                completed.id = task.id
                try await ledger.accept(.task(.complete(completed)))
            }
        }
        return user
    }

    private static func projects(of company: SimulatedLedger) throws -> [Project] {
        var projects: [Project] = []
        let snapshot = try LedgerReader(at: company.path).snapshot(at: .end)
        try snapshot.views.forEach(Project.self) { _, loaded in projects.append(loaded.state) }
        return projects
    }

    /// The platform's query, what of it is compared, and the same question to the schema `ledger`.
    private static let queries = [
        (
            """
            SELECT c.*, COUNT(m.id) AS message_count FROM conversations c LEFT JOIN messages m ON c.id = m.conversation_id
            WHERE c.user_id = $1 AND c.status = 'active' GROUP BY c.id ORDER BY c.last_message_at DESC LIMIT 10
            """, "id, title, message_count, last_message_at",
            """
            SELECT id, title, message_count, coalesce(last_message_at, started_at) AS last_message_at
            FROM ledger.conversations WHERE user_id = $1 AND ended_at IS NULL ORDER BY 4 DESC LIMIT 10
            """
        ),
        (
            """
            SELECT t.*, c.title AS conversation_title FROM tasks t LEFT JOIN conversations c ON t.conversation_id = c.id
            WHERE t.user_id = $1 AND t.status IN ('pending', 'in_progress') ORDER BY t.priority, t.created_at
            """, "id, status, priority, prompt, conversation_title",
            """
            SELECT t.id, t.status, t.priority, t.prompt, c.title FROM ledger.tasks t
            LEFT JOIN ledger.conversations c ON c.id = t.agent_conversation_id
            WHERE t.user_id = $1 AND t.completed_at IS NULL ORDER BY t.priority, t.created_at
            """
        ),
        (
            """
            SELECT agent_name, COUNT(*) AS task_count, COUNT(CASE WHEN status = 'completed' THEN 1 END) AS completed_count
            FROM tasks WHERE created_at >= NOW() - INTERVAL '7 days' GROUP BY agent_name ORDER BY task_count DESC
            """, "agent_name, task_count, completed_count",
            """
            SELECT agent_name, count(*), sum((status = 'completed')::int) FROM ledger.tasks
            WHERE created_at >= now() - interval '7 days' GROUP BY agent_name ORDER BY 2 DESC
            """
        ),
        (
            """
            SELECT p.*, COUNT(t.id) AS total_tasks, COUNT(CASE WHEN t.status = 'completed' THEN 1 END) AS completed_tasks,
              COUNT(d.id) AS deliverable_count
            FROM projects p LEFT JOIN tasks t ON p.id = (t.metadata->>'project_id')::UUID
            LEFT JOIN deliverables d ON p.id = d.project_id WHERE p.user_id = $1 GROUP BY p.id ORDER BY p.created_at DESC
            """, "id, name, total_tasks, completed_tasks, deliverable_count",
            // The join counts each task once for each deliverable, and the other way round.
            """
            SELECT p.id, p.name, t.tasks * greatest(d.made, 1), t.completed * greatest(d.made, 1),
              d.made * greatest(t.tasks, 1)
            FROM ledger.projects p
            CROSS JOIN LATERAL (SELECT count(*) AS tasks, count(*) FILTER (WHERE status = 'completed') AS completed
              FROM ledger.tasks WHERE metadata->>'project_id' = p.id::text) t
            CROSS JOIN LATERAL (SELECT count(*) AS made FROM ledger.deliverables WHERE project_id = p.id) d
            WHERE p.user_id = $1 ORDER BY p.created_at DESC
            """
        ),
    ]

    @Test("calls a task that took too long failed, with the error code timeout")
    func taskStates() async throws {
        let projection = try #require(Projections.named("core_platform"))
        let conninfo = try await ExportedSchemas.shared.database(with: "core_platform")
        let states = try await SimulatedLedger.shared.value.snapshot(projection)
        var wanted: [String: Int] = [:]
        try states.views.forEach(AgentTask.self) { _, loaded in
            let status =
                switch loaded.state.status {
                case .pending: "pending"
                case .inProgress: "in_progress"
                case .completed: "completed"
                case .failed, .timeout: "failed"
                case .cancelled: "cancelled"
                }
            wanted["\(status)|\(loaded.state.status == .timeout)", default: 0] += 1
        }
        let answer = try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT status, CASE coalesce(error_code, '') WHEN 'timeout' THEN 'true' ELSE 'false' END, count(*)
            FROM core_platform.tasks GROUP BY 1, 2
            """)
        #expect(Set(answer.split(separator: "\n").map(String.init)) == Set(wanted.map { "\($0.key)|\($0.value)" }))
        #expect(wanted["failed|true"] != nil)
    }
}

extension Ledger {
    /// Executes a command that must be taken, now.
    fileprivate func accept(_ command: DomainCommand) async throws {
        let request = CommandRequest(command, actor: .system("test"), occurredAt: self.now())
        guard case .accepted = try await self.execute(request) else {
            Issue.record("\(request.name) was not accepted")
            return
        }
    }
}
