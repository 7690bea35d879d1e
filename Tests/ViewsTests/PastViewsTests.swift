import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import Seeded
import Testing

@testable import LedgerViews

@Suite("Views of the past")
struct PastViewsTests {
    let company = Company()
    let folder: Folder
    private var snapshots: String { "\(self.folder.path)/snapshots" }

    init() throws { self.folder = try Folder() }

    private func past(interval: UInt64, cacheBytes: Int = Views.defaultCacheBytes) -> PastViews {
        PastViews(
            path: self.snapshots, log: self.company.log, origin: 1, interval: interval, cacheBytes: cacheBytes)
    }

    /// A random log, and the digests of the views at each of its positions as the kept views had them then.
    private func history(_ steps: Int, _ random: inout SplitMix64, taking past: PastViews? = nil) async throws
        -> [[ViewDigest]]
    {
        let kept = try Folder()
        let views = try KeptViews(
            path: kept.path, log: self.company.log, origin: 1, snapshots: past, isDisposable: true)
        var history = [try views.digests()]
        var operations = Operations()
        for _ in 0..<steps {
            do {
                try await self.company.attempt(operations.next(self.company, &random))
            } catch is Rejection {
                continue
            }
            while history.count <= self.company.log.head().value {
                try views.catchUp(to: Position(UInt64(history.count)))
                history.append(try views.digests())
            }
        }
        return history
    }

    private func files(in path: String) -> [String] {
        // A folder that nobody made yet holds nothing.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0 != "recent" }.sorted().map { "\(path)/\($0)" }
    }

    private var layers: [String] { self.files(in: self.snapshots) }
    private var recent: [String] { self.files(in: "\(self.snapshots)/recent") }

