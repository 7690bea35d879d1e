import AgentDomain
import EventSourcing

/// Names the lines of one command file, so that the ledger knows them again: by what a line says, when that happened,
/// and how often the file said it before. Neither the file's name nor the lines around it matter: a file that grew, was
/// renamed or had a refused line mended is known line by line.
///
/// Memory is bounded: equal lines that are a million other lines apart have one name.
public struct LineNames {
    /// How often lines were read, by parts of their names. The older half is forgotten when the newer one is full.
    private var newer: [UInt64: Int] = [:]
    private var older: [UInt64: Int] = [:]
    private let capacity: Int

    private static let namespace = UUIDv5.named("imported_line", in: 0)

    /// - Parameter capacity: how many lines in a row are remembered at least.
    public init(capacity: Int = 1_000_000) { self.capacity = capacity }

    /// The name of the file's next line.
    ///
    /// - Parameter instant: the time that the line states: names in the order of time keep the views' pages together.
    mutating func next(_ line: UnsafeRawBufferPointer, at instant: Instant?) -> ID<ImportedLine> {
        let first = self.name(line, instant, 0)
        let key = UInt64(truncatingIfNeeded: first) ^ UInt64(truncatingIfNeeded: first >> 64)
        let before = self.newer[key] ?? self.older[key] ?? 0
        self.newer[key] = before + 1
        if self.newer.count >= self.capacity {
            self.older = self.newer
            self.newer = [:]
        }
        return ID(bits: before == 0 ? first : self.name(line, instant, before))
    }

    /// The id of what a line makes without giving it one: the line's name as version 7, because ids of version 8 of facts
    /// are the ledger's to give.
    static func newThing(_ line: ID<ImportedLine>) -> UInt128 { line.bits & ~(0xF << 76) | 7 << 76 }

    private func name(_ line: UnsafeRawBufferPointer, _ instant: Instant?, _ before: Int) -> UInt128 {
        UUIDv8.named(line, in: Self.namespace &+ UInt128(before), at: instant ?? .zero)
    }
}
