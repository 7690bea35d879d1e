/// Users talk with agents, give them tasks, run projects. What ends a thing comes last, when all that happened in it
/// stands. The platform has no foreign keys: what rows name and what is not there is made up first.
enum CorePlatformAdoption {
    static let adoption = Adoption(
        name: "core_platform",
        tables: [
            "users", "agent_conversations", "tasks", "projects", "project_steps", "deliverables",
            "deliverable_versions",
        ],
        stages: [
            AdoptedCoreUser.organizations, AdoptedCoreUser.registration, AdoptedCoreUser.missing,
            AdoptedCoreAgent.creation, AdoptedConversation.start, AdoptedConversation.missing,
            AdoptedConversation.messages, AdoptedProject.creation, AdoptedProject.missing,
            AdoptedProject.beginning,
            AdoptedProjectStep.addition, AdoptedProjectStep.run, AdoptedTask.course, AdoptedDeliverable.creation,
            AdoptedDeliverable.missing, AdoptedDeliverable.versions, AdoptedDeliverable.choice, AdoptedProject.end,
            AdoptedConversation.end, AdoptedCoreAgent.end, AdoptedCoreUser.end,
        ],
        readElsewhere: [
            "users": ["status"], "agents": ["status"],
            "agent_conversations": ["ended_at", "primary_work_product_type", "primary_work_product_id"],
            "projects": ["status", "error_details"],
            "project_steps": ["status", "started_at", "completed_at", "result", "error_details"],
            "deliverable_versions": ["is_current_version"],
        ],
        losses: AdoptedCoreUser.losses + AdoptedCoreAgent.losses + AdoptedConversation.losses + AdoptedProject.losses
            + AdoptedProjectStep.losses + AdoptedTask.losses + AdoptedDeliverable.losses)
}
