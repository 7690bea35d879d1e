import LedgerDomain
import LedgerEvents

/// What happens on the first day of a month.
extension Workday {
    mutating func startQuotaPeriod() {
        var script = Script(organization: self.place, from: self.day.start, actor: .billing)
        script.add(
            after: Milliseconds.second,
            .organization(
                .startQuotaPeriod(
                    .with {
                        $0.id = self.organization.id
                        $0.start = self.day
                    })))
        self.plan(script)
    }

    /// Bills the usage of the month that has ended. There is some: else the draft would be refused.
    ///
    /// What becomes of invoices goes round, so that everything soon happens to some; a last one is paid. After one that
    /// is cancelled comes one that is not: it bills two months.
    mutating func planInvoice() {
        self.organization.invoices += 1
        let story = self.organization.phase == .closing ? 0 : self.organization.number + self.organization.invoices
        // Each on a day of its own: to bill a month of a large organization takes memory.
        let start = self.day.advanced(byDays: self.organization.phase == .closing ? 0 : Int32(self.place % 20)).start
        var script = Script(organization: self.place, from: start, actor: .billing)
        script.wait(milliseconds: self.dice.within((5 * Milliseconds.minute)...Milliseconds.hour))
        switch story % 8 {
        case 2:
            let invoice = self.draft(in: &script)
            self.addFee(to: invoice, in: &script)
            _ = self.issue(invoice, in: &script)
            self.pay(invoice, after: self.dice.within(1...10) * Milliseconds.day, in: &script)
            self.credit(invoice, in: &script)
        case 3:
            let invoice = self.draft(in: &script)
            self.miss(self.issue(invoice, in: &script), of: invoice, in: &script)
            self.pay(invoice, after: self.dice.within(1...9) * Milliseconds.day, in: &script)
        case 4:
            let wrong = self.draft(in: &script)
            self.cancel(wrong, "drafted with the wrong address", after: Milliseconds.hour, in: &script)
            let invoice = self.draft(in: &script)
            _ = self.issue(invoice, in: &script)
            self.pay(invoice, after: self.dice.within(1...10) * Milliseconds.day, in: &script)
        case 5:
            let invoice = self.draft(in: &script)
            _ = self.issue(invoice, in: &script)
            self.cancel(invoice, "billed anew in another form", after: 3 * Milliseconds.day, in: &script)
        case 7:
            let invoice = self.draft(in: &script)
            self.addFee(to: invoice, in: &script)
            self.miss(self.issue(invoice, in: &script), of: invoice, in: &script)
            self.cancel(invoice, "billed anew after a dispute", after: 2 * Milliseconds.day, in: &script)
        case _:
            let invoice = self.draft(in: &script)
            _ = self.issue(invoice, in: &script)
            self.pay(invoice, after: self.dice.within(1...10) * Milliseconds.day, in: &script)
        }
        self.plan(script)
    }

    /// The day on which it is due.
    private func issue(_ invoice: InvoiceID, in script: inout Script) -> Day {
        script.wait(milliseconds: Milliseconds.day)
        let due = script.now.day.advanced(byDays: 14)
        script.add(
            .invoice(
                .issue(
                    .with {
                        $0.id = invoice
                        $0.dueDate = due
                    })))
        return due
    }

    private func miss(_ due: Day, of invoice: InvoiceID, in script: inout Script) {
        script.now = due.advanced(byDays: 1).start.advanced(byMilliseconds: Milliseconds.hour)
        script.add(.invoice(.markOverdue(.with { $0.id = invoice })))
    }

    private mutating func draft(in script: inout Script) -> InvoiceID {
        let invoice: InvoiceID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        let end = self.day.advanced(byDays: -1)
        script.add(
            .invoice(
                .draft(
                    .with {
                        $0.id = invoice
                        $0.organization = self.organization.id
                        $0.periodStart = end.startOfMonth
                        $0.periodEnd = end
                        $0.taxRate = self.organization.taxRate
                    })))
        return invoice
    }

    private func addFee(to invoice: InvoiceID, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .invoice(
                .addLine(
                    .with {
                        $0.id = invoice
                        $0.description = "Support plan"
                        $0.quantity = 1
                        $0.unitPrice = .cents(9900)
                    })))
    }

    /// Some banks tell of a payment more than once: its key tells that it is the same.
    private mutating func pay(_ invoice: InvoiceID, after milliseconds: Int, in script: inout Script) {
        let reference = "transfer-\(self.dice.hexadecimal(10))"
        script.add(
            after: milliseconds,
            .invoice(
                .pay(
                    .with {
                        $0.id = invoice
                        $0.reference = reference
                    })))
        if self.dice.chance(perMille: 250) { script.key("payment:\(reference)") }
    }

    private func cancel(_ invoice: InvoiceID, _ reason: String, after milliseconds: Int, in script: inout Script) {
        script.add(
            after: milliseconds,
            .invoice(
                .cancel(
                    .with {
                        $0.id = invoice
                        $0.reason = reason
                    })))
    }

    /// Part of the fee is given back.
    private mutating func credit(_ invoice: InvoiceID, in script: inout Script) {
        let number = "CN-\(self.organization.number)-\(self.nextSerial())"
        script.add(
            after: Milliseconds.day,
            .invoice(
                .issueCreditNote(
                    .with {
                        $0.id = invoice
                        $0.number = number
                        $0.amount = .cents(2500)
                        $0.reason = "an outage of half a day"
                    })))
    }
}
