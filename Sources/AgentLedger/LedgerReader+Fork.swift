import LedgerEvents
import LedgerLogLMDB

extension LedgerReader {
    /// Makes a new ledger in `path` that shares this one's past up to a moment: the same events, with the same Merkle
    /// root. From there it goes its own way; this one is left as it is.
    ///
    /// Sealed segments are shared as files, what stands behind them is copied. The new ledger has an origin of its own,
    /// and says in ledger.json which one it was forked from, and at which position. Throws `EventLogError` with code
    /// `.alreadyExists` for a path that holds anything.
    package func fork(at moment: Moment = .end, into path: String) async throws -> LedgerIdentity {
        try Ledger.requireOutsideOfLedgers(path)
        let position = try self.position(of: moment)
        var identifiers = UUIDv7Generator(random: EntropyPool())
        try await self.log.fork(
            at: position, into: path, origin: identifiers.next(at: LMDBEventLog.systemClock()))
        return try LMDBEventLog.open(at: path).identity
    }
}
