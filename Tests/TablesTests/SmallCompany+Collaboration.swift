import LedgerDomain
import LedgerEvents
import Testing

/// What people and agents of the company make together.
extension SmallCompany {
    func collaboration(_ acme: OrganizationID, _ ada: UserID) async throws {
        let talk = try await self.conversation(acme, ada)
        let task = try await self.task(talk, ada)
        let step = try await self.project(talk)
        try await self.deliverable(task, step)
        try await self.document(acme)
    }

    private func conversation(_ acme: OrganizationID, _ ada: UserID) async throws -> ConversationID {
        let conversation = self.company.newID(Conversation.self)
        try await self.company.execute(
            .conversation(
                .start(
                    .with {
                        $0.id = conversation
                        $0.organization = acme
                        $0.user = ada
                        $0.agentName = "planner"
                        $0.agentType = "context"
                        $0.title = "The year in numbers"
                    })))
        let message = self.company.newID(ConversationMessage.self)
        try await self.company.execute(
            .conversationMessage(
                .record(
                    .with {
                        $0.id = message
                        $0.conversation = conversation
                        $0.user = ada
                        $0.content = "What comes first?"
                    })))
        return conversation
    }

    private func task(_ talk: ConversationID, _ ada: UserID) async throws -> TaskID {
        let task = self.company.newID(AgentTask.self)
        try await self.company.execute(
            .task(
                .create(
                    .with {
                        $0.id = task
                        $0.conversation = talk
                        $0.method = "process"
                        $0.prompt = "Summarize the year"
                    })))
        try await self.company.execute(
            .task(
                .assign(
                    .with {
                        $0.id = task
                        $0.user = ada
                    })))
        try await self.company.execute(.task(.start(.with { $0.id = task })))
        try await self.company.execute(
            .task(
                .requestApproval(
                    .with {
                        $0.id = task
                        $0.approver = ada
                    })))
        let comment = self.company.newID(TaskComment.self)
        try await self.company.execute(
            .taskComment(
                .record(
                    .with {
                        $0.id = comment
                        $0.task = task
                        $0.user = ada
                        $0.content = "It reads well"
                    })))
        return task
    }

    private func project(_ talk: ConversationID) async throws -> ProjectStepID {
        let project = self.company.newID(Project.self)
        try await self.company.execute(
            .project(
                .create(
                    .with {
                        $0.id = project
                        $0.conversation = talk
                        $0.name = "The year"
                    })))
        try await self.company.execute(
            .project(
                .changeStatus(
                    .with {
                        $0.id = project
                        $0.status = .inProgress
                    })))
        let step = self.company.newID(ProjectStep.self)
        try await self.company.execute(
            .projectStep(
                .add(
                    .with {
                        $0.id = step
                        $0.project = project
                        $0.name = "collect"
                        $0.stepType = "agent"
                        $0.title = "Collect the numbers"
                    })))
        try await self.company.execute(.projectStep(.start(.with { $0.id = step })))
        return step
    }

    private func deliverable(_ task: TaskID, _ step: ProjectStepID) async throws {
        let deliverable = self.company.newID(Deliverable.self)
        try await self.company.execute(
            .deliverable(
                .create(
                    .with {
                        $0.id = deliverable
                        $0.task = task
                        $0.projectStep = step
                        $0.title = "The year in numbers"
                        $0.type = "document"
                    })))
        for content in ["# Draft", "# The year"] {
            let version = self.company.newID(DeliverableVersion.self)
            try await self.company.execute(
                .deliverableVersion(
                    .add(
                        .with {
                            $0.id = version
                            $0.deliverable = deliverable
                            $0.content = content
                            $0.format = "markdown"
                            $0.task = task
                        })))
        }
    }

    private func document(_ acme: OrganizationID) async throws {
        let collection = self.company.newID(DocumentCollection.self)
        try await self.company.execute(
            .documentCollection(
                .create(
                    .with {
                        $0.id = collection
                        $0.organization = acme
                        $0.name = "handbook"
                        $0.embeddingModel = "embed-small"
                        $0.embeddingDimensions = 3
                    })))
        let document = self.company.newID(Document.self)
        try await self.company.execute(
            .document(
                .ingest(
                    .with {
                        $0.id = document
                        $0.collection = collection
                        $0.title = "Rules"
                        $0.contentType = "text/markdown"
                        $0.sizeBytes = 11
                    })))
        var chunk = DocumentChunk()
        chunk.document = document
        chunk.content = "No running."
        chunk.tokenCount = 3
        chunk.embedding = FloatVector([0.1, -0.25, 1e-20])
        chunk.id = ID(bits: chunk.newID(0))
        try await self.company.execute(.documentChunk(.record(chunk)))
    }
}
