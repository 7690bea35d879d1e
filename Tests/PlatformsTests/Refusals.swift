import AgentLedger
import Synchronization

/// What an import refused.
final class Refusals: Sendable {
    private let all = Mutex<[ImportRefusal]>([])

    func add(_ refusal: ImportRefusal) { self.all.withLock { $0.append(refusal) } }

    var list: [ImportRefusal] { self.all.withLock { $0 } }
}
