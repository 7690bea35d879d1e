import LedgerEvents
import LedgerLog
import Seeded

/// A batch as its number and a seed determine it: the writer makes it, and the check makes it again.
struct PlannedBatch {
    struct Event {
        var note: Note
        var isMark: Bool
        var tags: [EventTag]

        var type: EventType { self.isMark ? Mark.type : Note.type }
    }

    let number: Int
    let seed: UInt64
    let events: [Event]

    init(number: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed &+ UInt64(number) &* 0x9E6C_63D0_876A_3F6B)
        self.number = number
        self.seed = seed
        self.events = (0..<Self.count(&random)).map { index in
            var filler = "\(seed)"
            switch Int.random(in: 0..<200, using: &random) {
            case 0: filler += String(repeating: "large ", count: 8_000)
            case 1..<4: filler += String(repeating: "overflow ", count: 1_000)
            default: filler += String(repeating: "x", count: Int.random(in: 0..<120, using: &random))
            }
            let tags = (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.tag(&random) }
            return Event(
                note: Note(batch: number, index: index, filler: filler), isMark: Bool.random(using: &random),
                tags: [Self.tag(of: number)] + tags)
        }
    }

    private static func count(_ random: inout SplitMix64) -> Int {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<70: Int.random(in: 1...6, using: &random)
        case 70..<92: Int.random(in: 7...60, using: &random)
        case 92..<99: Int.random(in: 100...300, using: &random)
        default: Int.random(in: 1_000...1_500, using: &random)
        }
    }

    /// Few and many different ones, ids and texts, so that every part of the tag index is grown and moved.
    private static func tag(_ random: inout SplitMix64) -> EventTag {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: EventTag(kind: "org", text: "x")
        case 1...4: EventTag(kind: "run", id: UInt128.random(in: 0..<12, using: &random) << 64)
        case 5...6: EventTag(kind: "slug", text: String(repeating: "ab", count: Int.random(in: 1...90, using: &random)))
        case 7: EventTag(kind: String(repeating: "k", count: 150), id: UInt128.random(in: 0..<3, using: &random))
        default: EventTag(kind: "metric", id: UInt128.random(in: 0...UInt128.max, using: &random))
        }
    }

    static func tag(of number: Int) -> EventTag { EventTag(kind: "batch", id: UInt128(number)) }

    var idempotency: Idempotency {
        let fingerprint = withUnsafeBytes(of: (self.seed, self.number)) { Array($0) }
        return Idempotency(key: "batch \(self.number)", fingerprint: fingerprint)
    }

    /// Every third asks for not being there yet.
    var condition: AppendCondition? {
        self.number % 3 == 0 ? AppendCondition(failIfEventsMatch: EventQuery(tags: [Self.tag(of: self.number)])) : nil
    }

    func batch() throws -> sending EventBatch {
        let batch = EventBatch()
        for event in self.events {
            if event.isMark {
                try batch.append(Mark(note: event.note), Envelope(), tags: event.tags)
            } else {
                try batch.append(event.note, Envelope(), tags: event.tags)
            }
        }
        return batch
    }
}
