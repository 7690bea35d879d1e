import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

@testable import LedgerViews

@Suite("Decoding ahead")
struct DecodeAheadTests {
    /// Long enough for many chunks, so that they are used again.
    private static let count = DecodeAhead.worthAThread * 3 + 7

    private func log(unknownAt unknown: Int? = nil) async throws -> InMemoryEventLog {
        let log = InMemoryEventLog(now: { Instant(microseconds: 1_754_000_000_000_000) })
        let batch = EventBatch()
        for number in 1...Self.count {
            var envelope = Envelope()
            envelope.id = EventID(bits: UInt128(number))
            envelope.type = number == unknown ? "nobody.knows" : UserLoggedIn.type
            envelope.actor = .system(number.isMultiple(of: 3) ? "tests" : "others")
            let login = UserLoggedIn.with { $0.id = ID(bits: UInt128(number)) }
            try batch.append(&envelope, tags: [login.id.tag]) { visitor in
                var payload = login
                try payload.fields(&visitor)
            }
        }
        _ = try await log.append(batch)
        return log
    }

    @Test("hands over every event once, in order, each with its own envelope")
    func order() async throws {
        let log = try await self.log()
        var next: UInt64 = 11
        try DecodeAhead.forEach(of: log, after: Position(10), through: Position(UInt64(Self.count) - 1)) {
            let (event, envelope) = ($0.event, $0.envelope)
            guard event.audit.entity == UInt128(next), envelope.position.value == next,
                envelope.actor == .system(next.isMultiple(of: 3) ? "tests" : "others")
            else {
                Issue.record("at \(next) came \(envelope)")
                throw Stop()
            }
            next += 1
        }
        #expect(next == UInt64(Self.count))
    }

    private struct Stop: Error {}

    @Test("ends when its reader has had enough, wherever that is", arguments: [1, 512, 513, 5000])
    func stopping(at limit: Int) async throws {
        let log = try await self.log()
        var count = 0
        #expect(throws: Stop.self) {
            try DecodeAhead.forEach(of: log, after: .start, through: .end) { _ in
                count += 1
                if count == limit { throw Stop() }
            }
        }
        #expect(count == limit)
    }

    @Test("hands over what stands before an event that cannot be read, and then says which it is")
    func failure() async throws {
        let log = try await self.log(unknownAt: 3000)
        var last: UInt64 = 0
        let error = #expect(throws: ViewsError.self) {
            try DecodeAhead.forEach(of: log, after: .start, through: .end) { decoded in
                last = decoded.envelope.position.value
            }
        }
        #expect(error?.code == .unknownEvent)
        #expect(error?.description.contains("position 3000") == true)
        #expect(last == 2999)
    }
}
