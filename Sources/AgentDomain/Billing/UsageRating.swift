import LedgerEvents

/// Splits sums of an organization's unbilled usage by the price of their records.
///
/// A record has the price that it was recorded with, else the one known for its moment and its request. Where the
/// records of a sum may differ in that, they are looked at one by one: that goes through the organization's usage in the
/// log, once.
struct UsageRating {
    /// A part of a sum, with the one price that its records have; nil: none is known.
    typealias Part = (sum: UsageSum, rate: Rate?)

    let organization: OrganizationID
    let world: any DecisionContext
    /// Records behind this position are not in the sums.
    var through: Position
    /// An invoice that the records may be on already, because it is just being made.
    var excluded: InvoiceID?
    var rules = PriceMatching.current
    /// Prices that come before those of the usage; nil: none do.
    var others: OtherRates?

    /// The prices that one sum's records may have.
    private struct Candidates {
        var own: PriceLists
        var others: PriceLists?

        /// - Parameter requestTokens: read only if a price has a threshold.
        func rate(
            recorded: Rate?, at instant: Instant, requestTokens: @autoclosure () -> Int
        ) -> (rate: Rate?, isOther: Bool) {
            let own = recorded ?? self.own.price(at: instant, requestTokens: requestTokens()).map { Rate($0) }
            guard let price = self.others?.price(at: instant, requestTokens: requestTokens()) else {
                return (own, false)
            }
            // Usage with a price in another currency is on an invoice in that currency.
            if let own, own.currency != price.currency { return (own, false) }
            return (Rate(price), true)
        }

        /// Whether the records of a sum may have different prices, or have to be known one by one: other prices may
        /// bring records without a price onto an invoice before the one that billed them.
        func isMixed(_ sum: UsageSum) -> Bool {
            if self.others?.areMixed(from: sum.firstAt, through: sum.lastAt) ?? false { return true }
            guard sum.rate == nil else { return false }
            return self.others != nil || self.own.areMixed(from: sum.firstAt, through: sum.lastAt)
        }
    }

    /// A sum whose records have to be looked at one by one.
    private struct Mixed {
        var sum: UsageSum
        var candidates: Candidates
        var parts: [Part] = []
        /// Where the parts go.
        var place: Int

        mutating func add(
            _ usage: UsageRecord, as record: UsageSum, in world: any DecisionContext, _ repricing: Repricing?
        ) {
            if repricing?.isTaken(usage.id) ?? false { return }
            let (rate, isOther) = self.candidates.rate(
                recorded: self.sum.rate, at: usage.occurredAt, requestTokens: usage.requestTokens(in: world))
            if self.sum.rate == nil, isOther { repricing?.take(usage.id) }
            if let index = self.parts.firstIndex(where: { $0.rate?.price == rate?.price }) {
                self.parts[index].sum.add(record)
            } else {
                self.parts.append((record, rate))
            }
        }
    }

    /// The parts of the sums of some days, day by day, in the order of the sums.
    /// - Parameter isWanted: the sums that are looked at.
    func parts(
        of days: [UnbilledUsage], where isWanted: (UsageSum) -> Bool = { _ in true }
    ) -> [(day: Day, parts: [Part])] {
        var parts: [[[Part]]] = []
        var mixed: [Day: [Mixed]] = [:]
        // Most days have the same kinds of usage.
        var known: [PricedThing: Candidates] = [:]
        for usage in days {
            var ofDay: [[Part]] = []
            for sum in usage.sums where isWanted(sum) {
                let thing = PricedThing(sum)
                let candidates = known[thing] ?? self.candidates(for: thing)
                known[thing] = candidates
                if candidates.isMixed(sum) {
                    mixed[usage.day, default: []].append(Mixed(sum: sum, candidates: candidates, place: ofDay.count))
                    ofDay.append([])
                } else {
                    let rate = candidates.rate(recorded: sum.rate, at: sum.firstAt, requestTokens: 0).rate
                    ofDay.append([(sum, rate)])
                }
            }
            parts.append(ofDay)
        }
        if !mixed.isEmpty { self.lookAtRecords(of: &mixed) }
        return days.indices.map { index in
            for one in mixed[days[index].day] ?? [] { parts[index][one.place] = one.parts }
            return (days[index].day, parts[index].flatMap { $0 })
        }
    }

    private func candidates(for thing: PricedThing) -> Candidates {
        Candidates(
            own: PriceLists(of: thing, by: self.rules, in: self.world),
            others: self.others.map { PriceLists(of: thing, among: $0.prices, in: self.world) })
    }

    private func lookAtRecords(of mixed: inout [Day: [Mixed]]) {
        let history = BillingHistory(of: self.organization, in: self.world, without: self.excluded)
        self.world.forEachUsage(of: self.organization, after: .start, before: self.through.next) { usage in
            let day = usage.occurredAt.day
            let record = UsageSum(usage)
            guard let index = mixed[day]?.firstIndex(where: { $0.sum.isOf(record) }),
                self.world.peek(ID<UsageVoid>(bits: usage.id.bits)) == nil,
                history.billing(of: usage, voidedAt: nil, in: self.world).invoice == nil
            else { return }
            mixed[day]?[index].add(usage, as: record, in: self.world, self.others?.repricing)
        }
    }
}

extension PricedThing {
    init(_ sum: UsageSum) { self.init(usageType: sum.usageType, provider: sum.provider, model: sum.model) }

    init(_ usage: UsageRecord) { self.init(usageType: usage.usageType, provider: usage.provider, model: usage.model) }
}

extension UsageRecord {
    /// All input tokens of the request that the usage is part of; 0 if it is part of none. The records that earlier
    /// versions made of calls do not hold it: it is read from the call, which never changes.
    func requestTokens(in world: any DecisionContext) -> Int {
        if let tokens = self.requestTokens { return tokens }
        guard Metering.isOwn(self.id), self.resourceKind == ModelCall.kind else { return 0 }
        return world.lend(ModelCallID(bits: self.resource.bits)) { $0?.totalInputTokens ?? 0 }
    }
}
