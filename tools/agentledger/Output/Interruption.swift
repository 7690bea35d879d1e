import AgentLedger
import Foundation
import Glibc
import LedgerExporters
import Synchronization

/// Lets a command that goes on for ever end in good order when it is interrupted: what it has read is recorded first.
enum Interruption {
    private static let flag = Atomic<Bool>(false)

    static var hasCome: Bool { self.flag.load(ordering: .relaxed) }

    // SAFETY: set once, by the main thread, before anything is written.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

    /// From now on, SIGINT, SIGTERM and SIGHUP end the process as before, but first remove the files that it has not
    /// finished.
    static func removePartialFiles() {
        let queue = DispatchQueue(label: "interruption")
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                PartialFile.removeAll()
                signal(number, SIG_DFL)
                kill(getpid(), number)
            }
            source.resume()
            self.sources.append(source)
        }
    }

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
