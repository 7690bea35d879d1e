import Foundation

/// Calls that fail, and a disk that is full: the writer lives on, and tries again.
extension Campaign {
    private static let refusals: [(call: Fault.Call, moment: Fault.Moment, action: Fault.Action)] = [
        (.pages, .before, .inputOutputError), (.pages, .before, .noSpace), (.pages, .before, .short),
        (.pages, .after, .inputOutputError), (.sync, .before, .inputOutputError), (.sync, .after, .inputOutputError),
        (.meta, .before, .inputOutputError), (.meta, .before, .noSpace), (.meta, .before, .short),
        (.meta, .after, .inputOutputError),
    ]

    /// One to five calls in a row fail. What could not be synced counts as lost when the power goes later.
    func failCalls(on files: String, _ workload: Workload, _ name: String) throws -> Tally {
        try self.besiege(name, workload) { siege, tally in
            let (call, moment, action) = Self.refusals[tally.rounds % Self.refusals.count]
            var blow = Siege.Blow(count: 25, window: self.number(1...3), failing: .again)
            blow.fault = Fault(
                files: files, call: call, moment: moment, nth: self.number(1...10), action: action,
                times: self.number(1...5))
            if self.chance(50) {
                blow.isPowerCut = true
                // Right behind a failure it is trying again.
                blow.killAfter =
                    self.chance(50)
                    ? (self.number(1...20), .acknowledgement, UInt32(self.number(0...2_000)))
                    : (self.number(1...3), .failure, UInt32(self.number(0...2_000)))
            }
            try siege.strike(blow, &tally)
        }
    }

    /// A file system so small that it fills up in the middle of a batch, again and again. What is there is checked while
    /// it is full; then it gets more room, and the writer goes on.
    func fillDisk(_ name: String) throws -> Tally {
        var tally = Tally(name)
        while tally.rounds < self.rounds {
            let site = try Site(in: self.folder, name.replacing(" ", with: "-"))
            let seed = self.random.next() >> 1
            try self.shell("mount -t tmpfs -o size=600k tmpfs \(site.root)", "mounting a small file system needs root")
            // Lazily: a writer that was left behind still has its files open.
            defer { try? self.shell("umount -l \(site.root)", "") }
            let writer = try Child(
                [
                    "write", "--ledger", site.ledger, "--witness", site.witness, "--seed", "\(seed)", "--count", "120",
                    "--failing", "ask",
                ], in: site.folder)
            var sizeInKilobytes = 600
            let ending = try writer.wait { line in
                guard line == "!" else { return }
                tally.struck += 1
                tally.add(try self.check(site, .notes, seed: seed), round: "while full at \(sizeInKilobytes) kB")
                sizeInKilobytes += self.number(200...1000)
                try self.shell("mount -o remount,size=\(sizeInKilobytes)k \(site.root)", "the file system cannot grow")
                writer.send("room")
            }
            tally.rounds += 1
            if ending != .exited(0) { tally.findings.append("writer: \(ending): \(writer.error)") }
            tally.addAll(try self.check(site, .notes, seed: seed), round: "round \(tally.rounds)")
        }
        return tally
    }

    private func shell(_ line: String, _ failure: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Failure("\(line): \(failure)") }
    }
}
