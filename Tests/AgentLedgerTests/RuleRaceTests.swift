import AgentLedger
import LedgerDomain
import LedgerEvents
import Seeded
import Testing

/// Random commands at random, each round's all at once; what must hold of many things together holds afterwards.
@Suite("Whatever writers do at once")
struct RuleRaceTests {
    private static let rounds = 24
    /// A new one each time: a failure names it.
    private static var seeds: [UInt64] { [.random(in: 0 ... .max)] }

    let racers: Racers

    init() async throws {
        self.racers = try Racers()
        try await self.racers.ledgers[0].prepareRun()
    }

    @Test("no two live users have one e-mail address", arguments: Self.seeds)
    func emails(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var users = (0..<4).map { _ in self.racers.newID() }
        for _ in 0..<Self.rounds {
            let commands = (0..<6).map { _ in
                let user = users.randomElement(using: &random) ?? ""
                let email = ["a@x.org", "A@x.org", "b@x.org", "B@X.org"].randomElement(using: &random) ?? ""
                switch Int.random(in: 0..<4, using: &random) {
                case 0: return command("user.delete", #""user_id":"\#(user)""#)
                case 1: return command("user.register", #""user_id":"\#(user)","email":"\#(email)""#)
                default: return command("user.change_email", #""user_id":"\#(user)","email":"\#(email)""#)
                }
            }
            _ = try await self.racers.race(commands)
            let live = try rows("SELECT id, lower(email) FROM users WHERE deleted_at IS NULL", of: self.racers.path)
            #expect(Set(live.map { $0[1] }).count == live.count, "seed \(seed): \(commands)")
            // The deleted do not come back: others take their place.
            users = live.map { $0[0] } + (live.count..<4).map { _ in self.racers.newID() }
        }
        try self.racers.expectSound("seed \(seed)")
    }

    /// New organizations' ids.
    private func organizations(_ count: Int) async throws -> [String] {
        let ids = (0..<count).map { _ in self.racers.newID() }
        try await self.racers.prepare(
            ids.enumerated().map {
                command("organization.create", #""organization_id":"\#($1)","name":"N","slug":"own-\#($0)""#)
            })
        return ids
    }

    @Test("a slug is one organization's, for ever", arguments: Self.seeds)
    func slugs(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let organizations = try await self.organizations(4)
        var owners: [String: Set<String>] = [:]
        for round in 0..<Self.rounds {
            let claims = (0..<6).map { _ in
                (
                    organization: organizations.randomElement(using: &random) ?? "",
                    slug: "slug-\(round / 2)-\(Int.random(in: 0..<2, using: &random))"
                )
            }
            let outcomes = try await self.racers.race(
                claims.map {
                    command(
                        "organization.change_slug", #""organization_id":"\#($0.organization)","slug":"\#($0.slug)""#)
                })
            for (claim, outcome) in zip(claims, outcomes) {
                if outcome.isAccepted { owners[claim.slug, default: []].insert(claim.organization) }
                #expect(outcome.refusal == nil || outcome.refusal?.reason == .notUnique, "seed \(seed)")
            }
        }
        #expect(!owners.isEmpty)
        for (slug, owners) in owners { #expect(owners.count == 1, "seed \(seed): \(slug)") }
        try self.racers.expectSound("seed \(seed)")
    }

    @Test("an API key's id is one organization's, for ever", arguments: Self.seeds)
    func keyIDs(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let organizations = try await self.organizations(3)
        for round in 0..<Self.rounds / 2 {
            let keys = (0..<2).map { _ in self.racers.newID() }
            let outcomes = try await self.racers.race(
                (0..<6).map { place in
                    let hash = String(round * 6 + place, radix: 16)
                    let fields =
                        #""organization_id":"\#(organizations.randomElement(using: &random) ?? "")","#
                        + #""key_id":"\#(keys[place % 2])","name":"k","key_prefix":"al_","#
                        + #""key_hash":"\#(String(repeating: "0", count: 64 - hash.count) + hash)""#
                    return command("organization.issue_api_key", fields)
                })
            #expect(outcomes.count { $0.isAccepted } == keys.count, "seed \(seed), round \(round)")
        }
        let issued = try rows("SELECT id FROM api_keys", of: self.racers.path)
        #expect(Set(issued).count == issued.count && issued.count == Self.rounds, "seed \(seed)")
        try self.racers.expectSound("seed \(seed)")
    }

    @Test("no two live workflows of an organization have one name", arguments: Self.seeds)
    func workflowNames(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let workflows = (0..<8).map { _ in self.racers.newID() }
        for _ in 0..<Self.rounds {
            let commands = (0..<6).map { _ in
                let workflow = workflows.randomElement(using: &random) ?? ""
                let name = ["A", "B", "C"].randomElement(using: &random) ?? ""
                switch Int.random(in: 0..<6, using: &random) {
                case 0: return command("workflow.delete", #""workflow_id":"\#(workflow)""#)
                case 1...3: return command("workflow.rename", #""workflow_id":"\#(workflow)","name":"\#(name)""#)
                default:
                    return command(
                        "workflow.create",
                        #""workflow_id":"\#(workflow)","organization_id":"\#(acme)","name":"\#(name)""#)
                }
            }
            _ = try await self.racers.race(commands)
            let names = try rows("SELECT name FROM workflows WHERE deleted_at IS NULL", of: self.racers.path)
            #expect(Set(names).count == names.count, "seed \(seed): \(commands)")
        }
        try self.racers.expectSound("seed \(seed)")
    }

    @Test("an organization keeps an owner, when all its owners go at once", arguments: Self.seeds)
    func owners(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let users = (0..<4).map { _ in self.racers.newID() }
        try await self.racers.prepare(
            users.enumerated().map { command("user.register", #""user_id":"\#($1)","email":"u\#($0)@x.org""#) })
        for round in 0..<Self.rounds {
            let organization = self.racers.newID()
            let members = users.prefix(.random(in: 2...4, using: &random)).map { ($0, self.racers.newID()) }
            try await self.racers.prepare(
                [
                    command(
                        "organization.create", #""organization_id":"\#(organization)","name":"N","slug":"o-\#(round)""#)
                ]
                    + members.map { user, membership in
                        command(
                            "membership.add",
                            #""membership_id":"\#(membership)","organization_id":"\#(organization)","#
                                + #""user_id":"\#(user)","role":"owner""#)
                    })
            let outcomes = try await self.racers.race(
                members.map { _, membership in
                    Bool.random(using: &random)
                        ? command("membership.remove", #""membership_id":"\#(membership)""#)
                        : command("membership.change_role", #""membership_id":"\#(membership)","role":"viewer""#)
                })
            #expect(outcomes.count { $0.isAccepted } == members.count - 1, "seed \(seed), round \(round)")
            #expect(outcomes.count { $0.refusal?.reason == .ruleBroken } == 1, "seed \(seed), round \(round)")
        }
        try self.racers.expectSound("seed \(seed)")
    }

    @Test("no more runs are taken than the month's quota holds, while some are given back", arguments: Self.seeds)
    func quota(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let ada = self.racers.newID()
        // Each of another workflow: what is asked for meets in the quota alone.
        let workflows = (0..<8).map { _ in self.racers.newID() }
        try await self.racers.prepare(
            [
                command("user.register", #""user_id":"\#(ada)","email":"ada@x.org""#),
                command("membership.add", #""organization_id":"\#(acme)","user_id":"\#(ada)","role":"owner""#),
            ]
                + workflows.map {
                    command("workflow.create", #""workflow_id":"\#($0)","organization_id":"\#(acme)","name":"\#($0)""#)
                })
        var quota = 0
        for round in 0..<Self.rounds {
            // `prepareRun` took one more.
            quota += Int.random(in: 1...3, using: &random)
            try await self.racers.prepare([
                command(
                    "organization.set_execution_quota",
                    #""organization_id":"\#(acme)","monthly_execution_quota":\#(quota + 1)"#)
            ])
            let waiting = try self.taken().shuffled(using: &random).prefix(2)
            let outcomes = try await self.racers.race(
                waiting.map {
                    command("workflow_execution.cancel", #""execution_id":"\#($0)""#)
                }
                    + workflows.map {
                        command("workflow_execution.queue", by: "user:\(ada)", #""workflow_id":"\#($0)""#)
                    })
            let taken = try self.taken().count
            #expect(taken <= quota, "seed \(seed), round \(round): \(outcomes)")
            // Eight ask, and at most five places are free.
            #expect(outcomes.contains { $0.refusal?.reason == .notAuthorized }, "seed \(seed), round \(round)")
            quota = taken
        }
        try self.racers.expectSound("seed \(seed)")
    }

    private func taken() throws -> [String] {
        try rows("SELECT id FROM workflow_executions WHERE status = 'queued'", of: self.racers.path).map { $0[0] }
    }

    @Test("versions of a deliverable are numbered without gaps, and exactly one is current", arguments: Self.seeds)
    func versions(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let deliverables = (0..<2).map { _ in self.racers.newID() }
        let user = self.racers.newID()
        try await self.racers.prepare(
            [command("user.register", #""user_id":"\#(user)","email":"u@x.org""#)]
                + deliverables.map {
                    command(
                        "deliverable.create",
                        #""deliverable_id":"\#($0)","organization_id":"\#(acme)","user_id":"\#(user)","title":"T","#
                            + #""type":"document""#)
                })
        var versions: [String] = []
        for _ in 0..<Self.rounds {
            var added: [String] = []
            let commands = (0..<6).map { _ in
                if let version = versions.randomElement(using: &random), Bool.random(using: &random) {
                    return command("deliverable_version.make_current", #""deliverable_version_id":"\#(version)""#)
                }
                let deliverable = deliverables.randomElement(using: &random) ?? ""
                added.append(self.racers.newID())
                return command(
                    "deliverable_version.add",
                    #""deliverable_version_id":"\#(added.last ?? "")","deliverable_id":"\#(deliverable)","content":"c""#
                )
            }
            let outcomes = try await self.racers.race(commands)
            for outcome in outcomes { #expect(outcome.refusal == nil, "seed \(seed)") }
            versions += added
            let counted = """
                SELECT COUNT(*), MIN(version_number), MAX(version_number), COUNT(DISTINCT version_number),
                  SUM(is_current_version), MAX(d.version_count),
                  SUM(is_current_version AND v.id = d.current_version_id)
                FROM deliverable_versions v JOIN deliverables d ON d.id = v.deliverable_id GROUP BY d.id
                """
            for row in try rows(counted, of: self.racers.path) {
                #expect(row == [row[0], "1", row[0], row[0], "1", row[0], "1"], "seed \(seed): \(commands)")
            }
        }
        #expect(try rows("SELECT COUNT(*) FROM deliverable_versions", of: self.racers.path) == [["\(versions.count)"]])
        try self.racers.expectSound("seed \(seed)")
    }
}
