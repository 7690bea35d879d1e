import AgentLedger
import ArgumentParser
import LedgerDomain

/// Prints the man page, from the words of `--help`; `make install` puts it in its place.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the man page.",
        discussion: """
            All that --help says of every verb, as roff.

            EXAMPLES:
              agentledger manual > agentledger.1
              agentledger manual | man -l -
            """, shouldDisplay: false)

    func run() throws {
        let root = AgentLedgerCommand.configuration
        var page = """
            .TH AGENTLEDGER 1 "" "AgentLedger \(root.version)" "User Commands"
            .SH NAME
            agentledger \\- \(root.abstract)

            """
        page += Self.section("DESCRIPTION", AgentLedgerCommand.helpMessage(columns: 76))
        for verb in root.subcommands where verb.configuration.shouldDisplay {
            let name = verb.configuration.commandName ?? ""
            page += Self.section("agentledger \(name)", AgentLedgerCommand.helpMessage(for: verb, columns: 76))
            for inner in verb.configuration.subcommands {
                let help = AgentLedgerCommand.helpMessage(for: inner, columns: 76)
                page += Self.section("agentledger \(name) \(inner.configuration.commandName ?? "")", help)
            }
        }
        try Output.standard.write(page.utf8)
    }

    /// The text as it stands: nothing in it is taken for a request of roff.
    private static func section(_ title: String, _ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            "\\&" + line.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
        }
        return ".SH \"\(title)\"\n.nf\n\(lines.joined(separator: "\n"))\n.fi\n"
    }
}
