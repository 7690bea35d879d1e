import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

@testable import LedgerViews

@Suite("Views catching up")
struct CatchUpTests {
    let company = Company()
    let folder: Folder

    init() throws { self.folder = try Folder() }

    private func views(origin: UInt128 = 1, cacheBytes: Int = Views.defaultCacheBytes) throws -> KeptViews {
        try KeptViews(
            path: self.folder.path, log: self.company.log, origin: origin, isDisposable: true, cacheBytes: cacheBytes)
    }

    private func rebuilt() throws -> [ViewDigest] {
        let folder = try Folder()
        let views = try KeptViews(path: folder.path, log: self.company.log, origin: 1, isDisposable: true)
        try views.catchUp()
        return try views.digests()
    }

    /// Runs with calls: each event changes several states.
    private func work(_ calls: Int) async throws {
        let workflow = try await self.company.workflow(of: self.company.organization())
        try await self.company.price("input_tokens", "3")
        var run = try await self.company.started(workflow)
        for index in 0..<calls {
            if index % 50 == 0 { run = try await self.company.started(workflow) }
            try await self.company.call(run) { $0.inputTokens = index + 1 }
        }
    }

    @Test("in stretches, each as much as a small memory holds, comes to the same as in one")
    func stretches() async throws {
        try await self.work(6000)
        let head = self.company.log.head()
        #expect(head.value > 12_000)
        // A stretch ends by telling the same position twice: once as folded, once as written.
        var last = Position.start
        var stretches = 0
        let views = try self.views(cacheBytes: 10_000)
        try views.catchUp { done, _ in
            if done == last { stretches += 1 }
            last = done
        }
        #expect(stretches >= 2)
        #expect(views.position == head)
        #expect(try views.digests() == self.rebuilt())
    }

    @Test("up to a position, they stand there and not beyond")
    func limits() async throws {
        try await self.work(20)
        let views = try self.views()
        try views.catchUp(to: Position(10))
        #expect(views.position == Position(10))
        try views.catchUp(to: Position(5))
        #expect(views.position == Position(10))
        try views.catchUp()
        #expect(views.position == self.company.log.head())
        #expect(try views.digests() == self.rebuilt())
    }

    @Test("keep their place when they are closed and opened again")
    func reopening() async throws {
        try await self.work(20)
        let before = self.company.log.head()
        do {
            let views = try self.views()
            try views.catchUp()
        }
        let again = try self.views()
        #expect(again.position == before)
        #expect(try again.digests() == self.rebuilt())
        _ = try await self.company.organization("apex")
        try again.catchUp()
        #expect(try again.digests() == self.rebuilt())
    }

    @Test("two who share a folder do not fold anything twice")
    func sharing() async throws {
        try await self.work(20)
        let (first, second) = (try self.views(), try self.views())
        try first.catchUp()
        try second.catchUp()
        #expect(second.position == self.company.log.head())
        #expect(try second.digests() == self.rebuilt())
    }

    @Test("a walk folds as a catch-up does, and shows them before and after each event that is asked about")
    func walking() async throws {
        try await self.work(20)
        let views = try self.views()
        var seen: [Position] = []
        try views.walk(to: self.company.log.head()) { step in
            try step.settleBefore()
            #expect(views.position.next == step.envelope.position)
            return step.changed.contains(ObjectIdentifier(WorkflowExecution.self))
        } after: { step in
            #expect(views.position == step.envelope.position)
            seen.append(step.envelope.position)
        }
        #expect(!seen.isEmpty)
        #expect(views.position == self.company.log.head())
        #expect(try views.digests() == self.rebuilt())
    }

    @Test("of another ledger are emptied, not trusted")
    func foreign() async throws {
        try await self.work(5)
        do { try self.views(origin: 2).catchUp() }
        let views = try self.views(origin: 1)
        #expect(views.position == .start)
        #expect(try views.digests().map(\.rows).allSatisfy { $0 == 0 })
        try views.catchUp()
        #expect(try views.digests() == self.rebuilt())
    }