    @Test(
        "are what was kept then, at every position, whatever becomes of the snapshots",
        arguments: [1, 2, 3] as [UInt64], [false, true])
    func everyPosition(seed: UInt64, takenAlong: Bool) async throws {
        var random = SplitMix64(seed: seed)
        let interval = 1 + random.next() % 60
        var past = self.past(interval: interval)
        let history = try await self.history(500, &random, taking: takenAlong ? past : nil)
        #expect(takenAlong == !self.layers.isEmpty)
        for position in history.indices.shuffled(using: &random) {
            switch random.next() % 12 {
            case 0: past = self.past(interval: interval)
            case 1: past = self.past(interval: interval, cacheBytes: 1)
            case 2, 3: try self.damage(&random)
            case 4: try (self.layers + self.recent).randomElement(using: &random).map(self.remove)
            default: break
            }
            let views = try past.views(at: Position(UInt64(position)))
            if random.next() % 8 == 0 { try (self.layers + self.recent).forEach(self.remove) }
            #expect(
                try views.digests() == history[position], "seed \(seed), interval \(interval), position \(position)")
        }
        #expect(self.recent.count <= PastFolders.recentLayers)
    }

    private func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    /// Changes a byte of most files, or cuts off their ends. Nobody has them open.
    private func damage(_ random: inout SplitMix64) throws {
        for path in self.layers + self.recent where random.next() % 3 > 0 {
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            if random.next() % 4 == 0 {
                bytes = bytes.prefix(Int(random.next() % UInt64(bytes.count)))
            } else {
                bytes[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1 + random.next() % 255)
            }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
    }

    @Test("have few layers before them, and each event in few of these")
    func layerCount() async throws {
        var random = SplitMix64(seed: 7)
        let past = self.past(interval: 10)
        let history = try await self.history(900, &random, taking: past)
        for position in history.indices {
            let stack = try past.layers(before: Position(UInt64(position)), snapshotsOnly: true)
            let number = position / 10
            #expect(stack.layers.count <= number.nonzeroBitCount, "\(position)")
            #expect(position - Int(stack.through.value) < 10)
        }
        let covered = try self.layers.map { path in
            let range = try #require(LayerIdentity.range(named: URL(fileURLWithPath: path).lastPathComponent))
            return Int(range.through.value - range.from.value)
        }
        let digits = Int.bitWidth - (history.count / 10).leadingZeroBitCount
        #expect(covered.reduce(0, +) <= history.count * digits)
    }

    @Test("are looked up and listed one by one as in the views that are kept")
    func lookups() async throws {
        var random = SplitMix64(seed: 5)
        _ = try await self.history(600, &random)
        let kept = try Folder()
        let views = try KeptViews(path: kept.path, log: self.company.log, origin: 1, isDisposable: true)
        try views.catchUp()
        let past = try self.past(interval: 70).views(at: views.position)
        var states = 0
        try views.forEach(WorkflowExecution.self) { id, loaded in
            states += 1
            let found = try past.look(id)
            #expect(found?.state == loaded.state)
            #expect(found?.changedAt == loaded.changedAt)
        }
        #expect(try past.count(of: WorkflowExecution.self) == states)
        try views.forEach(Organization.self) { id, organization in
            for alias in organization.state.aliases { #expect(past.holder(of: alias) == id.bits) }
            for group in organization.state.groups { #expect(past.members(of: group) == views.members(of: group)) }
        }
        try views.forEach(Workflow.self) { _, workflow in
            for group in workflow.state.groups + workflow.state.listings {
                #expect(past.members(of: group) == views.members(of: group))
            }
        }
        #expect(try past.find(WorkflowExecutionID(bits: 12345)) == nil)
    }

    @Test("of another version, another ledger or another course of things are not believed, and removed")
    func others() async throws {
        var random = SplitMix64(seed: 3)
        let past = self.past(interval: 20)
        let history = try await self.history(200, &random, taking: past)
        let before = self.layers.count
        #expect(before > 3)
        let stranger = PastViews(path: self.snapshots, log: self.company.log, origin: 2, interval: 0)
        #expect(try stranger.views(at: Position(100)).digests() == history[100])
        #expect(self.layers.count < before)
        // The same ledger, restored from a copy, went on otherwise.
        let other = Company()
        for name in 0..<150 { _ = try await other.organization("n\(name)") }
        let elsewhere = PastViews(path: self.snapshots, log: other.log, origin: 1, interval: 0)
        let expected = try PastViews.folded(from: other.log, to: Position(120)).digests()
        #expect(try elsewhere.views(at: Position(120)).digests() == expected)
        #expect(expected != history[120])
    }

    @Test("stay as they are while their files are removed")
    func removedMeanwhile() async throws {
        var random = SplitMix64(seed: 4)
        let past = self.past(interval: 20)
        let history = try await self.history(200, &random, taking: past)
        let views = try past.views(at: Position(105))
        try FileManager.default.removeItem(atPath: self.snapshots)
        #expect(try views.digests() == history[105])
        #expect(try past.views(at: Position(105)).digests() == history[105])
    }

    @Test("that were asked for last are kept, a few of them, and found by the next who asks")
    func recentOnes() async throws {
        var random = SplitMix64(seed: 6)
        let history = try await self.history(300, &random)
        for position in 40..<70 { _ = try self.past(interval: 1000).views(at: Position(UInt64(position))) }
        #expect(self.recent.count == PastFolders.recentLayers)
        #expect(self.layers.isEmpty)
        let stack = try self.past(interval: 1000).layers(before: Position(69))
        #expect(stack.through == Position(69))
        #expect(stack.layers.count == 1)
        #expect(try self.past(interval: 1000).views(at: Position(69)).digests() == history[69])
    }

    @Test("that are kept can be held as they are, while they move on")
    func held() async throws {
        var random = SplitMix64(seed: 11)
        let history = try await self.history(200, &random)
        let kept = try Folder()
        let views = try KeptViews(path: kept.path, log: self.company.log, origin: 1, isDisposable: true)
        let half = history.count / 2
        try views.catchUp(to: Position(UInt64(half)))
        let held = try #require(try views.held())
        try views.catchUp(to: Position(UInt64(half + 10)))
        let other = try KeptViews(path: kept.path, log: self.company.log, origin: 1, isDisposable: true)
        try other.catchUp()
        #expect(held.position == Position(UInt64(half)))
        #expect(try held.digests() == history[half])
        #expect(try views.held().map(\.position) == nil)
        #expect(try other.held()?.digests() == history.last)
    }

    @Test("are folded where nothing can be kept", arguments: ["/proc/self/snapshots", "/dev/null"])
    func nowhereToKeep(path: String) async throws {
        var random = SplitMix64(seed: 10)
        let past = PastViews(path: path, log: self.company.log, origin: 1, interval: 20, cacheBytes: 1)
        let history = try await self.history(150, &random, taking: past)
        for position in [0, 1, 70, history.count - 1, 70] {
            #expect(try past.views(at: Position(UInt64(position))).digests() == history[position])
        }
    }

    @Test("leave no file behind that is not a layer")
    func nothingLeft() async throws {
        var random = SplitMix64(seed: 8)
        let past = self.past(interval: 30, cacheBytes: 1)
        let history = try await self.history(300, &random, taking: past)
        _ = try past.views(at: Position(UInt64(history.count - 1)))
        for path in self.layers + self.recent {
            #expect(LayerIdentity.range(named: URL(fileURLWithPath: path).lastPathComponent) != nil, "\(path)")
        }
    }
}
