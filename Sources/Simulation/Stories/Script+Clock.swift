import LedgerDomain
import LedgerEvents

extension Script {
    /// Somebody tells the ledger that a day has begun.
    static func tick(on day: Day) -> Script {
        var script = Script(organization: Company.nowhere, from: day.start, actor: .scheduler)
        script.add(
            .clock(
                .tick(
                    .with {
                        $0.id = PolicyClock.only
                        $0.time = day.start
                    })))
        return script
    }
}
