import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews
import Testing

@Suite("States that are handed over to the views")
struct HandoverTests {
    let company = Company()
    let folder: Folder
    let views: KeptViews

    init() throws {
        self.folder = try Folder()
        self.views = try KeptViews(path: self.folder.path, log: self.company.log, origin: 1)
    }

    /// What the log holds behind the views, in a cache over them.
    private func cache() throws -> StateCache {
        let states = StateCache(over: self.views, at: self.views.position)
        try states.follow(self.company.log)
        return states
    }

    @Test("are seen through the cache meanwhile, and afterwards in the views, which equal a fold of the log")
    func seen() async throws {
        let acme = try await self.company.organization("acme")
        let handed = try self.cache()
        self.views.handOver(handed)
        let above = StateCache(over: handed, at: handed.position)
        #expect(above.find(acme)?.slug == "acme")
        #expect(above.holder(of: EventTag(kind: "organization_slug", text: "acme"), as: Organization.self) == acme)
        #expect(above.find(self.company.newID(Organization.self)) == nil)
        #expect(try self.views.endHandover())
        #expect(!self.views.isHandoverDone)
        above.rebase(on: self.views)
        #expect(above.find(acme)?.slug == "acme")
        #expect(self.views.position == handed.position)
        let other = try Folder()
        let folded = try KeptViews(path: other.path, log: self.company.log, origin: 1, isDisposable: true)
        try folded.catchUp()
        #expect(try self.views.digests() == folded.digests())
    }

    @Test("hide no fact that comes to stand in the log meanwhile")
    func facts() async throws {
        let acme = try await self.company.organization("acme")
        let handed = try self.cache()
        let unknown = self.company.newID(UsageRecord.self)
        #expect(handed.find(unknown) == nil)
        self.views.handOver(handed)
        let above = StateCache(over: handed, at: handed.position)
        #expect(above.find(unknown) == nil)
        let usage = try await self.company.use(3, by: acme)
        try above.follow(self.company.log)
        #expect(above.find(usage)?.quantity == 3)
        #expect(try self.views.endHandover())
        above.rebase(on: self.views)
        #expect(above.find(usage)?.quantity == 3)
    }

    @Test("are void when another process has moved the views on, and its position holds")
    func overtaken() async throws {
        _ = try await self.company.organization("acme")
        let handed = try self.cache()
        _ = try await self.company.organization("apex")
        let others = try KeptViews(path: self.folder.path, log: self.company.log, origin: 1)
        try others.catchUp()
        self.views.handOver(handed)
        #expect(try !self.views.endHandover())
        #expect(self.views.position == others.position)
        #expect(try self.views.digests() == others.digests())
    }

    @Test("stand where another process brought the views to the same position")
    func overtakenToTheSame() async throws {
        _ = try await self.company.organization("acme")
        let handed = try self.cache()
        try KeptViews(path: self.folder.path, log: self.company.log, origin: 1).catchUp()
        self.views.handOver(handed)
        #expect(try self.views.endHandover())
        #expect(self.views.position == handed.position)
    }

    @Test("are not taken for another process's while they are written")
    func own() async throws {
        _ = try await self.company.organization("acme")
        self.views.handOver(try self.cache())
        while !self.views.isHandoverDone { usleep(100) }
        #expect(try !self.views.followOthers())
        #expect(try self.views.endHandover())
        #expect(try !self.views.followOthers())
    }
}
