import AgentLedger
import ArgumentParser
import LedgerPlatforms
import LedgerTables

/// Which tables a question is about.
struct SchemaOption: ParsableArguments {
    @Option(name: .customLong("schema"), help: ArgumentHelp("Which schema's tables.", valueName: "name"))
    var name = "ledger"

    func projection() throws -> Projection { try Projections.chosen(self.name) }
}
