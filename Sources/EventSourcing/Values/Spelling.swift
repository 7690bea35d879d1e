/// Finds the word that a misspelled one was probably meant to be.
package enum Spelling {
    /// The nearest of `words`, if one is near: a few letters wrong, missing, too many or exchanged, or a beginning that
    /// only one of them has.
    package static func nearest(to word: String, in words: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().utf8.prefix(Self.longest))
        if typed.isEmpty { return nil }
        var best: (word: String, distance: Int)?
        var continuations: Set<String> = []
        for candidate in words {
            let letters = Array(candidate.lowercased().utf8.prefix(Self.longest))
            if letters.starts(with: typed) || letters.reversed().starts(with: typed.reversed()) {
                continuations.insert(candidate)
            }
            let limit = min(3, max(1, min(typed.count, letters.count) / 3))
            let distance = Self.distance(typed, letters)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word ?? (continuations.count == 1 ? continuations.first : nil)
    }

    /// `; did you mean "workflow"?`, or nothing.
    package static func suggestion(for word: String, in words: some Sequence<String>) -> String {
        Self.nearest(to: word, in: words).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    private static let longest = 100

    /// Letters to change, add, leave out or exchange with their neighbour (optimal string alignment).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows = [Array(0...b.count)]
        for (i, letter) in a.enumerated() {
            var row = [i + 1]
            for (j, other) in b.enumerated() {
                var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
                if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other { least = min(least, rows[i - 1][j - 1] + 1) }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
