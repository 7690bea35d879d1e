import LedgerEvents

/// The table of dialects, made searchable once.
enum DialectIndex {
    struct Entry: Sendable {
        var concept: Concept
        var rank: UInt8
        var rule: ValueRule
        var dialect: Dialect
        var isPlain: Bool
    }

    private static let names = NameTable(DialectTable.rows.map(\.key))
    private static let entries: [Entry] = DialectTable.rows.map { row in
        Entry(
            concept: row.concept, rank: row.rank, rule: row.rule, dialect: row.dialect,
            isPlain: row.isPlain && !row.dialect.marks.isEmpty)
    }
    private static let prefixes: [[UInt8]] = DialectTable.contentPrefixes.map { Array($0.prefix.utf8) }

    /// The row of an attribute, by its place in the table; nil where no dialect has it.
    @inline(__always)
    static func row(_ key: UnsafeRawBufferPointer) -> Int? { self.names.index(of: key) }

    @inline(__always)
    static func entry(_ row: Int) -> Entry { self.entries[row] }

    static func isContent(_ key: UnsafeRawBufferPointer) -> Bool {
        self.prefixes.contains { key.count > $0.count && key.prefix($0.count).elementsEqual($0) }
    }

    // MARK: Words

    private static let words = NameTable(DialectTable.kinds.map(\.word))

    /// The role that a word names, whatever its letter case; a word that is not known is nil.
    static func kind(_ word: UnsafeRawBufferPointer) -> DialectTable.Kind? {
        let length = word.firstIndex(of: UInt8(ascii: " ")) ?? word.count
        guard length > 0, length < 64 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: length, alignment: 1) { lower in
            for index in 0..<length {
                let byte = word[index]
                lower[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
            }
            return self.words.index(of: UnsafeRawBufferPointer(lower)).map { DialectTable.kinds[$0] }
        }
    }

    static func kind(_ word: String) -> DialectTable.Kind? {
        var word = word
        return word.withUTF8 { self.kind(UnsafeRawBufferPointer($0)) }
    }

    // MARK: Texts of usage

    private static let inside = NameTable(DialectTable.insideTexts.map(\.key))

    static func insideText(_ key: UnsafeRawBufferPointer) -> DialectTable.InsideText? {
        self.inside.index(of: key).map { DialectTable.insideTexts[$0] }
    }

    static let logEvents = Dictionary(
        DialectTable.logEvents.map { ($0.name, $0.role) }, uniquingKeysWith: { first, _ in first })
}
