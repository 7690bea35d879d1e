import Glibc
import Synchronization

/// Lets a command that goes on for ever end in good order when it is interrupted: what it has read is recorded first.
enum Interruption {
    private static let flag = Atomic<Bool>(false)

    static var hasCome: Bool { self.flag.load(ordering: .relaxed) }

    /// From now on, the first SIGINT or SIGTERM is only taken note of; the second ends the process.
    static func catchSignals() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.flag.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
