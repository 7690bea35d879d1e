import LedgerDomain
import LedgerEvents

/// What is made, and made anew.
extension Workday {
    /// A report in three versions, of which the second is the best.
    mutating func deliver(_ step: ProjectStepID, in conversation: ConversationID, _ script: inout Script) {
        let report: DeliverableID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        let founder = self.organization.founder.user
        script.add(
            .deliverable(
                .create(
                    .with {
                        $0.id = report
                        $0.user = founder
                        $0.projectStep = step
                        $0.title = "Report"
                        $0.type = "document"
                    })))
        _ = self.addVersion("# Draft", to: report, in: &script)
        let best = self.addVersion("# The year in numbers", to: report, in: &script)
        _ = self.addVersion("# The year in numbers, at length", to: report, in: &script)
        script.add(
            after: Milliseconds.minute,
            .deliverableVersion(.makeCurrent(.with { $0.id = best })))
        script.add(
            after: Milliseconds.minute,
            .deliverable(
                .retitle(
                    .with {
                        $0.id = report
                        $0.title = "The year in numbers"
                    })))
        self.setWorkProduct(of: conversation, to: Deliverable.kind, EventID(bits: report.bits), in: &script)
    }

    private mutating func addVersion(
        _ content: String, to report: DeliverableID, in script: inout Script
    ) -> DeliverableVersionID {
        let version: DeliverableVersionID = self.dice.id(at: script.now.advanced(byMilliseconds: Milliseconds.minute))
        script.add(
            after: Milliseconds.minute,
            .deliverableVersion(
                .add(
                    .with {
                        $0.id = version
                        $0.deliverable = report
                        $0.content = content
                        $0.format = "markdown"
                    })))
        return version
    }
}
