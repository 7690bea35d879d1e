import LedgerEvents

@usableFromInline package enum MembershipDecider: Decider {
    @usableFromInline package static func decide(
        _ command: MembershipCommand, given state: Membership?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [MembershipEvent] {
        if case .add(let added) = command { return try self.add(added, state, order, world) }
        guard let state else { throw .notFound(Membership.kind, MembershipID(bits: command.target).description) }
        if let instant = state.removedAt {
            if case .remove = command { return [] }
            throw .broken("membership \(state.id) was removed at \(instant); add the user again")
        }
        switch command {
        case .add: return []
        case .changeRole(let changed):
            if changed.role == state.role { return [] }
            if changed.role == .owner || state.role == .owner {
                try self.requireOwner(order.actor, of: state.organization, world)
            }
            try self.requireAnotherOwner(than: state, world)
            return [.roleChanged(changed)]
        case .changePermissions(let changed):
            try Require.names(changed.permissions, "permissions")
            return changed.permissions == state.permissions ? [] : [.permissionsChanged(changed)]
        case .remove(let removed):
            if state.role == .owner { try self.requireOwner(order.actor, of: state.organization, world) }
            try self.requireAnotherOwner(than: state, world)
            return [.removed(removed)]
        }
    }

    private static func add(
        _ command: MembershipAdded, _ state: Membership?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [MembershipEvent] {
        try Require.id(command.id, "membership_id")
        if let state {
            guard state.organization == command.organization, state.user == command.user else {
                throw .alreadyExists(Membership.kind, command.id)
            }
            return []
        }
        try world.requireLive(command.organization, order)
        try world.requireLive(command.user)
        try world.requireNameable(command.user, order)
        let place = Membership.alias(of: command.user, in: command.organization)
        try world.requireFree(
            place, for: command.id, what: "user \(command.user)'s place in organization \(command.organization)")
        if command.role == .owner { try self.requireOwner(order.actor, of: command.organization, world) }
        return [.added(command)]
    }

    /// Only an owner makes or unmakes owners, save the first.
    private static func requireOwner(
        _ actor: Principal, of organization: OrganizationID, _ world: any DecisionContext
    ) throws(Rejection) {
        if actor.isSystem { return }
        if world.members(of: Membership.owners(of: organization), as: Membership.self).isEmpty { return }
        let membership = actor.user.flatMap {
            world.holder(of: Membership.alias(of: UserID(bits: $0), in: organization), as: Membership.self)
        }
        guard let membership, world.find(membership)?.role == .owner else {
            throw Rejection(
                .notAuthorized,
                "\(actor) is not an owner of organization \(organization); only owners make or unmake owners")
        }
    }

    private static func requireAnotherOwner(than membership: Membership, _ world: any DecisionContext) throws(Rejection)
    {
        guard membership.role == .owner, world.peek(membership.organization)?.deletedAt == nil else { return }
        let owners = world.members(of: Membership.owners(of: membership.organization), as: Membership.self)
        guard owners.contains(where: { $0 != membership.id }) else {
            throw .broken(
                "user \(membership.user) is the last owner of organization \(membership.organization); "
                    + "make another member an owner first")
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout Membership?, by event: MembershipEvent, _ envelope: Envelope
    ) {
        if case .added(let added) = event {
            state = Membership(added, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension Membership {
    init(_ added: MembershipAdded, at instant: Instant) {
        self.id = added.id
        self.organization = added.organization
        self.user = added.user
        self.role = added.role
        self.joinedAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: MembershipEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .added: break
        case .roleChanged(let changed): self.role = changed.role
        case .permissionsChanged(let changed): self.permissions = changed.permissions
        case .removed(let removed):
            self.removedAt = instant
            self.removalReason = removed.reason
        }
    }
}
