import LedgerEvents

extension DecisionContext {
    /// What an actor is to what belongs there. Looks at the membership, the account or the key, and guards the append
    /// against their end: who is removed while asking is refused.
    package func findStanding(of actor: Principal, towards thing: Belonging) -> Standing {
        if actor.isSystem { return Standing(isTrusted: true) }
        var standing = Standing()
        guard let id = actor.user.map({ UserID(bits: $0) }) else {
            if let organization = thing.organization, self.holdsKey(actor, of: organization) {
                standing.relation = .member(OrganizationAPIKey.role)
            }
            return standing
        }
        self.guardAgainst(
            EventQuery.Item(
                types: [UserDeactivated.type, UserDeleted.type, UserPlatformRolesChanged.type], tags: [id.tag]))
        let known = self.peek(id)
        standing.isNewcomer = known == nil && thing.organization == nil && thing.person == id
        guard let user = known, user.deletedAt == nil, user.status == .active else { return standing }
        standing.isActive = true
        standing.isPlatform = user.platformRoles.contains(User.platformAdministrator)
        if let organization = thing.organization {
            if let role = self.role(of: id, in: organization) { standing.relation = .member(role) }
        } else if let person = thing.person {
            standing.relation = person == id ? .oneself : .stranger
        } else {
            standing.relation = .nobodys
        }
        return standing
    }

    /// Who founds an organization owns it until it has an owner.
    func role(of user: UserID, in organization: OrganizationID) -> Role? {
        if let place = self.holder(of: Membership.alias(of: user, in: organization), as: Membership.self) {
            return self.find(place)?.role
        }
        guard self.peek(organization)?.createdBy == user,
            self.members(of: Membership.owners(of: organization), as: Membership.self).isEmpty
        else { return nil }
        return .owner
    }

    func holdsKey(_ actor: Principal, of organization: OrganizationID) -> Bool {
        guard let key = actor.tag.id.map({ APIKeyID(bits: $0) }) else { return false }
        self.guardAgainst(EventQuery.Item(types: [OrganizationAPIKeyRevoked.type], tags: [organization.tag]))
        return self.peek(organization)?.apiKeys.contains { $0.id == key && $0.revokedAt == nil } ?? false
    }

    /// Says who asked, what they are, what it takes, and who could do it.
    package func refusal(
        of command: String, asking permission: Permission, by actor: Principal, _ standing: Standing,
        towards thing: Belonging
    ) -> Rejection {
        Rejection(
            .notAuthorized,
            "\(self.describe(actor, standing, thing, permission)); \(command) \(self.describe(permission, thing))")
    }

    private func describe(
        _ actor: Principal, _ standing: Standing, _ thing: Belonging, _ permission: Permission
    ) -> String {
        if let user = actor.user.map({ UserID(bits: $0) }) {
            guard let state = self.peek(user) else { return "there is no user \(user)" }
            if state.deletedAt != nil { return "user \(user) is deleted" }
            if state.status == .inactive { return "user \(user) is inactive" }
        }
        if permission == .anyone { return "\(actor) is a key, which acts in its organization alone" }
        switch (thing.organization, thing.person, standing.role) {
        case (let organization?, _, let role?):
            let kind = actor.user == nil ? "\(actor), a key," : "\(actor)"
            return "\(kind) has the role \(role.rawValue) in organization \(organization)"
        case (let organization?, _, nil):
            let kind = actor.user == nil ? "no live key" : "no member"
            return "\(actor) is \(kind) of organization \(organization)"
        case (nil, let person?, _): return "\(actor) is not user \(person)"
        case (nil, nil, _): return "\(actor) has no platform role \(User.platformAdministrator)"
        }
    }

    private func describe(_ permission: Permission, _ thing: Belonging) -> String {
        switch (permission, thing.organization, thing.person) {
        case (.anyone, _, _): return "is for active users, and for whoever registers themselves"
        case (.role(let needed), let organization?, _):
            let roles = Role.allCases.filter { $0 >= needed }.map(\.rawValue).joined(separator: " or ")
            return "needs the role \(roles) there\(self.owners(of: organization))"
        case (.role, nil, let person?), (.oneself, _, let person?): return "is for user \(person) alone"
        case (.oneself, _, nil): return "is for the user whom it is about alone"
        case (.role, nil, nil), (.platform, _, _):
            return "needs a user with the platform role \(User.platformAdministrator), or a system: actor"
        }
    }

    /// The first of those who may do everything.
    private func owners(of organization: OrganizationID) -> String {
        let owners = self.members(of: Membership.owners(of: organization), as: Membership.self).prefix(3)
            .compactMap { self.peek($0)?.user.tag.description }
        return owners.isEmpty ? "" : "; ask an owner: \(owners.joined(separator: ", "))"
    }
}

extension DomainEvent {
    /// Whether an actor may be to something else than before what they were.
    package var changesStandings: Bool {
        switch self {
        case .organization, .user, .membership: true
        case .agent, .workflow, .workflowExecution, .agentExecution, .modelCall, .toolCall, .logLine, .metric,
            .evaluation, .price, .usageRecord, .invoice, .projectionRebuild, .export, .replay, .accessDenial,
            .agentType, .containerAllocation, .marketplaceListing, .retentionPolicy, .clock, .policy, .alertRule,
            .alert, .workflowTrigger, .workflowNode, .integration, .conversation, .conversationMessage, .task,
            .taskComment, .project, .projectStep, .deliverable, .deliverableVersion, .documentCollection, .document,
            .documentChunk, .traceResource, .traceSpan, .logRecord, .refusedSpan, .unchangedLine, .traceAssembly,
            .modelAlias, .adoptedRow:
            false
        }
    }
}

extension EntityCommand {
    /// Who may give the command, and its name in the catalogue: told from the command itself.
    package var terms: CommandTerms { CommandTerms.all[self.payloadType] ?? .ofTheLedger }
}

/// What the catalogue says of a command.
package struct CommandTerms: Hashable, Sendable {
    package var name: String
    package var permission: Permission
    package var activity: Activity
    /// Whether it makes a new thing.
    package var creates: Bool

    package init(name: String, permission: Permission, activity: Activity, creates: Bool) {
        self.name = name
        self.permission = permission
        self.activity = activity
        self.creates = creates
    }

    /// Of what the catalogue leaves out, because no client gives it.
    static let ofTheLedger = CommandTerms(
        name: "a command of the ledger's own", permission: .platform, activity: .always, creates: false)

    /// By the type of the command's payload, of which each command has its own.
    static let all = Dictionary(
        DomainCommand.cases.map {
            (
                $0.payload,
                CommandTerms(
                    name: $0.name, permission: $0.permission, activity: Activity.of($0.name),
                    creates: $0.creates)
            )
        },
        uniquingKeysWith: { first, _ in first })
}
