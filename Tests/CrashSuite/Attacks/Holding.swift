import Foundation

/// Readers that keep pages from being reused: the file must not grow for ever.
extension Campaign {
    private enum Reader {
        case none, killed, slow, held
    }

    /// The same writes without a reader, after one was killed inside of its snapshot, and beside one that is slow at
    /// each event; and, to show what is measured, beside one that never lets go.
    func hold(_ name: String) throws -> Tally {
        var tally = Tally(name)
        let seed = self.random.next() >> 1
        let alone = try self.growth(.none, seed, &tally)
        let killed = try self.growth(.killed, seed, &tally)
        let slow = try self.growth(.slow, seed, &tally)
        let held = try self.growth(.held, seed, &tally)
        func part(_ bytes: Int) -> Double { Double(bytes) / Double(alone) }
        tally.notes.append(
            String(
                format: "alone %.1f MB; killed reader x%.2f; slow x%.2f; held x%.2f", Double(alone) / 1_048_576,
                part(killed), part(slow), part(held)))
        let bound = alone + (held - alone) / 2
        if part(held) < 1.5 { tally.findings.append("a held snapshot shows nothing: write more") }
        if killed > bound { tally.findings.append("a dead reader's slot is not cleared") }
        if slow > bound { tally.findings.append("a slow reader holds its snapshot too long") }
        return tally
    }

    /// The size of the log after the same batches, the reader coming when a tenth of them is written.
    private func growth(_ kind: Reader, _ seed: UInt64, _ tally: inout Tally) throws -> Int {
        let site = try Site(in: self.folder, "growth")
        let count = self.rounds
        let writer = try Child(
            [
                "write", "--ledger", site.ledger, "--witness", site.witness, "--seed", "\(seed)", "--count", "\(count)",
            ], in: site.folder)
        var reader: Child?
        var acknowledged = 0
        let ending = try writer.wait { line in
            acknowledged += 1
            guard acknowledged == max(1, count / 10), kind != .none else { return }
            let how = kind == .slow ? ["--rest", "10000"] : ["--hold"]
            let child = try Child(
                ["read", "--ledger", site.ledger, "--seed", "\(seed)", "--until", "\(UInt64.max)"] + how,
                in: site.folder)
            while let line = child.line(), line != "inside" {}
            if kind == .killed { child.kill() }
            reader = child
        }
        reader?.kill()
        reader?.wait()
        if ending != .exited(0) { tally.findings.append("the writer \(ending): \(writer.error)") }
        tally.rounds += 1
        if kind != .none { tally.struck += 1 }
        tally.addAll(try self.check(site, .notes, seed: seed), round: "\(kind)")
        return site.segments.reduce(0) { size, path in
            var status = stat()
            return stat(path, &status) == 0 ? size + Int(status.st_size) : size
        }
    }
}
