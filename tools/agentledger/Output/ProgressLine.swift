import AgentLedger
import Glibc
import LedgerViews
import Synchronization

/// One line on standard error about work that takes more than a second; nothing where no person is looking.
final class ProgressLine: Sendable {
    enum Unit: Sendable {
        case events, rows, pages, bytes
    }

    private struct State {
        var shownAt = ContinuousClock.now
        var isShown = false
    }

    /// Whether a line stands on the terminal now.
    private static let shown = Mutex(State())

    private let doing: String
    private let unit: Unit
    private let start = ContinuousClock.now

    init(_ doing: String, _ unit: Unit) {
        self.doing = doing
        self.unit = unit
    }

    deinit { Self.clear() }

    /// - Parameter total: nil where nobody knows.
    func update(_ done: UInt64, of total: UInt64?) {
        guard Terminal.isError else { return }
        let now = ContinuousClock.now
        guard now - self.start > .seconds(1) else { return }
        let line = Self.line(self.doing, self.unit, done, total, seconds: (now - self.start).inSeconds)
        Self.shown.withLock { state in
            guard !state.isShown || now - state.shownAt > .milliseconds(100) else { return }
            state = State(shownAt: now, isShown: true)
            let width = Terminal.columns(of: STDERR_FILENO) - 1
            Output.write("\r\u{1B}[K" + line.prefix(width), to: STDERR_FILENO)
        }
    }

    static func clear() {
        Self.shown.withLock { state in
            guard state.isShown else { return }
            state.isShown = false
            Output.write("\r\u{1B}[K", to: STDERR_FILENO)
        }
    }

    /// `replaying  45%  900,000 of 2,000,000 events  1,200,000/s  0:01 left`
    private static func line(
        _ doing: String, _ unit: Unit, _ done: UInt64, _ total: UInt64?, seconds: Double
    ) -> String {
        let rate = Double(done) / max(seconds, 0.001)
        var parts = [doing]
        if let total, total > 0 { parts.append("\(min(100, done * 100 / total))%") }
        let count = unit.text(done) + (total.map { " of \(unit.text($0))" } ?? "")
        parts.append(unit == .bytes ? count : "\(count) \(unit)")
        parts.append("\(unit.text(UInt64(rate)))/s")
        if let total, total > done, rate > 0 {
            let left = Int((Double(total - done) / rate).rounded(.up))
            parts.append("\(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left")
        }
        return parts.joined(separator: "  ")
    }

    /// For what folds views.
    var views: Views.Progress { { done, head in self.update(done.value, of: head.value) } }
}

extension ProgressLine.Unit {
    fileprivate func text(_ value: UInt64) -> String {
        self == .bytes ? Text.bytes(Int(clamping: value)) : Text.grouped(value)
    }
}

extension Duration {
    var inSeconds: Double { Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18 }
}
