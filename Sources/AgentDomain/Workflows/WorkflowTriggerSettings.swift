import LedgerEvents

/// What a trigger waits for.
public enum WorkflowTriggerType: String, Enumeration {
    case schedule, webhook, event, manual

    @usableFromInline package static var defaultValue: WorkflowTriggerType { .manual }

    /// What a run says of its origin.
    var origin: WorkflowExecution.Trigger {
        switch self {
        case .schedule: .schedule
        case .webhook: .webhook
        case .event: .internal
        case .manual: .manual
        }
    }
}

/// When a trigger fires, and how many runs it may keep going. Stands among the fields of what has it, from number 20 on.
public struct WorkflowTriggerSettings: Record, Equatable {
    /// Five cron fields, in UTC.
    public var scheduleCron: String?
    public var webhookURL: String?
    /// Where the secret lies that signs a webhook's calls: `vault:…`, never the secret.
    public var webhookSecretReference: String?
    public var eventType: String?
    public var eventSource: String?
    /// What an event has to hold: members of its data and their values.
    public var eventFilter = JSONText.emptyObject
    /// Of its runs that have not ended, queued ones included. Nil in a command means 1.
    public var maxConcurrentExecutions: Int?

    static let defaultConcurrentExecutions = 1

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(20, "schedule_cron", &self.scheduleCron)
        try v.field(21, "webhook_url", &self.webhookURL)
        try v.field(22, "webhook_secret_reference", &self.webhookSecretReference)
        try v.field(23, "event_type", &self.eventType)
        try v.field(24, "event_source", &self.eventSource)
        try v.field(25, "event_filter", &self.eventFilter)
        try v.field(26, "max_concurrent_executions", &self.maxConcurrentExecutions)
    }

    /// Checks the rules of a type and fills in what a command may leave out.
    mutating func settle(for type: WorkflowTriggerType) throws(Rejection) {
        try self.requireOnlyWhat(type)
        switch type {
        case .schedule:
            guard let cron = self.scheduleCron else {
                throw .invalid("schedule_cron", "must say when, such as 0 8 * * 1-5")
            }
            _ = try CronExpression(cron, field: "schedule_cron")
        case .webhook:
            guard let url = self.webhookURL else {
                throw .invalid("webhook_url", "must say where the webhook is called")
            }
            try Require.url(url, "webhook_url")
            try Require.noSecret(url, "webhook_url")
            if let secret = self.webhookSecretReference {
                try Require.secretReference(secret, "webhook_secret_reference")
            }
        case .event:
            guard let event = self.eventType else {
                throw .invalid("event_type", "must name the events that it waits for")
            }
            try Require.name(event, "event_type")
            try Require.name(self.eventSource, "event_source")
            try Require.object(self.eventFilter, "event_filter")
            try Require.noSecrets(in: self.eventFilter, "event_filter")
        case .manual: break
        }
        let limit = self.maxConcurrentExecutions ?? Self.defaultConcurrentExecutions
        guard (1...Int(Int32.max)).contains(limit) else {
            throw .invalid("max_concurrent_executions", "is \(limit); it must be 1 to \(Int32.max)")
        }
        self.maxConcurrentExecutions = limit
    }

    private func requireOnlyWhat(_ type: WorkflowTriggerType) throws(Rejection) {
        let given: [(String, WorkflowTriggerType, Bool)] = [
            ("schedule_cron", .schedule, self.scheduleCron != nil),
            ("webhook_url", .webhook, self.webhookURL != nil),
            ("webhook_secret_reference", .webhook, self.webhookSecretReference != nil),
            ("event_type", .event, self.eventType != nil),
            ("event_source", .event, self.eventSource != nil),
            ("event_filter", .event, self.eventFilter != .emptyObject),
        ]
        for (field, owner, isGiven) in given where isGiven && owner != type {
            throw .invalid(field, "belongs to \(owner.rawValue) triggers, not to \(type.rawValue)")
        }
    }
}
