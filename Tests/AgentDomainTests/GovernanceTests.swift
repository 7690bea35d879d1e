import LedgerDomain
import LedgerEvents
import Testing

@Suite("Facts about the ledger itself")
struct GovernanceTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    private func denial(_ fill: (inout AccessDenial) -> Void = { _ in }) -> DomainCommand {
        var denial = AccessDenial()
        denial.id = self.scenario.newID()
        denial.organization = self.acme
        denial.actor = "user:00000000-0000-0000-0000-000000000009"
        denial.refusedCommand = "organization.delete"
        denial.reason = "only owners may"
        fill(&denial)
        return .accessDenial(.record(denial))
    }

    @Test("a denial says who asked, for which command, of whose thing, and why not")
    func denials() {
        self.scenario.accept(
            self.denial {
                $0.onBehalfOf = "user:00000000-0000-0000-0000-000000000008"
                $0.entityKind = "organization"
                $0.role = .viewer
                $0.requiredRole = "owner"
            }, gives: "access_denial.recorded")
        self.scenario.accept(self.denial { $0.organization = nil }, gives: "access_denial.recorded")
        self.scenario.refuse(self.denial { $0.actor = "ada" }, .invalidValue, says: "actor", "user:UUID")
        self.scenario.refuse(self.denial { $0.onBehalfOf = "" }, .invalidValue, says: "on_behalf_of")
        self.scenario.refuse(self.denial { $0.refusedCommand = "" }, .invalidValue, says: "command must not be empty")
        self.scenario.refuse(self.denial { $0.reason = "" }, .invalidValue, says: "reason must not be empty")
        self.scenario.refuse(self.denial { $0.organization = ID(bits: 99) }, .notFound, says: "no organization")
    }

    @Test("a replay is on record with digests that differ exactly where views do")
    func replays() {
        func replay(_ fill: (inout LedgerReplay) -> Void) -> DomainCommand {
            var replay = LedgerReplay()
            replay.id = self.scenario.newID()
            replay.position = self.scenario.position
            replay.digest = digest("a")
            replay.liveDigest = digest("a")
            fill(&replay)
            return .replay(.record(replay))
        }
        self.scenario.accept(replay { _ in }, gives: "replay.performed")
        self.scenario.accept(replay { $0.liveDigest = nil }, gives: "replay.performed")
        self.scenario.accept(
            replay {
                $0.liveDigest = digest("b")
                $0.differences = ["agent"]
            }, gives: "replay.performed")
        self.scenario.refuse(replay { $0.liveDigest = digest("b") }, .ruleBroken, says: "differ")
        self.scenario.refuse(replay { $0.differences = ["agent"] }, .ruleBroken, says: "differ")
        self.scenario.refuse(replay { $0.digest = "abc" }, .invalidValue, says: "digest must be a SHA-256")
        self.scenario.refuse(
            replay { $0.position = Position(99) }, .invalidValue, says: "position is 99", "the log ends at")
        self.scenario.refuse(replay { $0.durationMilliseconds = -1 }, .invalidValue, says: "duration_ms")
    }

    @Test("an export is on record with its schema, its target, and positions in order that the log has reached")
    func exports() {
        func export(_ fill: (inout LedgerExport) -> Void) -> DomainCommand {
            var export = LedgerExport()
            export.id = self.scenario.newID()
            export.schema = "ledger"
            export.target = "ledger.db"
            export.toPosition = Position(1)
            fill(&export)
            return .export(.record(export))
        }
        self.scenario.accept(export { $0.rows = 17 }, gives: "export.performed")
        self.scenario.refuse(export { $0.schema = "" }, .invalidValue, says: "schema")
        self.scenario.refuse(export { $0.target = "" }, .invalidValue, says: "target")
        self.scenario.refuse(export { $0.toPosition = Position(99) }, .invalidValue, says: "to_position is 99")
        self.scenario.refuse(export { $0.fromPosition = Position(2) }, .invalidValue, says: "from_position is 2")
        self.scenario.refuse(export { $0.rows = -1 }, .invalidValue, says: "rows is -1")
    }

    @Test("a rebuilt projection is on record with its name and how far it went")
    func rebuilds() {
        func rebuild(_ fill: (inout ProjectionRebuild) -> Void) -> DomainCommand {
            var rebuild = ProjectionRebuild()
            rebuild.id = self.scenario.newID()
            rebuild.projection = "views"
            fill(&rebuild)
            return .projectionRebuild(.record(rebuild))
        }
        self.scenario.accept(rebuild { $0.digest = digest("a") }, gives: "projection_rebuild.performed")
        self.scenario.refuse(rebuild { $0.projection = "" }, .invalidValue, says: "projection")
        self.scenario.refuse(rebuild { $0.position = Position(99) }, .invalidValue, says: "position is 99")
        self.scenario.refuse(rebuild { $0.digest = "" }, .invalidValue, says: "digest")
    }

    @Test("a retention policy supersedes the one before for the same data of the same organization, and no other")
    func retention() throws {
        func policy(_ fill: (inout RetentionPolicy) -> Void) -> DomainCommand {
            var policy = RetentionPolicy()
            policy.id = self.scenario.newID()
            policy.organization = self.acme
            policy.dataKind = "log_line"
            policy.retentionDays = 30
            fill(&policy)
            return .retentionPolicy(.record(policy))
        }
        func set(_ fill: (inout RetentionPolicy) -> Void = { _ in }) throws -> RetentionPolicyID {
            let events = self.scenario.accept(policy(fill), gives: "retention_policy.set")
            guard case .retentionPolicy(.recorded(let policy)) = try #require(events.first) else { return .zero }
            return policy.id
        }
        let first = try set()
        let everything = try set { $0.dataKind = "all" }
        let everybody = try set { $0.organization = nil }
        let second = try set { $0.retentionDays = nil }
        #expect(self.scenario.find(second)?.supersedes == first)
        #expect(self.scenario.find(first)?.supersededBy == second)
        for current in [second, everything, everybody] {
            #expect(self.scenario.find(current)?.supersededBy == nil)
        }
        for days in [0, -1, 36_526] {
            self.scenario.refuse(policy { $0.retentionDays = days }, .invalidValue, says: "retention_days is \(days)")
        }
        self.scenario.refuse(policy { $0.dataKind = "logs" }, .invalidValue, says: "data_kind \"logs\"", "log_line")
        self.scenario.refuse(policy { $0.organization = ID(bits: 99) }, .notFound, says: "no organization")
    }
}
