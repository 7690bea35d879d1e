import LedgerEvents

@usableFromInline package enum IntegrationDecider: Decider {
    @usableFromInline package static func decide(
        _ command: IntegrationCommand, given state: Integration?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [IntegrationEvent] {
        if case .connect(let connected) = command, state?.removedAt == nil {
            return try self.connect(connected, state, order, world)
        }
        guard let state else { throw .notFound(Integration.kind, IntegrationID(bits: command.target).description) }
        if let instant = state.removedAt {
            if case .remove = command { return [] }
            throw .broken("integration \(state.id) was removed at \(instant); connect another")
        }
        switch (command, state.status) {
        case (.connect, _): return []

        case (.rotateCredentials(let rotated), _):
            try Require.sealedSecret(rotated.credentials, "credentials")
            return rotated.credentials == state.credentials ? [] : [.credentialsRotated(rotated)]
        case (.reconfigure(let reconfigured), _):
            try Require.name(reconfigured.name, "name")
            try Require.object(reconfigured.config, "config")
            try Require.noSecrets(in: reconfigured.config, "config")
            let isSame = reconfigured.name == state.name && reconfigured.config == state.config
            return isSame ? [] : [.reconfigured(reconfigured)]

        case (.disconnect(let disconnected), .connected), (.disconnect(let disconnected), .error):
            return [.disconnected(disconnected)]
        case (.disconnect, .disconnected): return []

        case (.fail(let failed), .connected): return [.failed(failed)]
        case (.fail(let failed), .error): return failed.error == state.errorMessage ? [] : [.failed(failed)]
        case (.fail, .disconnected): throw state.refusal(.error)

        case (.use(let used), .connected): return try self.use(used, state, order, world)
        case (.use, .disconnected), (.use, .error):
            if state.lastUsedAt == order.occurredAt { return [] }
            throw .broken("integration \(state.id) is in state \(state.status.rawValue); connect it before it is used")

        case (.remove(let removed), _): return [.removed(removed)]
        }
    }

    private static func connect(
        _ command: IntegrationConnected, _ state: Integration?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [IntegrationEvent] {
        try Require.id(command.id, "integration_id")
        try Require.sealedSecret(command.credentials, "credentials")
        try Require.name(command.name, "name")
        try Require.object(command.config, "config")
        try Require.noSecrets(in: command.config, "config")
        if let state {
            guard state.organization == command.organization, state.integrationType == command.integrationType else {
                throw .alreadyExists(Integration.kind, command.id)
            }
            switch state.status {
            case .disconnected, .error: return [.connected(command)]
            case .connected:
                guard state.has(command) else {
                    throw .broken(
                        "integration \(state.id) is connected already; to change it give integration.reconfigure or "
                            + "integration.rotate_credentials")
                }
                return []
            }
        }
        try Require.integrationType(command.integrationType)
        try world.requireOpen(command.organization, order)
        try world.requireFree(
            Integration.alias(of: command.integrationType, in: command.organization), for: command.id,
            what: "the place of the one \(command.integrationType) integration of organization \(command.organization)")
        return [.connected(command)]
    }

    private static func use(
        _ command: IntegrationUsed, _ state: Integration, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [IntegrationEvent] {
        if let run = command.workflowExecution {
            guard try world.organization(of: run, with: nil) == state.organization else {
                throw .broken("workflow_execution \(run) belongs to another organization than integration \(state.id)")
            }
        }
        // One that comes late, or twice, says nothing new.
        if let last = state.lastUsedAt, last >= order.occurredAt { return [] }
        return [.used(command)]
    }

    @usableFromInline package static func evolve(
        _ state: inout Integration?, by event: IntegrationEvent, _ envelope: Envelope
    ) {
        if case .connected(let connected) = event, state == nil {
            var integration = Integration()
            integration.id = connected.id
            integration.organization = connected.organization
            integration.integrationType = connected.integrationType
            integration.createdAt = envelope.occurredAt
            state = integration
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension Integration {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: Self.kind, from: self.status, to: wanted, allowed: self.status.successors)
    }

    func has(_ connected: IntegrationConnected) -> Bool {
        self.credentials == connected.credentials && self.name == connected.name && self.config == connected.config
    }

    mutating func apply(_ event: IntegrationEvent, at instant: Instant) {
        switch event {
        case .connected(let connected):
            self.status = .connected
            self.statusReason = nil
            self.errorMessage = nil
            self.name = connected.name
            self.credentials = connected.credentials
            self.config = connected.config
            self.connectedAt = instant
        case .credentialsRotated(let rotated):
            self.credentials = rotated.credentials
            self.credentialsRotatedAt = instant
        case .reconfigured(let reconfigured):
            self.name = reconfigured.name
            self.config = reconfigured.config
        case .disconnected(let disconnected):
            self.status = .disconnected
            self.statusReason = disconnected.reason
            self.errorMessage = nil
        case .failed(let failed):
            self.status = .error
            self.errorMessage = failed.error
        case .used:
            self.lastUsedAt = instant
            self.timesUsed += 1
            return
        case .removed: self.removedAt = instant
        }
        self.updatedAt = instant
    }
}

extension Require {
    /// `slack`, `google_sheets`: 1 to 100 of a-z, 0-9, dashes and underscores, so that one service has one name.
    static func integrationType(_ value: String) throws(Rejection) {
        let isWord = value.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard isWord, (1...100).contains(value.utf8.count) else {
            throw .invalid("integration_type", "\"\(value)\" must be 1 to 100 of a-z, 0-9, dashes and underscores")
        }
    }
}
