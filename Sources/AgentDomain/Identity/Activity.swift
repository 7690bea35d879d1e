import LedgerEvents

/// What a command does to an organization's work. The state of the organization decides which of these it allows.
package enum Activity: String, CaseIterable, Sendable {
    /// Starts something, or changes what there is.
    case work
    /// Ends or takes away something: a run, a membership, a trigger.
    case ending
    /// Reports a fact about work that is under way.
    case fact
    /// Settings of billing, and the state of the organization itself.
    case account
    /// Bills what was used.
    case invoicing
    /// Credits what was billed.
    case credit
    /// Gives back resources.
    case release
    /// The ledger's own records.
    case always

    /// In words, for the documentation.
    package var summary: String {
        switch self {
        case .work: "starts or changes something"
        case .ending: "ends or takes away something"
        case .fact: "reports a fact about work under way"
        case .account: "settings of billing, the state of the organization itself"
        case .invoicing: "bills what was used"
        case .credit: "credits what was billed"
        case .release: "gives back resources"
        case .always: "the ledger's own records"
        }
    }

    /// The commands that do something else than `work`.
    private static let commands: [(Activity, String)] = [
        (
            .ending,
            """
            agent.deactivate agent.fail agent.undeploy agent.unshare agent.delete agent_type.retire \
            marketplace_listing.unpublish marketplace_listing.fail workflow.pause workflow.archive workflow.delete \
            workflow_execution.pause workflow_execution.complete workflow_execution.fail workflow_execution.cancel \
            agent_execution.complete agent_execution.fail agent_execution.skip workflow_trigger.disable \
            workflow_trigger.remove workflow_node.disable workflow_node.remove integration.disconnect integration.fail \
            integration.remove membership.remove alert_rule.disable alert_rule.delete alert.resolve conversation.end \
            conversation.remove_participant task.complete task.fail task.time_out task.cancel project_step.complete \
            project_step.fail project_step.skip document.remove document_collection.remove
            """
        ),
        (
            .fact,
            """
            model_call.record tool_call.record log_line.record metric.record evaluation.record \
            workflow_execution.report_resource_usage agent.receive_heartbeat marketplace_listing.report_usage \
            usage_record.record alert.trigger task.report_progress task.evaluate
            """
        ),
        (
            .account,
            """
            organization.change_billing_details organization.change_payment_method organization.suspend \
            organization.reactivate organization.cancel organization.delete organization.revoke_api_key \
            organization.start_quota_period
            """
        ),
        (
            .invoicing,
            """
            usage_record.void invoice.draft invoice.add_line invoice.issue invoice.pay invoice.mark_overdue invoice.cancel
            """
        ),
        (.credit, "invoice.issue_credit_note"),
        (.release, "container_allocation.release workflow_execution.time_out"),
        (.always, "access_denial.record projection_rebuild.record export.record replay.record clock.tick"),
    ]

    private static let byName: [String: Activity] = {
        var activities: [String: Activity] = [:]
        for (activity, names) in Self.commands {
            for name in names.split(separator: " ") { activities[String(name)] = activity }
        }
        return activities
    }()

    /// All names that the table has; each is a command's.
    package static var listed: Set<String> { Set(Self.byName.keys) }

    private static let configured: Set<Substring> = [
        "organization", "user", "membership", "agent", "agent_type", "container_allocation", "marketplace_listing",
        "workflow",
        "workflow_node", "workflow_trigger", "integration", "alert_rule", "price", "model_alias", "retention_policy",
        "document_collection",
    ]

    /// Whether the command of this name sets something up, in which a secret is refused: what happens is masked.
    package static func isConfiguration(_ command: String) -> Bool {
        guard let dot = command.firstIndex(of: "."), self.configured.contains(command[..<dot]),
            command != "workflow_trigger.fire"
        else { return false }
        return self.of(command) == .work || command.hasPrefix("organization.change_")
    }

    /// What the command of this name does.
    package static func of(_ command: String) -> Activity { Self.byName[command] ?? .work }
}

/// The state of an organization, as far as it decides what may happen in it.
package enum OrganizationCondition: String, CaseIterable, Sendable {
    case active, suspended, cancelled, deleted

    package func allows(_ activity: Activity) -> Bool {
        switch (self, activity) {
        case (.active, _), (_, .always), (_, .release), (_, .credit): true
        case (.suspended, .work), (.cancelled, .work): false
        case (.suspended, _), (.cancelled, _): true
        case (.deleted, _): false
        }
    }
}
