/// What the rounds of one attack came to.
struct Tally {
    let attack: String
    var rounds = 0
    /// In how many of them the writer was killed, a call failed, a byte was flipped: whatever the attack does.
    var struck = 0
    var acknowledged = 0
    var events: UInt64 = 0
    var findings: [String] = []
    var sectorsLost = 0
    var namesLost = 0
    /// What else there is to say, such as latencies.
    var notes: [String] = []

    /// The same for a ledger of which this is the only report that counts.
    mutating func addAll(_ report: CheckReport, round: String) {
        self.add(report, round: round)
        self.events += report.events
        self.acknowledged += report.acknowledged
    }

    mutating func add(_ report: CheckReport, round: String) {
        self.findings += report.findings.map { "\(round): \($0)" }
    }

    private var losses: [String] {
        self.sectorsLost + self.namesLost == 0 ? [] : ["\(self.sectorsLost) sectors, \(self.namesLost) names lost"]
    }

    init(_ attack: String) { self.attack = attack }

    static func table(_ tallies: [Tally]) -> String {
        let header = ["attack", "rounds", "struck", "acknowledged", "events", "findings", ""]
        let rows = tallies.map { tally in
            [
                tally.attack, "\(tally.rounds)", "\(tally.struck)", "\(tally.acknowledged)", "\(tally.events)",
                "\(tally.findings.count)", (tally.losses + tally.notes).joined(separator: "; "),
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            row.indices.map { column in
                let fill = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 || column == row.count - 1 ? row[column] + fill : fill + row[column]
            }.joined(separator: "  ").trimmingSuffix(while: { $0 == " " })
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
