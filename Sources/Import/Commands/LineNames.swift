import LedgerDomain
import LedgerEvents

/// Names the lines of one command file, so that the ledger knows them again: by what a line means, when that happened,
/// and how often the file said it before. Neither how it is written, nor the file's name, nor the lines around it matter:
/// a file that grew, was renamed, written anew by a program or had a refused line mended is known line by line.
///
/// Memory is bounded: equal lines that are a million other lines apart have one name.
package struct LineNames {
    private var meanings: Counts
    /// Of the lines as they are written, by which they were named before.
    private var spellings: Counts
    private var meaning = JSONMeaning()

    private static let namespace = UUIDv5.named("line_meaning", in: 0)
    private static let formerNamespace = UUIDv5.named("imported_line", in: 0)

    /// - Parameter capacity: how many lines in a row are remembered at least.
    package init(capacity: Int = 1_000_000) {
        self.meanings = Counts(capacity: capacity)
        self.spellings = Counts(capacity: capacity)
    }

    /// The name of the file's next line, and the one that it had before names went by what a line means.
    ///
    /// - Parameter instant: the time that the line states: names in the order of time keep the views' pages together.
    mutating func next(
        _ line: UnsafeRawBufferPointer, at instant: Instant?
    ) throws -> (line: ID<ImportedLine>, former: ID<ImportedLine>) {
        let former = self.spellings.name(line, Self.formerNamespace, instant)
        let text = try self.meaning.text(of: line)
        return (text.withUnsafeBytes { self.meanings.name($0, Self.namespace, instant) }, former)
    }

    /// The id of what a line makes without giving it one: the line's name as version 7, because ids of version 8 of facts
    /// are the ledger's to give.
    static func newThing(_ line: ID<ImportedLine>) -> UInt128 { line.bits & ~(0xF << 76) | 7 << 76 }

    /// How often texts were read, by parts of their names. The older half is forgotten when the newer one is full.
    private struct Counts {
        private var newer: [UInt64: Int] = [:]
        private var older: [UInt64: Int] = [:]
        private let capacity: Int

        init(capacity: Int) { self.capacity = capacity }

        mutating func name(
            _ text: UnsafeRawBufferPointer, _ namespace: UInt128, _ instant: Instant?
        ) -> ID<ImportedLine> {
            let first = UUIDv8.named(text, in: namespace, at: instant ?? .zero)
            let key = UInt64(truncatingIfNeeded: first) ^ UInt64(truncatingIfNeeded: first >> 64)
            let before = self.newer[key] ?? self.older[key] ?? 0
            self.newer[key] = before + 1
            if self.newer.count >= self.capacity {
                self.older = self.newer
                self.newer = [:]
            }
            if before == 0 { return ID(bits: first) }
            return ID(bits: UUIDv8.named(text, in: namespace &+ UInt128(before), at: instant ?? .zero))
        }
    }
}
