import AgentLedger
import ArgumentParser

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a ledger.",
        discussion: """
            The path must be free, or an empty directory.

            EXAMPLES:
              agentledger init
              agentledger init ./acme
            """)

    @Argument(help: "Where to make it (default: what -l or AGENTLEDGER says, or ./ledger).")
    var path: String?

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if self.path != nil, self.options.ledger != nil {
            throw ValidationError("give the path once, as an argument or with -l")
        }
    }

    static func make(at path: String) throws -> Ledger {
        do {
            return try Ledger.create(at: path)
        } catch let error as EventLogError where error.code == .notFound || error.code == .io {
            throw Failure("\(error.message); give a path in a directory that is there, and that holds nothing")
        }
    }

    func run() throws {
        let path = self.path ?? self.options.path
        let ledger = try Self.make(at: path)
        let identity = ledger.log.identity
        if self.options.json {
            var json = JSONWriter()
            json.beginObject()
            json.key("path")
            json.string(path)
            json.key("origin")
            json.string(UUIDText.format(identity.origin))
            json.key("created")
            json.string(identity.created.description)
            json.endObject()
            try Output.standard.print(json.text)
        } else {
            try Output.standard.print("ledger \(UUIDText.format(identity.origin)) made in \(path)")
        }
    }
}
