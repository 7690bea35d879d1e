import LedgerLMDB

extension LMDBEventLog {
    /// From now on, calls `report` with a sentence when a writer of this process has waited for a second for the lock that
    /// another process holds: once for each wait and holder.
    package static func reportLockWaits(_ report: @escaping @Sendable (String) -> Void) {
        LockWatch.start { path, holder in
            guard let holder else {
                report(
                    "waiting for the writer's lock of \(path); the process that holds it cannot be told, for example "
                        + "because it runs in another container")
                return
            }
            let command = holder.command.isEmpty ? "" : " (\(holder.command))"
            report(
                "waiting for the writer's lock of \(path), which process \(holder.process)\(command) holds"
                    + (holder.isStopped ? "; it is stopped: continue it (kill -CONT \(holder.process)) or end it" : ""))
        }
    }
}
