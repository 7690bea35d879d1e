import ArgumentParser
import Glibc

/// Attacks ledgers with real processes: `attack` drives, the others are what it starts.
@main
struct CrashSuite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Kills, starves and deceives processes that write ledgers, and checks what is left.",
        subcommands: [
            AttackCommand.self, WriteCommand.self, RaceCommand.self, FollowCommand.self, ReadCommand.self,
            DamageCommand.self, CheckCommand.self, AdoptCommand.self,
        ])

    static func main() async {
        // A child that was killed does not read what it is sent.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try self.parseAsRoot()
            // One that hangs is a finding, and must not keep the others waiting.
            if !(command is AttackCommand) { alarm(600) }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            self.exit(withError: error)
        }
    }
}
