import LedgerDomain
import LedgerEvents

/// Organizations come, and some go.
extension Workday {
    /// Somebody signs up, invites others, and sets up agents and workflows.
    static func firstDay(
        from instant: Instant, in place: Int, number: Int, isTrial: Bool, dice: Dice
    ) -> Workday {
        var dice = dice
        let (adjective, trade) = (dice.pick(Names.adjectives), dice.pick(Names.trades))
        let organization = SimulatedOrganization(
            id: dice.id(at: instant.advanced(byMilliseconds: 10 * Milliseconds.minute)), number: number,
            name: "\(adjective) \(trade)", slug: "\(adjective)-\(trade)-\(number)".lowercased(),
            taxRate: dice.pick([.zero, .cents(19), .cents(20)]), weight: isTrial ? 1 : dice.within(3...5),
            readyOn: instant.day.advanced(byDays: 1))
        var day = Workday(instant.day, in: place, of: organization, dice: dice)
        day.signUp(from: instant, isTrial: isTrial)
        return day
    }

    private mutating func signUp(from instant: Instant, isTrial: Bool) {
        var script = Script(organization: self.place, from: instant, actor: .operations, source: .web)
        let founder = self.register(.owner, in: &script)
        script.actor = founder.actor
        script.add(
            after: 5 * Milliseconds.minute,
            .organization(
                .create(
                    .with {
                        $0.id = self.organization.id
                        $0.name = self.organization.name
                        $0.slug = self.organization.slug
                        $0.description = isTrial ? "On trial" : nil
                    })))
        self.add(founder, in: &script)
        self.organization.members.append(founder)
        // Nobody here runs out of runs.
        script.add(
            .organization(
                .setExecutionQuota(
                    .with {
                        $0.id = self.organization.id
                        $0.quota = self.organization.quota
                    })))
        for role in isTrial ? [.admin] : [.admin, .member, .member, .viewer] as [Role] {
            script.actor = .operations
            let member = self.register(role, in: &script)
            script.actor = founder.actor
            self.add(member, in: &script)
            self.organization.members.append(member)
        }
        script.actor = self.organization.administrator.actor
        self.issueKey(in: &script)
        for _ in 0..<(isTrial ? 1 : 4) { self.makeAgent(in: &script) }
        for _ in 0..<(isTrial ? 1 : 3) { self.makeWorkflow(in: &script) }
        self.organization.readyOn = script.now.day.advanced(byDays: 1)
        self.plan(script)
    }

    /// It starts nothing new; some days later, when its last runs have ended, it is cancelled.
    mutating func giveNotice() {
        self.organization.phase = .closing
        var script = self.script(as: .operations, hour: 10, source: .platform)
        script.add(
            .organization(
                .suspend(
                    .with {
                        $0.id = self.organization.id
                        $0.reason = "gave notice"
                    })))
        script.actor = self.organization.founder.actor
        script.source = .web
        script.add(
            after: 5 * Milliseconds.day,
            .organization(
                .cancel(
                    .with {
                        $0.id = self.organization.id
                        $0.reason = "the trial was enough"
                    })))
        self.plan(script)
    }

    /// After its last invoice.
    mutating func leave() {
        self.organization.phase = .gone(from: self.day.advanced(byDays: 16))
        var script = self.script(as: self.organization.founder.actor, hour: 12, daysLater: 14)
        script.add(.organization(.delete(.with { $0.id = self.organization.id })))
        for member in self.organization.members {
            script.actor = member.actor
            script.add(after: Milliseconds.minute, .user(.delete(.with { $0.id = member.user })))
        }
        self.plan(script)
    }
}