    @Test("of a newer version, or an older one, are emptied", arguments: [0, 2, 99] as [UInt64])
    func otherVersion(version: UInt64) async throws {
        try await self.work(5)
        do {
            try self.views().catchUp()
            let store = try ViewStore(path: self.folder.path, isDisposable: true, mode: .readWrite)
            var checkpoint = try #require(try store.readCheckpoint())
            checkpoint.version = version
            checkpoint.position = Position(3)
            try store.reset(to: checkpoint)
        }
        let views = try self.views()
        #expect(views.position == .start)
        try views.catchUp()
        #expect(try views.digests() == self.rebuilt())
    }

    @Test("that are ahead of the log are emptied: the log was restored from a copy")
    func ahead() async throws {
        try await self.work(5)
        do { try self.views().catchUp() }
        let shorter = Company()
        _ = try await shorter.organization()
        let views = try KeptViews(path: self.folder.path, log: shorter.log, origin: 1, isDisposable: true)
        #expect(views.position == .start)
        try views.catchUp()
        #expect(views.position == Position(1))
        #expect(try views.count(of: Organization.self) == 1)
        #expect(try views.count(of: WorkflowExecution.self) == 0)
    }

    @Test("that are damaged are made anew", arguments: ["no database", "", String(repeating: "x", count: 100_000)])
    func damaged(contents: String) async throws {
        try await self.work(5)
        do { try self.views().catchUp() }
        try contents.write(toFile: "\(self.folder.path)/data.mdb", atomically: false, encoding: .utf8)
        let views = try self.views()
        #expect(views.position == .start)
        try views.catchUp()
        #expect(try views.digests() == self.rebuilt())
    }

    /// Opening makes a short file whole with empty pages: what they held is missed when it is looked for.
    @Test("that were cut short anywhere are made anew, or say that they are damaged, but never tell anything else")
    func truncated() async throws {
        try await self.work(200)
        do { try self.views().catchUp() }
        let file = "\(self.folder.path)/data.mdb"
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let expected = try self.rebuilt()
        var remade = 0
        for pages in 0..<whole.count / 4096 {
            try whole.prefix(pages * 4096).write(to: URL(fileURLWithPath: file))
            do {
                let views = try self.views()
                if views.position == .start { remade += 1 }
                try views.catchUp()
                #expect(try views.digests() == expected, "cut to \(pages) of \(whole.count / 4096) pages")
            } catch let error {
                #expect("\(error)".contains("damaged"), "cut to \(pages) of \(whole.count / 4096) pages")
            }
        }
        #expect(remade > 0)
    }

    @Test("stop before an event that is not known, and say where it stands")
    func unknownEvent() async throws {
        _ = try await self.company.organization()
        var envelope = Envelope()
        envelope.type = "thing.happened"
        try await self.company.append(envelope, [], [])
        let views = try self.views()
        let error = #expect(throws: ViewsError.self) { try views.catchUp() }
        #expect(error?.code == .unknownEvent)
        #expect(error?.message.contains("position 2 holds a thing.happened") == true, "\(String(describing: error))")
        #expect(views.position == .start)
        try views.catchUp(to: Position(1))
        #expect(try views.count(of: Organization.self) == 1)
    }

    @Test("stop before a version that is not known, and before bytes that are no event")
    func unreadableEvent() async throws {
        var envelope = Envelope()
        envelope.type = "organization.created"
        envelope.schemaVersion = 2
        try await self.company.append(envelope, [], [])
        let version = #expect(throws: ViewsError.self) { try self.views().catchUp() }
        #expect(version?.message.contains("position 1 holds version 2 of organization.created") == true)
        let other = Company()
        envelope.schemaVersion = 1
        try await other.append(envelope, [], [0x0A, 3, 1, 2, 3])
        let views = try KeptViews(path: Folder().path, log: other.log, origin: 1, isDisposable: true)
        let error = #expect(throws: ViewsError.self) { try views.catchUp() }
        #expect(error?.code == .unreadableEvent)
        #expect(error?.message.contains("position 1, organization.created, cannot be read") == true)
    }

    @Test("what LMDB refuses is an error of the views, with LMDB's as its cause")
    func lmdbErrors() throws {
        let file = self.folder.path + "/file"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: file))
        let opening = #expect(throws: ViewsError.self) { try KeptViews(path: file, log: self.company.log, origin: 1) }
        #expect(opening?.code == .io && opening?.cause != nil && opening?.message.contains(file) == true)
        #expect(throws: ViewsError.self) { try ScratchRecords(path: file) }
        #expect(try Views.checkpoint(in: self.folder.path + "/none") == nil)
    }
}
