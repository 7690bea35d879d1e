import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerExporters
import LedgerLogLMDB

struct ForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Make a new ledger that shares this one's past.",
        discussion: """
            The new ledger holds the same events up to that moment, with the same Merkle root, and goes its own way from \
            there: for trying out what would have come of other commands, prices or policies. This ledger is left as it \
            is. Sealed segments are shared as files, the rest is copied. The new one's ledger.json says what it was \
            forked from, and where.

            EXAMPLES:
              agentledger fork --into ./what-if
              agentledger fork --at 1000 --into ./what-if
              agentledger fork --at 2025-08-01 --into ./august --json
            """)

    @Option(help: ArgumentHelp("Where to make it: a path that holds nothing.", valueName: "directory"))
    var into: String

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if self.into.isEmpty { throw ValidationError("--into is empty: name a path that holds nothing") }
    }

    func run() async throws {
        let reader = try self.options.reader()
        let position = try reader.position(of: self.at.moment)
        Interruption.removePartialFiles()
        PartialFile.begin(LMDBEventLog.partialPath(ofFork: self.into))
        let identity = try await reader.fork(at: .position(position), into: self.into)
        let root = try LMDBEventLog.open(at: self.into).treeHead().root
        if self.options.json {
            var json = JSONWriter()
            json.beginObject()
            json.key("path")
            json.string(self.into)
            json.key("origin")
            json.string(UUIDText.format(identity.origin))
            json.key("parent_origin")
            json.string(UUIDText.format(reader.origin))
            json.key("position")
            json.uint(position.value)
            json.key("root")
            json.string(Text.hexadecimal(root))
            json.endObject()
            try Output.standard.print(json.text)
        } else {
            try Output.standard.print(
                "ledger \(UUIDText.format(identity.origin)) made in \(self.into): \(Text.count(position.value, "event")) "
                    + "of \(UUIDText.format(reader.origin)), root \(Text.hexadecimal(root))")
        }
    }
}
