import LedgerDomain
import LedgerEvents

/// What an auditor asks about: how long data is kept, what left the ledger, whether it was folded right, who was denied.
extension Workday {
    mutating func audit() -> Bool {
        var script = self.script(as: .operations, hour: 17, source: .platform)
        let serial = self.nextSerial()
        self.setRetention(days: 30 + serial, in: &script)
        let digest = self.dice.hexadecimal(64)
        self.recordRebuild(digest, in: &script)
        self.recordReplay(digest, in: &script)
        self.recordExport(in: &script)
        self.recordDenial(in: &script)
        self.plan(script)
        return true
    }

    private mutating func setRetention(days: Int, in script: inout Script) {
        let policy: RetentionPolicyID = self.dice.id(at: script.now)
        script.add(
            .retentionPolicy(
                .record(
                    .with {
                        $0.id = policy
                        $0.organization = self.organization.id
                        $0.dataKind = LogLine.kind
                        $0.retentionDays = days
                        $0.reason = "agreed with the data protection officer"
                    })))
    }

    private mutating func recordRebuild(_ digest: String, in script: inout Script) {
        let rebuild: ProjectionRebuildID = self.dice.id(at: script.now)
        script.add(
            after: 10 * Milliseconds.minute,
            .projectionRebuild(
                .record(
                    .with {
                        $0.id = rebuild
                        $0.projection = "views"
                        $0.position = Position.start.next
                        $0.digest = digest
                        $0.reason = "a new column"
                        $0.durationMilliseconds = 1250
                    })))
    }

    private mutating func recordReplay(_ digest: String, in script: inout Script) {
        let replay: LedgerReplayID = self.dice.id(at: script.now)
        script.add(
            after: Milliseconds.minute,
            .replay(
                .record(
                    .with {
                        $0.id = replay
                        $0.position = Position.start.next
                        $0.digest = digest
                        $0.liveDigest = digest
                        $0.durationMilliseconds = 1100
                    })))
    }

    private mutating func recordExport(in script: inout Script) {
        let export: LedgerExportID = self.dice.id(at: script.now)
        script.add(
            after: Milliseconds.minute,
            .export(
                .record(
                    .with {
                        $0.id = export
                        $0.schema = "ledger"
                        $0.target = "postgres://warehouse.example/analytics"
                        $0.toPosition = Position.start.next
                        $0.tables = 24
                        $0.rows = 1000
                        $0.durationMilliseconds = 800
                    })))
    }

    /// A gateway before the ledger turned somebody away.
    private mutating func recordDenial(in script: inout Script) {
        let member = self.dice.pick(self.organization.members)
        let denial: AccessDenialID = self.dice.id(at: script.now)
        script.add(
            after: Milliseconds.minute,
            .accessDenial(
                .record(
                    .with {
                        $0.id = denial
                        $0.organization = self.organization.id
                        $0.actor = member.actor.description
                        $0.refusedCommand = "organization.delete"
                        $0.entityKind = Organization.kind
                        $0.entity = EventID(bits: self.organization.id.bits)
                        $0.role = member.role
                        $0.requiredRole = Role.owner.rawValue
                        $0.reason = "from an address that is not on the list"
                    })))
    }
}
