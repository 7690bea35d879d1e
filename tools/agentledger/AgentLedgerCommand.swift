import ArgumentParser
import Glibc
import LedgerEvents
import LedgerLogLMDB

@main
struct AgentLedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentledger",
        abstract: "An append-only ledger of what AI agents did.",
        discussion: """
            A ledger is one directory. Every command but init works on the one that -l or AGENTLEDGER names, or on \
            ./ledger. Data goes to standard output, everything else to standard error; --json gives a form for \
            programs, failures too. Exit status: 0 done, 1 failed, 64 wrong usage. On a terminal, long answers go \
            through AGENTLEDGER_PAGER, PAGER or less; an empty name is none.

            EXAMPLES:
              agentledger init
              agentledger import traces.otlp.jsonl
              agentledger query "SELECT name, status FROM workflows"
              agentledger export --to sqlite:ledger.db
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, ImportCommand.self, ExecuteCommand.self, LogCommand.self, ListCommand.self,
            ShowCommand.self,
            BlameCommand.self, HistoryCommand.self, DiffCommand.self, BisectCommand.self, TimelineCommand.self,
            ForkCommand.self, QueryCommand.self, ReplayCommand.self, ExportCommand.self, VerifyCommand.self,
            StatCommand.self,
            PoliciesCommand.self, SchemaCommand.self, SimulateCommand.self, ManualCommand.self,
        ])

    static func main() async {
        // A reader that goes away is an error of the write, not a signal: temporary files are cleaned up.
        signal(SIGPIPE, SIG_IGN)
        LMDBEventLog.reportLockWaits { Diagnostics.say($0) }
        DamagedFiles.endProcessClearly(program: "agentledger")
        var running: (any ParsableCommand.Type)?
        do {
            try self.requireVerb()
            var command = try self.parseAsRoot()
            running = type(of: command)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try Output.standard.flush()
            Pager.finish()
        } catch {
            let status = Self.report(error, in: running)
            Pager.finish()
            Glibc.exit(status)
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
        if status == EXIT_SUCCESS {
            Output.write(full + "\n", to: STDOUT_FILENO)
            return status
        }
        let report =
            status == EX_USAGE
            ? FailureReport(
                usage: UsageMessage.plain(
                    Self.firstLine(of: Self.message(for: error)), arguments: CommandLine.arguments.dropFirst(),
                    verbs: Self.verbs),
                help: command?.configuration.commandName.map { "agentledger \($0) --help" } ?? Self.hint(in: full))
            : FailureReport(error)
        report.print(asJSON: CommandLine.arguments.contains("--json"))
        return report.status
    }

    private static var verbs: [String] {
        Self.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }

    /// Reports a verb that does not exist, before the parser finds fault with what follows it.
    private static func requireVerb() throws {
        let words = CommandLine.arguments.dropFirst().prefix(2)
        guard let first = words.first, !first.hasPrefix("-") else { return }
        for word in first == "help" ? words.dropFirst() : words.prefix(1)
        where !word.hasPrefix("-") && !Self.verbs.contains(word) {
            throw ValidationError("there is no command \"\(word)\"\(Spelling.suggestion(for: word, in: Self.verbs))")
        }
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
        else { return "agentledger --help" }
        return String(line[line.index(after: start)..<end])
    }
}
