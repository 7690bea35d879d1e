import LedgerEvents

/// What usage and invoices do to the sums of unbilled usage.
@usableFromInline
enum UsageBooks {
    @inlinable
    static func record(_ usage: UsageRecorded, at instant: Instant, in store: some StateStore) {
        let day = instant.day
        var isNew = false
        store.update(UnbilledUsage.id(usage.organization, day)) { books in
            if case .none = books {
                books = Self.open(usage.organization, day)
                isNew = true
            }
            books?.add(UsageSum(usage, at: instant))
        }
        if isNew { self.note(day, of: usage.organization, in: store) }
    }

    @usableFromInline
    static func open(_ organization: OrganizationID, _ day: Day) -> UnbilledUsage { UnbilledUsage(organization, day) }

    @usableFromInline
    static func note(_ day: Day, of organization: OrganizationID, in store: some StateStore) {
        store.update(ID<UsageCalendar>(bits: organization.bits)) { calendar in
            if calendar == nil { calendar = UsageCalendar() }
            calendar?.insert(day)
        }
    }

    @usableFromInline
    static func void(_ voided: UsageVoided, at instant: Instant, in store: some StateStore) {
        guard let usage = store.peek(voided.id) else { return }
        self.take(usage, from: store)
        store.update(ID<UsageVoid>(bits: voided.id.bits)) {
            var void = UsageVoid()
            void.voidedAt = instant
            void.reason = voided.reason
            $0 = void
        }
    }

    /// Moves what the draft's lines were made from out of the unbilled usage: the same choice, made again.
    @usableFromInline
    static func bill(_ draft: InvoiceDrafted, at position: Position, in store: some StateStore) {
        // What others recorded between the decision and its event waits for the next invoice.
        var late: [UsageRecord] = []
        store.forEachUsage(of: draft.organization, after: draft.throughPosition, before: position) { late.append($0) }
        for usage in late { self.take(usage, from: store) }
        let bill = Bill(of: draft, in: store)
        for day in bill.days {
            for sum in day.sums { self.take(sum, on: day.day, of: draft.organization, store) }
        }
        store.update(ID<BilledUsage>(bits: draft.id.bits)) {
            var billed = BilledUsage()
            billed.organization = draft.organization
            billed.days = bill.days
            $0 = billed
        }
        for usage in late { self.record(usage.recorded, at: usage.occurredAt, in: store) }
    }

    /// Gives back what an invoice had taken.
    @usableFromInline
    static func unbill(_ invoice: InvoiceID, in store: some StateStore) {
        var billed: BilledUsage?
        store.update(ID<BilledUsage>(bits: invoice.bits)) {
            billed = $0
            $0 = nil
        }
        guard let billed else { return }
        for day in billed.days {
            store.update(UnbilledUsage.id(billed.organization, day.day)) { books in
                if books == nil { books = UnbilledUsage(billed.organization, day.day) }
                for sum in day.sums { books?.add(sum) }
            }
            self.note(day.day, of: billed.organization, in: store)
        }
    }

    private static func take(_ usage: UsageRecord, from store: some StateStore) {
        self.take(UsageSum(usage), on: usage.occurredAt.day, of: usage.organization, store)
    }

    private static func take(_ sum: UsageSum, on day: Day, of organization: OrganizationID, _ store: some StateStore) {
        var isEmpty = false
        store.update(UnbilledUsage.id(organization, day)) { books in
            books?.subtract(sum)
            isEmpty = books?.sums.isEmpty ?? true
            if isEmpty { books = nil }
        }
        guard isEmpty else { return }
        store.update(ID<UsageCalendar>(bits: organization.bits)) { calendar in
            calendar?.remove(day)
            if calendar?.days.isEmpty ?? true { calendar = nil }
        }
    }
}
