import LedgerDomain
import LedgerEvents
import LedgerLog

extension CommandRequest {
    /// The idempotency key as the log stores it: that of one actor in one organization, so that nobody meets another's
    /// keys. Nil without a key.
    func scopedIdempotencyKey(in world: any DecisionContext) throws -> String? {
        guard let key = self.idempotencyKey else { return nil }
        var attempt = AttemptReader(world: world, isForAnyAttempt: true)
        try self.command.accept(&attempt)
        let organization = attempt.thing.organization.map { TenantID(bits: $0.bits) }
        return Idempotency.scoped(key, organization: organization, actor: self.actor)
    }
}
