import Foundation
import LedgerLogLMDB
import Seeded

/// What all attacks of one run share: where they work, the library, the chance, and how many rounds are wanted.
final class Campaign {
    let folder: String
    let library: FaultLibrary
    let seed: UInt64
    let rounds: Int
    var random: SplitMix64

    init(in folder: String, library: FaultLibrary, rounds: Int, seed: UInt64) {
        self.folder = folder
        self.library = library
        self.rounds = rounds
        self.seed = seed
        self.random = SplitMix64(seed: seed)
    }

    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self.random) }

    func chance(_ percent: Int) -> Bool { self.number(1...100) <= percent }

    func pick<C: Collection>(_ choices: C) -> C.Element {
        choices[choices.index(choices.startIndex, offsetBy: self.number(0...choices.count - 1))]
    }

    /// Checks a ledger in a process of its own: what is wrong with it may take that one along.
    func check(_ site: Site, _ workload: Workload, seed: UInt64, witnesses: [String]? = nil) throws -> CheckReport {
        let child = try Child(
            ["check", "--ledger", site.ledger, "--workload", workload.rawValue, "--seed", "\(seed)", "--witness"]
                + (witnesses ?? [site.witness]), in: site.folder)
        var line = ""
        let ending = child.wait { line = $0 }
        if let report = try? JSONDecoder().decode(CheckReport.self, from: Data(line.utf8)) { return report }
        var report = CheckReport()
        report.add(.opening, "the check \(ending): \(child.error)")
        return report
    }
}
