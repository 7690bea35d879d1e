import AgentLedger
import ArgumentParser

/// Which tables a question is about.
struct SchemaOption: ParsableArguments {
    @Option(name: .customLong("schema"), help: ArgumentHelp("Which schema's tables.", valueName: "name"))
    var name = "ledger"

    func projection() throws -> Projection {
        guard let projection = Projections.named(self.name) else {
            let names = Projections.all.map(\.schema.name).joined(separator: ", ")
            throw ValidationError("there is no schema \"\(self.name)\"; there is \(names)")
        }
        return projection
    }
}
