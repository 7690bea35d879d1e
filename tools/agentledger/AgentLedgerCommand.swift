import AgentLedger
import ArgumentParser
import Glibc

@main
struct AgentLedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentledger",
        abstract: "An append-only ledger of what AI agents did.",
        discussion: """
            A ledger is one directory. Every command but init works on the one that -l or AGENTLEDGER names, or on \
            ./ledger. Data goes to standard output, everything else to standard error; --json gives a form for \
            programs. Exit status: 0 done, 1 failed, 64 wrong usage.

            EXAMPLES:
              agentledger init
              agentledger import traces.otlp.jsonl
              agentledger query "SELECT name, status FROM workflows"
              agentledger export --to sqlite:ledger.db
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, ImportCommand.self, ExecuteCommand.self, LogCommand.self, ShowCommand.self,
            BlameCommand.self, HistoryCommand.self, DiffCommand.self, BisectCommand.self, TimelineCommand.self,
            ForkCommand.self, QueryCommand.self, ReplayCommand.self, ExportCommand.self, VerifyCommand.self,
            StatCommand.self,
            PoliciesCommand.self, SchemaCommand.self, SimulateCommand.self,
        ])

    static func main() async {
        // A reader that goes away is an error of the write, not a signal: temporary files are cleaned up.
        signal(SIGPIPE, SIG_IGN)
        var running: (any ParsableCommand.Type)?
        do {
            var command = try self.parseAsRoot()
            running = type(of: command)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try Output.standard.flush()
        } catch {
            Glibc.exit(Self.report(error, in: running))
        }
    }

    /// Says on standard error what went wrong, in one line; the exit status.
    private static func report(_ error: any Error, in command: (any ParsableCommand.Type)?) -> Int32 {
        if error is OutputClosed { return 0 }
        // What was printed before the failure is for the reader to have; that it cannot be written is not the news.
        try? Output.standard.flush()
        if let code = error as? ExitCode { return code.rawValue }
        let status = Self.exitCode(for: error).rawValue
        let full = Self.fullMessage(for: error)
        if status == 0 {
            Output.write(full + "\n", to: STDOUT_FILENO)
        } else if status == EX_USAGE {
            let name = command?.configuration.commandName.map { "see agentledger \($0) --help" }
            Diagnostics.say("\(Self.firstLine(of: Self.message(for: error))); \(name ?? Self.hint(in: full))")
        } else {
            Diagnostics.say(Text.oneLine(String(describing: error)))
        }
        return status
    }

    private static func firstLine(of message: String) -> String {
        var line = message.split(separator: "\n").first.map(String.init) ?? "the arguments cannot be read"
        while line.hasSuffix(".") { line.removeLast() }
        return line
    }

    /// `agentledger log --help` for what failed to parse in `log`.
    private static func hint(in full: String) -> String {
        guard let line = full.split(separator: "\n").last(where: { $0.contains("--help") }),
            let start = line.firstIndex(of: "'"), let end = line.lastIndex(of: "'"), start < end
        else { return "see agentledger --help" }
        return "see \(line[line.index(after: start)..<end])"
    }
}
