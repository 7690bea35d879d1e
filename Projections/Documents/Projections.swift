import Ledger

/// Every relational schema that a ledger can be read as. A new one is one folder and one line here.
public enum Projections {
    public static let all: [Projection] = [
        LedgerSchema.projection, OrchestratorPlatform.projection, AgentInfrastructure.projection, OpsStudio.projection,
        AgentMonitoring.projection, CorePlatform.projection,
    ]

    public static func named(_ name: String) -> Projection? {
        // The others need not be made for the one that is asked for most.
        if name == LedgerSchema.projection.schema.name { return LedgerSchema.projection }
        return self.all.first { $0.schema.name == name }
    }
}
