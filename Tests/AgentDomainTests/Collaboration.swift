import LedgerDomain
import LedgerEvents
import Testing

/// What people and agents make together.
extension Scenario {
    func conversation(of user: UserID, with agent: AgentID, in organization: OrganizationID) -> ConversationID {
        let id = self.newID(Conversation.self)
        self.accept(
            .conversation(
                .start(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.user = user
                        $0.agent = agent
                    })), gives: "conversation.started")
        return id
    }

    func task(in conversation: ConversationID) -> TaskID {
        let id = self.newID(AgentTask.self)
        self.accept(
            .task(
                .create(
                    .with {
                        $0.id = id
                        $0.conversation = conversation
                        $0.method = "process"
                        $0.prompt = "Summarize the year"
                    })), gives: "task.created")
        return id
    }

    func project(
        in conversation: ConversationID, _ fill: (inout ProjectCreated) -> Void = { _ in }
    ) -> ProjectID {
        var created = ProjectCreated()
        created.id = self.newID()
        created.conversation = conversation
        fill(&created)
        self.accept(.project(.create(created)), gives: "project.created")
        return created.id
    }

    func status(_ status: Project.Status, of project: ProjectID) -> DomainCommand {
        .project(
            .changeStatus(
                .with {
                    $0.id = project
                    $0.status = status
                }))
    }

    func added(
        _ name: String, to project: ProjectID, _ fill: (inout ProjectStepAdded) -> Void = { _ in }
    ) -> ProjectStepAdded {
        var added = ProjectStepAdded()
        added.id = self.newID()
        added.project = project
        added.name = name
        added.stepType = "agent"
        added.title = "Step \(name)"
        fill(&added)
        return added
    }

    func step(_ name: String, of project: ProjectID, after dependencies: [String] = []) -> ProjectStepID {
        let added = self.added(name, to: project) { $0.dependencies = dependencies }
        self.accept(.projectStep(.add(added)), gives: "project_step.added")
        return added.id
    }

    func deliverable(of task: TaskID) -> DeliverableID {
        let id = self.newID(Deliverable.self)
        self.accept(
            .deliverable(
                .create(
                    .with {
                        $0.id = id
                        $0.task = task
                        $0.title = "Report"
                        $0.type = "document"
                    })), gives: "deliverable.created")
        return id
    }
}
