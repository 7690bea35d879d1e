import Foundation
import Synchronization

/// The most memory that a process had. `resident` counts the pages of the log that are mapped, too, which the system
/// takes back as it likes; `anonymous` is what the program itself asked for.
struct PeakMemory {
    var residentMebibytes: Double
    var anonymousMebibytes: Double

    /// From what a child printed.
    init(_ numbers: [Double]) throws {
        guard numbers.count == 2 else { throw Program.Failure(description: "the child did not say its memory") }
        (self.residentMebibytes, self.anonymousMebibytes) = (numbers[0], numbers[1])
    }
}

/// Looks every few milliseconds at how much anonymous memory this process has.
final class MemoryWatch: Sendable {
    private let most = Mutex(0)
    private let isOver = Mutex(false)

    init() {
        let thread = Thread { [weak self] in
            while let watch = self, !watch.isOver.withLock({ $0 }) {
                watch.look()
                usleep(20_000)
            }
        }
        thread.start()
    }

    private func look() {
        let now = Self.status("RssAnon:")
        self.most.withLock { $0 = max($0, now) }
    }

    /// VmHWM and the most RssAnon, in MiB.
    func end() -> (resident: Double, anonymous: Double) {
        self.look()
        self.isOver.withLock { $0 = true }
        return (Double(Self.status("VmHWM:")) / 1024, Double(self.most.withLock { $0 }) / 1024)
    }

    /// KiB.
    private static func status(_ name: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""  // Without one it is 0.
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? 0
    }
}
