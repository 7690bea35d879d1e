/// Users talk with agents, give them tasks, run projects. What ends a thing comes last, when all that happened in it
/// stands.
enum CorePlatformAdoption {
    static let adoption = Adoption(
        name: "core_platform",
        tables: [
            "users", "agent_conversations", "tasks", "projects", "project_steps", "deliverables",
            "deliverable_versions",
        ],
        stages: [
            AdoptedCoreUser.organizations, AdoptedCoreUser.registration, AdoptedCoreAgent.creation,
            AdoptedConversation.start, AdoptedConversation.messages, AdoptedProject.creation, AdoptedProject.beginning,
            AdoptedProjectStep.addition, AdoptedProjectStep.run, AdoptedTask.course, AdoptedDeliverable.creation,
            AdoptedDeliverable.versions, AdoptedDeliverable.choice, AdoptedProject.end, AdoptedConversation.end,
            AdoptedCoreAgent.end, AdoptedCoreUser.end,
        ],
        losses: AdoptedCoreUser.losses + AdoptedCoreAgent.losses + AdoptedConversation.losses + AdoptedProject.losses
            + AdoptedProjectStep.losses + AdoptedTask.losses + AdoptedDeliverable.losses)
}
