import Dispatch

/// Runs the writer on a queue of its own: a commit blocks, and must not block the pool that everyone shares.
final class WriterExecutor: SerialExecutor {
    let queue = DispatchQueue(label: "agentledger.writer", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(self.queue)) }
}
