/// Writers that are killed.
extension Campaign {
    /// Where a commit is when its process dies, by the calls that are made: pages, a sync of them, and the header.
    static let points: [(call: Fault.Call, moment: Fault.Moment)] = [
        (.pages, .before), (.pages, .after), (.sync, .before), (.sync, .after), (.meta, .before), (.meta, .after),
    ]

    /// At any moment, after some acknowledgement.
    func killAnywhere(_ workload: Workload, _ name: String) throws -> Tally {
        try self.besiege(name, workload) { siege, tally in
            var blow = Siege.Blow(count: 1_000_000, window: self.number(1...4))
            blow.killAfter = (self.number(1...25), .acknowledgement, UInt32(self.number(0...4_000)))
            blow.isPowerCut = self.chance(50)
            try siege.strike(blow, &tally)
        }
    }

    /// At each step of a commit: before the header is written nothing of it may show, after that all of it must.
    func killAtPoints(of files: String, _ workload: Workload, _ name: String) throws -> Tally {
        // Views are committed less often than the log.
        let commits = workload == .notes ? 12 : 5
        return try self.besiege(name, workload) { siege, tally in
            let point = Self.points[tally.rounds % Self.points.count]
            let nth = self.number(1...(point.call == .pages ? commits * 5 : commits))
            var blow = Siege.Blow(count: 100, window: self.number(1...3))
            blow.fault = Fault(files: files, call: point.call, moment: point.moment, nth: nth, action: .kill)
            blow.isPowerCut = self.chance(50)
            try siege.strike(blow, &tally)
        }
    }

    /// While a ledger comes into being, at any call, or just after the first acknowledgement.
    func killCreation(_ name: String) throws -> Tally {
        var tally = Tally(name)
        for _ in 0..<self.rounds {
            let siege = try Siege(self, "creation", .notes)
            var blow = Siege.Blow(count: 3)
            if tally.rounds % 3 == 0 {
                blow.killAfter = (1, .acknowledgement, 0)
            } else {
                blow.fault = Fault(
                    files: Fault.anything, call: .any, moment: self.pick(Fault.Moment.allCases),
                    nth: self.number(1...30), action: .kill)
            }
            blow.isPowerCut = blow.fault == nil || self.chance(50)
            try siege.strike(blow, &tally)
            try siege.strike(Siege.Blow(count: 3), &tally)
        }
        return tally
    }

    /// Again and again beside a writer that lives: whatever lock the dead one held, the other goes on.
    func killBeside(_ name: String) throws -> Tally {
        var tally = Tally(name)
        while tally.rounds < self.rounds {
            let siege = try Siege(self, name.replacing(" ", with: "-"), .notes)
            try siege.strike(Siege.Blow(count: 1), &tally)
            let witness = siege.site.witness + "-alive"
            let survivor = try Child(
                [
                    "write", "--ledger", siege.site.ledger, "--witness", witness, "--seed", "\(siege.seed)", "--from",
                    "1000000", "--count", "1000000",
                ], in: siege.site.folder)
            var heard = 0
            for _ in 0..<10 where tally.findings.isEmpty {
                var blow = Siege.Blow(count: 60)
                let point = self.pick(Self.points)
                blow.fault = Fault(call: point.call, moment: point.moment, nth: self.number(1...12), action: .kill)
                try siege.strike(blow, isChecked: false, &tally)
                // It must go on behind what it has done by now.
                let done = try Witness.read(witness).count
                while heard <= done, survivor.line() != nil { heard += 1 }
                if heard <= done { tally.findings.append("the writer beside a dead one ended: \(survivor.error)") }
            }
            survivor.kill()
            survivor.wait()
            tally.addAll(
                try self.check(siege.site, .notes, seed: siege.seed, witnesses: [siege.site.witness, witness]),
                round: "at the end")
            siege.site.isKept = !tally.findings.isEmpty
            if siege.site.isKept { break }
        }
        return tally
    }

    /// Blow after blow; a new ledger when the old one has grown large.
    func besiege(
        _ name: String, _ workload: Workload, segmentEvents: [Int]? = nil, _ blow: (Siege, inout Tally) throws -> Void
    ) throws -> Tally {
        var tally = Tally(name)
        while tally.rounds < self.rounds {
            let siege = try Siege(self, name.replacing(" ", with: "-"), workload, segmentEvents: segmentEvents)
            while tally.rounds < self.rounds, siege.events < 6_000 { try blow(siege, &tally) }
        }
        return tally
    }
}
