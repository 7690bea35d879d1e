import LedgerDomain
import LedgerEvents

/// A platform and its customers: what stands now, and what is planned for the day that begins.
///
/// Bounded, however long it goes on: what is over is forgotten here, and nothing grows beyond a limit of its own.
struct Company {
    /// The place of what belongs to no organization.
    static let nowhere = -1

    private var dice: Dice
    private var organizations: [SimulatedOrganization?] = []
    /// The organizations as they stood when the day began: what is planned for it may not be there yet.
    private var standing: [SimulatedOrganization?] = []
    private var organizationsEver = 0
    private var prices: PriceList
    private var deck: [Chore] = []
    private let firstDay: Day

    /// Regular customers at the same time, and those on trial beside them.
    private static let mostCustomers = 18
    /// A customer more after so many days, and another on trial.
    private static let daysPerCustomer = 45
    private static let daysPerTrial = 75

    init(seed: UInt64, from instant: Instant) {
        self.dice = Dice(seed: seed)
        self.firstDay = instant.day
        self.prices = PriceList(on: instant.day)
    }

    // MARK: Days

    /// The stories of the first day, which may begin at any hour.
    mutating func begin(at instant: Instant) -> [Script] {
        let customers = (0..<3).flatMap { place in
            self.welcome(at: instant.advanced(byMilliseconds: (1 + 20 * place) * Milliseconds.minute), isTrial: false)
        }
        return [self.prices.firstPrices(from: instant)] + customers
    }

    /// The stories that begin on a day.
    mutating func midnight(of day: Day) -> [Script] {
        self.standing = self.organizations
        var scripts = [Script.tick(on: day)]
        if day == day.startOfMonth { scripts.append(self.prices.changes(on: day, &self.dice)) }
        // First, so that the day's routine goes around it.
        scripts += self.planChores(day)
        for place in self.organizations.indices { scripts += self.plan(day, in: place) }
        let age = Int(day.daysSince1970 - self.firstDay.daysSince1970)
        let morning = day.start.advanced(byMilliseconds: 8 * Milliseconds.hour)
        let customers = self.organizations.count { $0?.leavesOn == nil && $0 != nil }
        if age % Self.daysPerCustomer == 0, customers < Self.mostCustomers {
            scripts += self.welcome(at: morning, isTrial: false)
        }
        if age % Self.daysPerTrial == 1 { scripts += self.welcome(at: morning, isTrial: true) }
        return scripts
    }

    private mutating func welcome(at instant: Instant, isTrial: Bool) -> [Script] {
        let place = self.organizations.firstIndex { $0 == nil } ?? self.organizations.count
        if place == self.organizations.count { self.organizations.append(nil) }
        self.organizationsEver += 1
        var day = Workday.firstDay(
            from: instant, in: place, number: self.organizationsEver, isTrial: isTrial, dice: self.dice.fork())
        if isTrial { day.organization.leavesOn = day.day.advanced(byDays: 13) }
        self.organizations[place] = day.organization
        return day.scripts
    }

    /// What is bound to happen in one organization.
    private mutating func plan(_ day: Day, in place: Int) -> [Script] {
        guard let organization = self.organizations[place], organization.readyOn <= day else { return [] }
        var workday = Workday(day, in: place, of: organization, dice: self.dice.fork())
        switch organization.phase {
        case .gone(let from):
            if from <= day { self.organizations[place] = nil }
            return []
        case .closing:
            guard day == day.startOfMonth else { return [] }
            if workday.organization.closeMonth() { workday.planInvoice() }
            workday.leave()
        case .open:
            if day == day.startOfMonth {
                if workday.organization.closeMonth() { workday.planInvoice() }
                workday.startQuotaPeriod()
            }
            if let leavesOn = organization.leavesOn, leavesOn <= day {
                workday.giveNotice()
            } else {
                workday.planRoutine()
            }
        }
        self.organizations[place] = workday.organization
        return workday.scripts
    }

    /// A chore or more, each for the first organization that it fits.
    private mutating func planChores(_ day: Day) -> [Script] {
        let places = self.organizations.indices.filter { place in
            guard let organization = self.organizations[place] else { return false }
            return organization.phase == .open && organization.readyOn <= day && organization.leavesOn == nil
        }
        guard !places.isEmpty else { return [] }
        var scripts: [Script] = []
        for _ in 0..<(1 + places.count / 4) {
            let chore = self.drawChore()
            let first = self.dice.below(places.count)
            for place in places[first...] + places[..<first] {
                guard let organization = self.organizations[place] else { continue }
                var workday = Workday(day, in: place, of: organization, dice: self.dice.fork())
                let neighbours = places.compactMap { $0 == place ? nil : self.organizations[$0] }
                guard chore.plan(in: &workday, sharingWith: neighbours) else { continue }
                self.organizations[place] = workday.organization
                scripts += workday.scripts
                break
            }
        }
        return scripts
    }

