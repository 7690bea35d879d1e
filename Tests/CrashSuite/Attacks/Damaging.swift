import Foundation

/// Bytes that are not what was written.
extension Campaign {
    /// One flipped bit, a torn page or a cut file at a time: each is reported, or changes nothing that can be read.
    func damage(_ name: String) throws -> Tally {
        var tally = Tally(name)
        let siege = try Siege(self, "damage", .notes, segmentEvents: [1_500, 1_000_000])
        // Writers that are killed leave free pages behind, and much else that an undisturbed one would not; and only
        // where a type has a thousand events are there pages of every kind.
        while siege.events < 3_000, tally.findings.isEmpty {
            var blow = Siege.Blow(count: 1_000)
            blow.killAfter = (self.number(20...40), .acknowledgement, 0)
            try siege.strike(blow, &tally)
        }
        guard tally.findings.isEmpty else { return tally }
        tally.rounds = 0
        tally.struck = 0
        let child = try Child(
            [
                "damage", "--ledger", siege.site.ledger, "--witness", siege.site.witness, "--seed", "\(siege.seed)",
                "--rounds", "\(self.rounds)", "--chance", "\(self.random.next())",
            ], in: siege.site.folder)
        var last = ""
        let ending = child.wait { line in
            let words = line.split(separator: " ", maxSplits: 1)
            switch words.first {
            case "try":
                tally.rounds += 1
                last = line
            case "reported": tally.struck += 1
            case "note": tally.notes.append(String(words[1]))
            default: tally.findings.append(line)
            }
        }
        if ending != .exited(0) { tally.findings.append("\(last): the check \(ending): \(child.error)") }
        siege.site.isKept = !tally.findings.isEmpty
        return tally
    }
}
