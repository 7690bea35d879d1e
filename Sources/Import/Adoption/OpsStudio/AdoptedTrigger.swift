import AgentDomain
import EventSourcing

/// `workflow_triggers`.
enum AdoptedTrigger {
    static let addition = Adoption.Stage("workflow_triggers", orderedBy: "created_at, id") { row, writer in
        let id: WorkflowTriggerID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let known = try writer.states.find(id)
        try writer.record(
            .workflowTrigger(
                .add(
                    try .with {
                        $0.id = id
                        $0.workflow = try row.requiredID("workflow_id")
                        $0.triggerType = try row.word("trigger_type") ?? .manual
                        $0.settings.scheduleCron = row.text("schedule_cron")
                        $0.settings.webhookURL = row.text("webhook_url")
                        $0.settings.webhookSecretReference = row.text("webhook_secret")
                        $0.settings.eventType = row.text("event_type")
                        $0.settings.eventSource = row.text("event_source")
                        $0.settings.eventFilter = try row.object("event_filter")
                        $0.settings.maxConcurrentExecutions = try row.integer("max_concurrent_executions")
                    })), at: created)
        guard known == nil, row.text("enabled") == "f" else { return }
        try writer.then(
            .workflowTrigger(.disable(.with { $0.id = id })), at: try row.instant("updated_at") ?? created)
    }

    static let losses = [
        Loss("workflow_triggers", "updated_at", "it comes back where the trigger was disabled then")
    ]
}

/// `integrations`. Their credentials stay where they are, sealed or not; the ledger notes where that is.
enum AdoptedIntegration {
    static let connection = Adoption.Stage("integrations", orderedBy: "created_at, id") { row, writer in
        let id: IntegrationID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let connected = try row.instant("connected_at") ?? created
        let updated = try row.instant("updated_at") ?? created
        let known = try writer.states.find(id)
        let connect = DomainCommand.integration(
            .connect(
                try .with {
                    $0.id = id
                    $0.organization = try row.requiredID("organization_id")
                    $0.integrationType = try row.required("integration_type")
                    $0.name = row.text("name")
                    $0.config = try row.object("config")
                    let credentials = try row.object("credentials")
                    $0.credentials =
                        credentials.text("reference") ?? credentials.text("ciphertext")
                        ?? "ref:ops_studio/integrations/\(id)"
                }))
        guard known == nil else { return }
        try writer.record(connect, at: created)
        if connected != created {
            try writer.then(.integration(.disconnect(.with { $0.id = id })), at: connected)
            try writer.then(connect, at: connected)
        }
        if let used = try row.instant("last_used_at") {
            try writer.then(.integration(.use(.with { $0.id = id })), at: used)
        }
        switch try row.word("status") ?? Integration.Status.connected {
        case .connected: break
        case .disconnected: try writer.then(.integration(.disconnect(.with { $0.id = id })), at: updated)
        case .error: try writer.then(.integration(.fail(.with { $0.id = id })), at: updated)
        }
    }

    static let losses = [
        Loss("integrations", "updated_at", "it comes back where the integration was used, disconnected or failed then")
    ]
}
