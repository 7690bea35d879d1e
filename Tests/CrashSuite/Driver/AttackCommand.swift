import ArgumentParser
import Foundation

/// Carries out attacks and prints what they came to; exit status 1 when anything was found.
struct AttackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "attack", abstract: "Attack ledgers.")

    @Argument(help: "Which; all when none is named.")
    var attacks: [Attack] = Attack.allCases
    @Option(help: "How many rounds; some attacks do more, some fewer.")
    var rounds = 100
    @Option(help: "What chance is drawn from; the same seed makes the same plans, though never the same timing.")
    var seed: UInt64?

    func run() throws {
        let seed = self.seed ?? UInt64.random(in: 0..<1 << 32)
        say("seed \(seed), \(self.rounds) rounds")
        let path = NSTemporaryDirectory() + "crash-suite-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // Without links: the preloaded library compares paths as the kernel gives them.
        let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let library = try FaultLibrary(in: folder)
        var tallies: [Tally] = []
        for attack in self.attacks {
            // Each attack begins at the seed, so that it can be repeated alone.
            let found = try attack.run(
                Campaign(in: folder, library: library, rounds: attack.rounds(self.rounds), seed: seed))
            for tally in found {
                say("\(tally.attack): \(tally.findings.isEmpty ? "held" : "\(tally.findings.count) findings")")
                for finding in tally.findings.prefix(10) { say("  \(finding)") }
                if !tally.findings.isEmpty { say("  kept in \(folder)") }
            }
            tallies += found
        }
        // Sites where something was found are still in it, and keep it from being removed.
        unlink(library.path)
        rmdir(folder)
        say("\n" + Tally.table(tallies))
        if tallies.contains(where: { !$0.findings.isEmpty }) { throw ExitCode(1) }
    }
}