    /// The deck is shuffled when it is used up (Fisher and Yates).
    private mutating func drawChore() -> Chore {
        if self.deck.isEmpty {
            self.deck = Chore.allCases
            for place in stride(from: self.deck.count - 1, to: 0, by: -1) {
                self.deck.swapAt(place, self.dice.below(place + 1))
            }
        }
        return self.deck.removeLast()
    }

    // MARK: Runs

    /// The moment at which the next runs are asked for: more by day than by night, and more from month to month.
    mutating func nextArrivals(after instant: Instant) -> Instant {
        let milliseconds = (instant.microseconds - instant.day.start.microseconds) / 1000
        let isByDay = (8..<18).contains(Int(milliseconds) / Milliseconds.hour)
        // Runs come 2.1 at a time.
        let mean = Milliseconds.day / self.runsPerDay(on: instant.day) * 21 / 10 * (isByDay ? 70 : 160) / 100
        return Instant(microseconds: instant.microseconds + 1 + Int64(self.dice.below(2000 * mean)))
    }

    /// 12 at first, twice as many every 60 days, up to 1,000.
    private func runsPerDay(on day: Day) -> Int {
        let age = Int(day.daysSince1970 - self.firstDay.daysSince1970)
        guard age < 480 else { return 1000 }
        let doublings = age / 60
        return min(1000, (12 << doublings) + (12 << doublings) * (age % 60) / 60)
    }

    /// Some runs that begin within the same minutes, `limit` of them at most.
    mutating func arrivals(at instant: Instant, limit: Int) -> [Script] {
        let wanted =
            switch self.dice.below(100) {
            case 0..<60: 1
            case 60..<85: self.dice.within(2...3)
            case _: self.dice.within(4...8)
            }
        var scripts: [Script] = []
        for _ in 0..<wanted where scripts.count < limit {
            let start = Instant(microseconds: instant.microseconds + Int64(self.dice.below(90_000_000)))
            guard let (place, setting) = self.drawWorkflow(at: start) else { break }
            let run = RunScript(in: place, at: start, setting, parent: nil, dice: self.dice.fork())
            scripts.append(run.script)
            if let childStart = run.childQueuedAt, scripts.count < limit {
                let dice = self.dice.fork()
                scripts.append(RunScript(in: place, at: childStart, setting, parent: run.run, dice: dice).script)
            }
        }
        return scripts
    }

    /// A workflow that takes runs, of an organization that does; nil when there is none.
    private mutating func drawWorkflow(at instant: Instant) -> (place: Int, RunScript.Setting)? {
        let working = self.standing.indices.filter { self.organizations[$0]?.works(at: instant) == true }
        guard !working.isEmpty else { return nil }
        var left = self.dice.below(working.reduce(0) { $0 + (self.organizations[$1]?.weight ?? 0) })
        let drawn = working.first { place in
            left -= self.organizations[place]?.weight ?? 0
            return left < 0
        }
        guard let place = drawn, let organization = self.standing[place] else { return nil }
        let paused = self.organizations[place]?.workflows.filter { $0.paused?.contains(instant) == true } ?? []
        let workflows = organization.workflows.filter { workflow in !paused.contains { $0.id == workflow.id } }
        guard !workflows.isEmpty else { return nil }
        let workflow = self.dice.pick(workflows)
        let agents = workflow.agents.compactMap { id in organization.agents.first { $0.id == id } }
        let busy = self.organizations[place]?.members.filter { $0.busyOn == instant.day }.map(\.user) ?? []
        let setting = RunScript.Setting(
            organization: organization, workflow: workflow, agents: agents, models: self.prices.models, busy: busy)
        return (place, setting)
    }

    // MARK: What was told

    /// Remembers what an invoice will find.
    mutating func note(_ command: DomainCommand, of place: Int) {
        switch command {
        case .workflowExecution(.complete), .workflowExecution(.fail), .workflowExecution(.timeOut):
            self.organizations[place]?.unbilledSince += 1
        case .invoice(.draft): self.organizations[place]?.unbilledBefore = 0
        case .invoice(.cancel): self.organizations[place]?.unbilledBefore += 1
        case .organization, .user, .membership, .agent, .workflow, .workflowExecution, .agentExecution, .modelCall,
            .toolCall, .logLine, .metric, .evaluation, .price, .usageRecord, .invoice, .projectionRebuild, .export,
            .replay, .accessDenial, .agentType, .containerAllocation, .marketplaceListing, .retentionPolicy,
            .modelAlias, .adoptedRow, .alertRule, .alert, .workflowTrigger, .workflowNode, .integration, .conversation,
            .conversationMessage,
            .task, .taskComment, .project, .projectStep, .deliverable, .deliverableVersion, .documentCollection,
            .document, .documentChunk, .clock, .policy, .traceResource, .traceSpan, .logRecord, .refusedSpan,
            .unchangedLine,
            .traceAssembly:
            break
        }
    }
}

extension SimulatedOrganization {
    /// Ends a month; whether there is something to bill.
    mutating func closeMonth() -> Bool {
        self.unbilledBefore += self.unbilledSince
        self.unbilledSince = 0
        return self.unbilledBefore > 0
    }
}
