import Fuzzing
import Testing

/// The short form of `make fuzz`.
@Suite("Damaged inputs")
struct FuzzTests {
    @Test("are read or refused, and never trap", arguments: try FuzzTarget.all.map(\.name))
    func damaged(name: String) throws {
        let target = try #require(try FuzzTarget.all.first { $0.name == name })
        #expect(try target.refusedSamples() == [])
        let seed: UInt64 = 0x07E1_E5CA
        var taken = 0
        for round in 0..<20_000 as Range<UInt64> where try target.run(seed: seed, round: round) { taken += 1 }
        // Otherwise the damage is such that nothing behind the first check is reached.
        #expect(taken > 1000, "seed \(seed): \(taken) were taken")
    }
}
