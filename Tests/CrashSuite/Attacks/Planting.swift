import LedgerLogLMDB

/// Writers with a mistake in them: the suite is only worth what it finds.
extension Campaign {
    /// In each round a writer with the mistake is killed, and the power goes; one tally for each mistake. A mistake that
    /// is found in no round is a finding.
    func plant() throws -> [Tally] {
        try PlantedBug.allCases.map { bug in
            var tally = Tally("planted: \(bug.rawValue)")
            var caught = 0
            var checks: [String: Int] = [:]
            for _ in 0..<self.rounds {
                let siege = try Siege(self, "planted", .notes)
                var blow = Siege.Blow(count: 1_000, bug: bug)
                blow.killAfter = (self.number(3...20), .acknowledgement, UInt32(self.number(0...1_000)))
                blow.isPowerCut = true
                let found = try siege.strike(blow, &tally).findings
                if !found.isEmpty { caught += 1 }
                for check in Set(found.map(\.check.rawValue)) { checks[check, default: 0] += 1 }
            }
            tally.struck = caught
            tally.findings = caught == 0 ? ["it was not found in \(tally.rounds) rounds"] : []
            let list = checks.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            tally.notes.append("found by " + list.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
            return tally
        }
    }
}
