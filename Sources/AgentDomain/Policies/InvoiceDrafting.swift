import LedgerEvents

/// Drafts an invoice for each organization, finished month and currency in which usage waits to be billed.
///
/// An invoice is named by these three. Usage that comes to light after its month was billed, or that a cancelled invoice
/// gave back, is on the next month's.
package enum InvoiceDrafting: DomainPolicy {
    package static let name = "invoice_drafting"
    package static let summary = "drafts invoices for the usage of finished months"
    package static let gives = ["invoice.draft"]
    package static let hears = [PolicyClockTicked.type]

    /// Namespace of the invoices' ids.
    static let namespace: UInt128 = 0x51B7_0C6E_2F94_5A1D_BE03_98D5_71A6_C42F

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        guard case .clock(.ticked(let tick)) = event, let now = tick.time, tick.beginsMonth else { return [] }
        return world.members(of: Organization.kept, as: Organization.self).flatMap { id in
            self.drafts(of: id, through: now.day.startOfMonth.advanced(byDays: -1), in: world).map { draft in
                PolicyCommand(.invoice(.draft(draft)), at: now)
            }
        }
    }

    package static func invoiceID(_ organization: OrganizationID, _ month: Day, _ currency: Currency) -> InvoiceID {
        InvoiceID(bits: UUIDv5.named("\(organization)/\(month)/\(currency)", in: Self.namespace))
    }

    /// - Parameter end: the last day of a month.
    private static func drafts(
        of organization: OrganizationID, through end: Day, in world: any DecisionContext
    ) -> [InvoiceDrafted] {
        let months = self.unbilledMonths(of: organization, through: end, in: world)
        guard !months.isEmpty, let taxRate = world.peek(organization)?.taxRate else { return [] }
        var drafts: [InvoiceDrafted] = []
        for (currency, months) in months.sorted(by: { $0.key.description < $1.key.description }) {
            let isFree = { (month: Day) in world.peek(self.invoiceID(organization, month, currency)) == nil }
            var billed = months.filter(isFree).sorted()
            // What stands before the first of them is on that; what is left, on the last month's.
            let last = end.startOfMonth
            if billed.last ?? .zero < months.max() ?? last, isFree(last) { billed.append(last) }
            for month in billed {
                var draft = InvoiceDrafted()
                draft.id = self.invoiceID(organization, month, currency)
                draft.organization = organization
                draft.currency = currency
                draft.periodStart = month
                draft.periodEnd = month.startOfNextMonth.advanced(byDays: -1)
                draft.taxRate = taxRate
                drafts.append(draft)
            }
        }
        return drafts
    }

    /// The months in which there is unbilled usage that has a price, by its currency.
    private static func unbilledMonths(
        of organization: OrganizationID, through end: Day, in world: any DecisionContext
    ) -> [Currency: Set<Day>] {
        var months: [Currency: Set<Day>] = [:]
        let calendar = world.peek(ID<UsageCalendar>(bits: organization.bits))
        let days = (calendar?.days ?? []).filter { $0 <= end }
            .compactMap { world.peek(UnbilledUsage.id(organization, $0)) }
        let rating = UsageRating(organization: organization, world: world, through: world.position)
        for (day, parts) in rating.parts(of: days) {
            for case (_, let rate?) in parts { months[rate.currency, default: []].insert(day.startOfMonth) }
        }
        return months
    }
}

extension Organization {
    /// The tax on its invoices unless a draft names another: `tax_rate` in its settings, a fraction such as 0.19; else 0.
    var taxRate: ExactDecimal { Self.taxRate(in: self.settings) ?? .zero }

    /// The `tax_rate` of settings, 0 if they have none; nil if it is not a fraction of at most six digits.
    package static func taxRate(in settings: JSONText) -> ExactDecimal? {
        var rate: ExactDecimal? = .zero
        do {
            try settings.reading { reader in
                try reader.object { reader, key in
                    guard key == "tax_rate" else { return try reader.skip() }
                    let text = try JSONText(reading: &reader).text
                    rate = ExactDecimal(text.filter { $0 != "\"" })
                }
            }
        } catch {
            return .zero  // Settings that are not an object name no rate.
        }
        return rate.flatMap { Invoice.isTaxRate($0) ? $0 : nil }
    }
}

extension Invoice {
    /// Whether it is a fraction below 1 of at most six digits after the point.
    static func isTaxRate(_ rate: ExactDecimal) -> Bool {
        rate >= .zero && rate < ExactDecimal(1) && rate == rate.rounded(toDigits: 6)
    }
}
