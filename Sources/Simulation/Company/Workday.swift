import LedgerDomain
import LedgerEvents

/// Plans what happens in one organization on one day. What is planned is told in scripts; what will stand when they
/// have been told, stands in `organization` at once.
struct Workday {
    let day: Day
    /// The organization's place in the company's list.
    let place: Int
    var organization: SimulatedOrganization
    var dice: Dice
    private(set) var scripts: [Script] = []

    init(_ day: Day, in place: Int, of organization: SimulatedOrganization, dice: Dice) {
        self.day = day
        self.place = place
        self.organization = organization
        self.dice = dice
    }

    mutating func plan(_ script: Script) { self.scripts.append(script) }

    /// A story that begins in this hour of the day, or some days later.
    mutating func script(as actor: Principal, hour: Int, daysLater: Int = 0, source: EventSource = .web) -> Script {
        let milliseconds = hour * Milliseconds.hour + self.dice.below(50 * Milliseconds.minute)
        let start = self.day.advanced(byDays: Int32(daysLater)).start.advanced(byMilliseconds: milliseconds)
        // Not to the millisecond, so that few things happen at the same moment.
        let instant = Instant(microseconds: start.microseconds + Int64(self.dice.below(1000)))
        return Script(organization: self.place, from: instant, actor: actor, source: source)
    }

    /// Takes back the commands after the first `count`, which are given some weeks later.
    mutating func postpone(_ script: inout Script, after count: Int) {
        let requests = script.cut(to: count)
        self.organization.unfinished.append(
            Unfinished(due: self.day.advanced(byDays: Self.daysOpen), requests: requests))
    }

    /// How long things stay open that a story does not end on its own day.
    static let daysOpen: Int32 = 45

    /// Ends what is due, unless the organization is suspended on this day.
    mutating func finishStories() {
        if let suspended = self.organization.suspended, suspended.upperBound >= self.day.start { return }
        let due = self.organization.unfinished.filter { $0.due <= self.day }
        self.organization.unfinished.removeAll { $0.due <= self.day }
        for story in due {
            var script = self.script(as: self.organization.founder.actor, hour: 16)
            for request in story.requests {
                script.actor = request.actor
                script.source = request.source ?? .platform
                script.add(after: Milliseconds.minute, request.command)
            }
            self.plan(script)
        }
    }

    mutating func nextSerial() -> Int {
        self.organization.serial += 1
        return self.organization.serial
    }

    /// A member of one of these roles to whom nothing happens yet today; it counts as busy from now on.
    mutating func claimMember(_ roles: Role..., where isMeant: (SimulatedMember) -> Bool = { _ in true }) -> Int? {
        let free = self.organization.members.indices.filter {
            let member = self.organization.members[$0]
            return roles.contains(member.role) && member.busyOn < self.day && isMeant(member)
        }
        guard !free.isEmpty else { return nil }
        let index = self.dice.pick(free)
        self.organization.members[index].busyOn = self.day
        return index
    }

    mutating func claimAgent(where isMeant: (SimulatedAgent) -> Bool = { _ in true }) -> Int? {
        let free = self.organization.agents.indices.filter {
            self.organization.agents[$0].busyOn < self.day && isMeant(self.organization.agents[$0])
        }
        guard !free.isEmpty else { return nil }
        let index = self.dice.pick(free)
        self.organization.agents[index].busyOn = self.day
        return index
    }

    mutating func claimWorkflow(where isMeant: (SimulatedWorkflow) -> Bool = { _ in true }) -> Int? {
        let free = self.organization.workflows.indices.filter {
            self.organization.workflows[$0].busyOn < self.day && isMeant(self.organization.workflows[$0])
        }
        guard !free.isEmpty else { return nil }
        let index = self.dice.pick(free)
        self.organization.workflows[index].busyOn = self.day
        return index
    }
}
