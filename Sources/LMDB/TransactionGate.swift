import Synchronization

/// Counts the open transactions of this process, and lets a resize of the map in when there are none.
///
/// Entering is one atomic exchange. A thread may enter again while it is inside, so an entrant gives way to a waiting
/// resize only for a while: waiting for ever would make a nested read and the resize wait for each other.
final class TransactionGate: Sendable {
    private static let closed = 1 << 62
    private static let wanted = 1 << 61
    private static let giveWayMicroseconds: UInt32 = 50_000

    /// The number of transactions inside, and the two bits above.
    private let state = Atomic<Int>(0)

    func enter() {
        var waited: UInt32 = 0
        while true {
            let seen = state.load(ordering: .relaxed)
            let isClosed = seen & Self.closed != 0
            let givesWay = seen & Self.wanted != 0 && waited < Self.giveWayMicroseconds
            if isClosed || givesWay {
                FileSystem.pause(microseconds: 100)
                waited += 100
                continue
            }
            if state.weakCompareExchange(expected: seen, desired: seen + 1, ordering: .acquiring).exchanged { return }
        }
    }

    func leave() {
        state.subtract(1, ordering: .releasing)
    }

    /// Waits until nothing is inside and keeps everything out; false when that took longer than `seconds`.
    func close(withinSeconds seconds: Int) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            state.bitwiseOr(Self.wanted, ordering: .relaxed)
            let isClosed = state.compareExchange(
                expected: Self.wanted, desired: Self.closed, ordering: .acquiringAndReleasing
            ).exchanged
            if isClosed { return true }
            if ContinuousClock.now > deadline {
                state.bitwiseAnd(~Self.wanted, ordering: .relaxed)
                return false
            }
            FileSystem.pause(microseconds: 100)
        }
    }

    func open() {
        // Another waiting resize lost its mark, and sets it again on its next round.
        state.bitwiseAnd(~(Self.closed | Self.wanted), ordering: .releasing)
    }
}
