import LedgerDomain
import LedgerEvents

/// A customer of the platform, and what it has.
struct SimulatedOrganization {
    enum Phase: Equatable {
        case open
        /// It gave notice: nothing new, one last invoice.
        case closing
        /// Its place is free from this day on.
        case gone(from: Day)
    }

    var id: OrganizationID
    /// Counts from 1.
    var number: Int
    /// Without what it added when it was renamed.
    var name: String
    var slug: String
    /// Counts what the organization ever had or changed, to tell one from the other.
    var serial = 0
    var tier = SubscriptionTier.starter
    var taxRate: ExactDecimal
    /// How much of the platform's work is its.
    var weight: Int
    var phase = Phase.open
    /// The day from which on it works.
    var readyOn: Day
    /// The day on which it gives notice; nil for one that stays.
    var leavesOn: Day?
    var suspended: ClosedRange<Instant>?
    var members: [SimulatedMember] = []
    var agents: [SimulatedAgent] = []
    var workflows: [SimulatedWorkflow] = []
    /// The key that its programs use.
    var key: APIKeyID?
    var keysIssued = 0
    var slugsUsed = 1
    var renamed = 0
    var quota = 50_000
    var invoices = 0
    /// Runs and voided invoices up to the last month's end, and from then on, that no invoice has billed.
    var unbilledBefore = 0
    var unbilledSince = 0
    /// What stories left open, to be ended on a later day: at most one for each story of some weeks.
    var unfinished: [Unfinished] = []

    /// The one who signed up, who never leaves.
    var founder: SimulatedMember { self.members[0] }
    var administrator: SimulatedMember { self.members[1] }

    func works(at instant: Instant) -> Bool {
        self.phase == .open && self.readyOn <= instant.day && self.suspended?.contains(instant) != true
    }
}

/// The last commands of a story, which come some weeks after the others.
struct Unfinished {
    var due: Day
    var requests: [CommandRequest]
}

struct SimulatedMember {
    var user: UserID
    var membership: MembershipID
    var role: Role
    var given: String
    var family: String
    var email: String
    var tier = SubscriptionTier.starter
    /// How often its roles on the platform and its namespaces were changed.
    var accessChanged = 0
    /// The day on which something happens to it already.
    var busyOn: Day

    var actor: Principal { .user(self.user.bits) }
    var displayName: String { "\(self.given) \(self.family)" }
}

struct SimulatedAgent {
    var id: AgentID
    var ownerUser: UserID?
    /// Its place in a marketplace, once it was offered.
    var listing: MarketplaceListingID?
    /// The day on which it gives back its container or its place in the marketplace; nil while it has neither.
    var engagedUntil: Day?
    var `protocol`: AgentProtocol
    /// Its place in the company's list of models.
    var model: Int
    /// Counts from 0: the patch of its version.
    var revision = 0
    var renamed = 0
    var busyOn: Day

    func isFree(on day: Day) -> Bool { self.engagedUntil.map { $0 < day } ?? true }
}

struct SimulatedWorkflow {
    var id: WorkflowID
    /// What starts it by the clock.
    var schedule: WorkflowTriggerID
    /// At least one.
    var agents: [AgentID]
    /// Whether its agents work side by side.
    var isParallel: Bool
    var timeoutSeconds: Int
    var maxRetries: Int
    var renamed = 0
    var paused: ClosedRange<Instant>?
    var busyOn: Day
}
