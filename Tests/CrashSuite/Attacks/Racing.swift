import Foundation

/// Many processes at once.
extension Campaign {
    private static let racers = 4

    /// In each round every process asks for the same; exactly one may have it.
    func race(_ workload: Workload, _ name: String) throws -> Tally {
        var tally = Tally(name)
        let siege = try Siege(self, name.replacing(" ", with: "-"), workload)
        // One batch or command of its own makes the ledger; the numbers raced for lie beyond.
        try siege.strike(Siege.Blow(count: 1), &tally)
        tally = Tally(name)
        let racers = try (0..<Self.racers).map { _ in
            try Child(
                ["race", "--ledger", siege.site.ledger, "--seed", "\(siege.seed)", "--workload", workload.rawValue],
                in: siege.site.folder)
        }
        for racer in racers where racer.line() != "ready" { tally.findings.append("a racer: \(racer.error)") }
        var wins = [Int](repeating: 0, count: racers.count)
        for round in 1...self.rounds {
            // Whoever hears of it first has an advantage; each is told first as often as the others.
            for index in racers.indices { racers[(index + round) % racers.count].send("\(round)") }
            let answers = racers.map { $0.line() }
            for index in racers.indices where answers[index] == "won" { wins[index] += 1 }
            if answers.count(where: { $0 == "won" }) != 1 || answers.contains(where: { $0 != "won" && $0 != "lost" }) {
                tally.findings.append("round \(round): \(answers.map { $0 ?? "gone" })")
                break
            }
            tally.rounds += 1
        }
        for racer in racers {
            racer.send("end")
            let ending = racer.wait()
            if ending != .exited(0) { tally.findings.append("a racer \(ending): \(racer.error)") }
        }
        tally.addAll(try self.check(siege.site, workload, seed: siege.seed), round: "at the end")
        tally.struck = wins.reduce(0, +)
        tally.notes.append("won \(wins.map(String.init).joined(separator: ", "))")
        siege.site.isKept = !tally.findings.isEmpty
        return tally
    }

    /// Two writers, two readers at any position, two followers. `pace` is the writers' longest pause.
    func crowd(_ name: String, writers: Int, readers: Int, followers: Int, pace: Int = 0) throws -> Tally {
        var tally = Tally(name)
        let siege = try Siege(self, name.replacing(" ", with: "-"), .notes)
        let count = self.rounds
        try siege.strike(Siege.Blow(count: 1), &tally)
        tally = Tally(name)
        let numbers = (0..<writers).map { 1_000_000 * ($0 + 1) }
        let expected = ([0] + numbers.flatMap { $0..<$0 + count }).reduce(0) {
            $0 + PlannedBatch(number: $1, seed: siege.seed).events.count
        }
        let common = ["--ledger", siege.site.ledger, "--seed", "\(siege.seed)"]
        let watching = try (0..<followers).map { _ in
            try Child(["follow", "--ledger", siege.site.ledger, "--until", "\(expected)"], in: siege.site.folder)
        }
        let reading = try (0..<readers).map { _ in
            try Child(["read", "--until", "\(expected)"] + common, in: siege.site.folder)
        }
        for child in watching + reading where child.line() != "ready" { tally.findings.append(child.error) }
        let seen = watching.map { Sightings($0) }
        let writing = try numbers.map { number in
            try Child(
                [
                    "write", "--from", "\(number)", "--witness", "\(siege.site.witness)-\(number)", "--count",
                    "\(count)", "--window", pace > 0 ? "1" : "3", "--pace", "\(pace)",
                ] + common, in: siege.site.folder)
        }
        for child in writing + reading {
            let ending = child.wait()
            guard ending != .exited(0) else { continue }
            tally.findings.append("a process \(ending): \(child.error)")
            // The others would wait for ever for what it does not write.
            for child in watching + reading { child.kill() }
        }
        let witnesses = [siege.site.witness] + numbers.map { "\(siege.site.witness)-\($0)" }
        var latencies: [Int64] = []
        for sightings in seen {
            let (times, problem) = sightings.result()
            if let problem { tally.findings.append(problem) }
            if times.count != expected { tally.findings.append("a follower saw \(times.count) of \(expected) events") }
            for acknowledgement in try witnesses.dropFirst().flatMap(Witness.read) {
                guard acknowledgement.last <= UInt64(times.count) else { continue }
                latencies.append(max(0, times[Int(acknowledgement.last) - 1] - acknowledgement.microseconds))
            }
        }
        tally.addAll(
            try self.check(siege.site, .notes, seed: siege.seed, witnesses: witnesses), round: "at the end")
        tally.rounds = writers * count
        tally.struck = latencies.count
        if let latency = Self.percentiles(latencies) { tally.notes.append("seen after \(latency)") }
        siege.site.isKept = !tally.findings.isEmpty
        return tally
    }

    private static func percentiles(_ microseconds: [Int64]) -> String? {
        let sorted = microseconds.sorted()
        guard let last = sorted.last else { return nil }
        func text(_ value: Int64) -> String { String(format: "%.1f", Double(value) / 1000) }
        return "p50 \(text(sorted[sorted.count / 2])), p99 \(text(sorted[sorted.count * 99 / 100])), "
            + "max \(text(last)) ms"
    }
}

/// What a follower says, read beside everything else: a follower whose words nobody takes would stand still.
// SAFETY: the thread alone touches what it gathers until it has ended, which `result` waits for.
private final class Sightings: @unchecked Sendable {
    private let follower: Child
    private let ended = DispatchSemaphore(value: 0)
    private var times: [Int64] = []
    private var problem: String?

    init(_ follower: Child) {
        self.follower = follower
        Thread.detachNewThread { self.gather() }
    }

    private func gather() {
        let ending = self.follower.wait { line in
            let words = line.split(separator: " ").compactMap { Int64($0) }
            if words.count == 2, words[0] == self.times.count + 1 {
                self.times.append(words[1])
            } else {
                self.problem = self.problem ?? "a follower saw \"\(line)\" behind \(self.times.count)"
            }
        }
        if ending != .exited(0) { self.problem = "a follower \(ending): \(self.follower.error)" }
        self.ended.signal()
    }

    /// When each event was seen, by position.
    func result() -> (times: [Int64], problem: String?) {
        self.ended.wait()
        return (self.times, self.problem)
    }
}
