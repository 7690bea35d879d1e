import LedgerTables

/// Every relational schema that a ledger can be read as. A new one is one folder and one line here.
package enum Projections {
    package static let all = Self.makers.map { $0() }

    /// The most used first.
    private static let makers: [@Sendable () -> Projection] = [
        { LedgerSchema.projection }, { OrchestratorPlatform.projection }, { AgentInfrastructure.projection },
        { OpsStudio.projection }, { AgentMonitoring.projection }, { CorePlatform.projection },
    ]

    /// The schema of a name; those behind it are not made for that.
    package static func named(_ name: String) -> Projection? {
        for make in Self.makers {
            let projection = make()
            if projection.schema.name == name { return projection }
        }
        return nil
    }
}
