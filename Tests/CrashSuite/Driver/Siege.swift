import Foundation
import LedgerLogLMDB

/// One ledger, and blow after blow at whoever writes it. After each the ledger is checked, and the next writer goes on
/// where the last one was stopped.
final class Siege {
    /// What befalls a writer.
    struct Blow: CustomStringConvertible {
        var fault: Fault?
        /// What a writer says.
        enum Line: String {
            case acknowledgement = "+"
            case failure = "!"
        }

        /// Kill it when it has said so many lines of a kind, and this long after.
        var killAfter: (count: Int, line: Line, microseconds: UInt32)?
        /// Whether the power goes with it.
        var isPowerCut = false
        var count = 30
        var window = 1
        var failing = WriteCommand.Failing.stop
        var bug: PlantedBug?

        var description: String {
            var parts = [self.fault.map(\.description)]
            parts.append(self.killAfter.map { "killed \($0.microseconds) us after \($0.count) \($0.line)s" })
            parts.append(self.isPowerCut ? "power cut" : nil)
            return parts.compactMap { $0 }.joined(separator: ", ")
        }
    }

    let campaign: Campaign
    let site: Site
    let workload: Workload
    let seed: UInt64
    /// Of some sieges' ledgers a few batches fill a segment, of others none does.
    let segmentEvents: Int
    /// Events so far: where checking takes too long, begin another.
    private(set) var events: UInt64 = 0
    private var acknowledged = 0

    init(_ campaign: Campaign, _ name: String, _ workload: Workload, segmentEvents: [Int]? = nil) throws {
        self.campaign = campaign
        self.site = try Site(in: campaign.folder, name)
        self.workload = workload
        self.seed = campaign.random.next() >> 1
        self.segmentEvents = campaign.pick(
            segmentEvents ?? (workload == .notes ? [40, 300, 2_000, 1_000_000] : [20, 100, 1_000_000]))
    }

    private var hasLedger: Bool { access(self.site.ledger + "/ledger.json", F_OK) == 0 }

    /// One blow, and the check after it, unless others are writing too.
    @discardableResult
    func strike(_ blow: Blow, isChecked: Bool = true, _ tally: inout Tally) throws -> CheckReport {
        let isJournaled = blow.isPowerCut || blow.failing != .stop
        var arguments = [
            "write", "--ledger", self.site.ledger, "--witness", self.site.witness, "--seed", "\(self.seed)",
            "--workload", self.workload.rawValue, "--count", "\(blow.count)", "--window", "\(blow.window)",
            "--failing", blow.failing.rawValue, "--segment-events", "\(self.segmentEvents)",
        ]
        if let bug = blow.bug { arguments += ["--bug", bug.rawValue] }
        let writer = try Child(
            arguments, in: self.site.folder,
            environment: self.campaign.library.environment(self.site, fault: blow.fault, isJournaled: isJournaled))
        var count = 0
        let ending = writer.wait { line in
            guard let (wanted, kind, microseconds) = blow.killAfter, line == kind.rawValue else { return }
            count += 1
            if count == wanted {
                usleep(microseconds)
                writer.kill()
            }
        }
        let isStruck = self.site.takeMark() || ending == .signalled(9)
        if isJournaled {
            var cut = PowerCut(seed: self.campaign.random.next())
            if blow.isPowerCut { try cut.strike(self.site) } else { try self.site.clearJournal() }
            tally.sectorsLost += cut.sectorsLost
            tally.namesLost += cut.namesLost
        }
        tally.rounds += 1
        if isStruck { tally.struck += 1 }
        let round = "round \(tally.rounds) (\(blow))"
        var report = CheckReport()
        if ending != .signalled(9), ending != .exited(0) {
            report.add(.writer, "\(ending): \(writer.error)")
        }
        // A creation that was killed leaves no ledger, and nobody was told that there is one.
        if isChecked, try self.hasLedger || !Witness.read(self.site.witness).isEmpty {
            let found = try self.campaign.check(self.site, self.workload, seed: self.seed)
            report.findings += found.findings
            tally.events += found.events - min(found.events, self.events)
            tally.acknowledged += found.acknowledged - self.acknowledged
            self.events = found.events
            self.acknowledged = found.acknowledged
        }
        tally.add(report, round: round)
        if !report.isSound, blow.bug == nil { self.site.isKept = true }
        return report
    }
}
