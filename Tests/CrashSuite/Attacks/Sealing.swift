/// Segments that are full: a new one is made, the full one is marked, and compacted beside everything else.
extension Campaign {
    /// Few enough for several seals in each round.
    private static let segmentEvents = [40, 200]

    /// The calls that concern a name, or a file that is not the active segment's.
    private static let calls: [(files: String, call: Fault.Call)] = [
        ("*/log/*", .rename), ("*/log/*", .mkdir), ("*/log/*", .create), ("*/log/*", .unlink), ("*/log*", .folder),
        ("*/log/making/data.mdb", .any), ("*/compacting/data.mdb", .any), ("*/compacting/data.mdb", .sync),
    ]

    private func strike(_ index: Int, _ action: Fault.Action) -> Fault {
        let (files, call) = Self.calls[index % Self.calls.count]
        return Fault(
            files: files, call: call, moment: self.pick(Fault.Moment.allCases), nth: self.number(1...8), action: action)
    }

    /// The writer is killed at one of them.
    func killSealing(_ name: String) throws -> Tally {
        try self.besiege(name, .notes, segmentEvents: Self.segmentEvents) { siege, tally in
            var blow = Siege.Blow(count: 150, window: self.number(1...3))
            blow.fault = self.strike(tally.rounds, .kill)
            blow.isPowerCut = self.chance(50)
            try siege.strike(blow, &tally)
        }
    }

    /// One to three of them in a row fail, and the writer goes on.
    func failSealing(_ name: String) throws -> Tally {
        try self.besiege(name, .notes, segmentEvents: Self.segmentEvents) { siege, tally in
            var blow = Siege.Blow(count: 60, window: self.number(1...3), failing: .again)
            blow.fault = self.strike(tally.rounds, self.pick([.inputOutputError, .noSpace]))
            blow.fault?.times = self.number(1...3)
            if self.chance(50) {
                blow.isPowerCut = true
                blow.killAfter = (self.number(20...50), .acknowledgement, UInt32(self.number(0...2_000)))
            }
            try siege.strike(blow, &tally)
        }
    }
}
