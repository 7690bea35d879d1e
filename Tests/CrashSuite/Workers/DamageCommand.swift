import AgentLedger
import ArgumentParser
import Foundation
import LedgerLogLMDB
import Seeded

/// Damages a sound ledger in one place after the other, and puts it right again each time. Says what it tries, whether
/// that was reported, and what is wrong: damage that is not reported and yet shows.
struct DamageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "damage", abstract: "Flip bits and tear pages.")

    @Option var ledger: String
    @Option var witness: String
    @Option var seed: UInt64
    @Option var rounds: Int
    @Option(help: "What the damage is drawn from.")
    var chance: UInt64

    func run() throws {
        // A compaction in between would put another file in the place of a damaged one.
        try LMDBEventLog.open(at: self.ledger, mode: .readWrite).finishCompaction()
        var random = SplitMix64(seed: self.chance)
        let site = try FileManager.default.contentsOfDirectory(atPath: self.ledger + "/log")
        let files = try site.filter { $0.count == 20 }.sorted().map {
            try PagedFile("\(self.ledger)/log/\($0)/data.mdb")
        }
        var tried: [PageKind: (tried: Int, reported: Int)] = [:]
        // Which kinds there are depends on how much the writers came to write; the note below says which were tried.
        let kinds = PageKind.allCases.filter { kind in files.contains { $0.has(kind) } }
        for round in 0..<self.rounds {
            let kind = kinds[round % kinds.count]
            guard let file = files.filter({ $0.has(kind) }).randomElement(using: &random) else { continue }
            let damage = file.damage(kind, &random)
            say("try \(kind.rawValue) \(damage.description) of \(file.path)")
            try file.apply(damage)
            let isReported = try !LMDBEventLog.verify(at: self.ledger).isSound
            tried[kind, default: (0, 0)].tried += 1
            if isReported {
                tried[kind]?.reported += 1
                say("reported")
            } else {
                var check = LogCheck(ledger: self.ledger, witnesses: [self.witness], workload: .notes, seed: self.seed)
                check.run()
                for finding in check.report.findings { say("\(kind.rawValue) \(damage.description): \(finding)") }
            }
            try file.restore()
        }
        let counts = kinds.compactMap { kind in
            tried[kind].map { "\(kind.rawValue) \($0.reported)/\($0.tried)" }
        }
        say("note reported: " + counts.joined(separator: ", "))
    }
}
