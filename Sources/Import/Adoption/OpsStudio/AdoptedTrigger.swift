import LedgerDomain
import LedgerEvents

/// `workflow_triggers`.
enum AdoptedTrigger {
    static let addition = Adoption.Stage("workflow_triggers", orderedBy: "created_at, id") { row, writer in
        let id: WorkflowTriggerID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let known = try writer.states.find(id)
        let (type, settings) = try Self.settings(row, known)
        let isEnabled = row.text("enabled") != "f"
        let updated = try row.instant("updated_at") ?? created
        if let known {
            writer.recognize(id)
            if known.removedAt != nil { return }
            try writer.then(
                .workflowTrigger(
                    .change(
                        .with {
                            $0.id = id
                            $0.settings = settings
                        })), at: updated)
            if isEnabled { try writer.then(.workflowTrigger(.enable(.with { $0.id = id })), at: updated) }
        } else {
            let workflow: WorkflowID = try row.requiredID("workflow_id")
            guard try writer.take(WorkflowTrigger.alias(of: type, in: workflow), for: id) else {
                return try row.keepWhole("trigger_type", "the workflow has another trigger of the type; kept in extra")
            }
            try writer.record(
                .workflowTrigger(
                    .add(
                        .with {
                            $0.id = id
                            $0.workflow = workflow
                            $0.triggerType = type
                            $0.settings = settings
                        })), at: created)
        }
        if !isEnabled { try writer.then(.workflowTrigger(.disable(.with { $0.id = id })), at: updated) }
    }

    /// What belongs to other types than the row's is kept beside it; one that could not work waits to be fired by hand.
    private static func settings(
        _ row: SourceRow, _ known: WorkflowTrigger?
    ) throws -> (WorkflowTriggerType, WorkflowTriggerSettings) {
        let type: WorkflowTriggerType =
            try known?.triggerType ?? row.word("trigger_type", else: ["cron": .schedule, "api": .webhook]) ?? .manual
        var settings = WorkflowTriggerSettings()
        settings.maxConcurrentExecutions = try row.integer("max_concurrent_executions", in: 1...Int(Int32.max))
        switch type {
        case .schedule: settings.scheduleCron = row.text("schedule_cron")
        case .webhook:
            settings.webhookURL = try row.url("webhook_url")
            if let secret = row.text("webhook_secret") {
                if Accepted.secretReference(secret) {
                    settings.webhookSecretReference = secret
                } else {
                    row.lose("webhook_secret", "a secret in the clear; the webhook gets another")
                }
            }
        case .event:
            settings.eventType = try row.name("event_type")
            settings.eventSource = try row.name("event_source")
            settings.eventFilter = try row.configuration("event_filter")
        case .manual: break
        }
        if Accepted.settings(settings, of: type) { return (type, settings) }
        try row.change("trigger_type", "a trigger that lacks what its type needs is fired by hand")
        var manual = WorkflowTriggerSettings()
        manual.maxConcurrentExecutions = settings.maxConcurrentExecutions
        for column in ["schedule_cron", "webhook_url", "event_type", "event_source", "event_filter"]
        where row.row[column] != nil { row.keep(column) }
        return (.manual, manual)
    }

    static let losses = [
        Loss("workflow_triggers", "updated_at", "it comes back where the trigger was disabled then")
    ]
}

/// `integrations`. Their credentials stay where they are, sealed or not; the ledger notes where that is.
enum AdoptedIntegration {
    static let connection = Adoption.Stage("integrations", orderedBy: "created_at, id") { row, writer in
        let id: IntegrationID = try row.requiredID("id")
        let created = try row.creation(else: "connected_at", "updated_at")
        let connected = try row.instant("connected_at") ?? created
        let updated = try row.instant("updated_at") ?? created
        let known = try writer.states.find(id)
        let organization: OrganizationID = try row.requiredID("organization_id")
        let name = try row.name("name")
        let config = try row.configuration("config")
        let status: Integration.Status =
            try row.word("status", else: ["active": .connected, "inactive": .disconnected]) ?? .connected
        let connect = DomainCommand.integration(
            .connect(
                try .with {
                    $0.id = id
                    $0.organization = organization
                    $0.integrationType = try Self.type(row, id, in: organization, writer)
                    $0.name = name
                    $0.config = config
                    $0.credentials = try Self.credentials(row, id)
                }))
        if let known {
            writer.recognize(id)
            if known.removedAt != nil { return }
            try writer.then(
                .integration(
                    .reconfigure(
                        .with {
                            $0.id = id
                            $0.name = name
                            $0.config = config
                        })), at: updated)
            if status == .connected && known.status != .connected || status == .error && known.status == .disconnected {
                try writer.then(connect, at: updated)
            }
        } else {
            try writer.record(connect, at: created)
            if connected != created {
                try writer.then(.integration(.disconnect(.with { $0.id = id })), at: connected)
                try writer.then(connect, at: connected)
            }
        }
        if let used = try row.instant("last_used_at"), known == nil || known?.status == .connected {
            try writer.then(.integration(.use(.with { $0.id = id })), at: used)
        }
        switch status {
        case .connected: break
        case .disconnected: try writer.then(.integration(.disconnect(.with { $0.id = id })), at: updated)
        case .error: try writer.then(.integration(.fail(.with { $0.id = id })), at: updated)
        }
    }

    /// Lower-case letters, digits, dashes and underscores; one of each type in an organization.
    private static func type(
        _ row: SourceRow, _ id: IntegrationID, in organization: OrganizationID, _ writer: AdoptionWriter
    ) throws -> String {
        let text = try row.name("integration_type") ?? ""
        var type = text.trimmed.lowercased().replacing(/[^a-z0-9_-]/, with: "-")
        if type.isEmpty { type = "unknown" }
        type = String(type.prefix(60))
        let isFree = try writer.take(Integration.alias(of: type, in: organization), for: id)
        if !isFree {
            type += "-\(id)"
            _ = try writer.take(Integration.alias(of: type, in: organization), for: id)
        }
        if !isFree {
            try row.change("integration_type", "another has the type; the id was put behind it")
        } else if type != text {
            try row.change("integration_type", "a type made to fit")
        }
        return type
    }

    private static func credentials(_ row: SourceRow, _ id: IntegrationID) throws -> String {
        let credentials = try row.object("credentials")
        if let sealed = credentials.text("reference") ?? credentials.text("ciphertext"), Accepted.sealedSecret(sealed) {
            return sealed
        }
        row.lose("credentials", "credentials stay where they are; the ledger notes where")
        return "ref:ops_studio/integrations/\(id)"
    }

    static let losses = [
        Loss("integrations", "updated_at", "it comes back where the integration was used, disconnected or failed then")
    ]
}
