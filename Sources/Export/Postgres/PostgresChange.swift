/// One difference between a target and what an export left there.
struct PostgresChange: Equatable {
    enum Kind {
        /// Of a table: it has to be made again.
        case structure
        case rows
        /// What decides who may see and do what, and what runs or is read beside the tables: it can be put back.
        case access
    }

    var kind: Kind
    /// A clause: `policy x on y was added`.
    var words: String

    private static let accessWords = ["row security ", "policy ", "grant ", "function ", "trigger ", "view "]
    /// Those of which additions matter too: they say who sees what, or keep rows out, or change them. What else others add is
    /// theirs, such as an index that makes their queries fast.
    private static let watchedWords = [
        "row security ", "policy ", "grant ", "function ", "constraint ", "rule ", "trigger ", "index CREATE UNIQUE ",
    ]

    private static func isWatched(_ name: String) -> Bool {
        Self.watchedWords.contains { name.hasPrefix($0) } || name.hasPrefix("column ") && name.hasSuffix(" NOT NULL")
    }

    /// - Parameters:
    ///   - kept: lines that are no longer true.
    ///   - added: lines that are true now.
    static func changes(kept: [String], added: [String]) -> [PostgresChange] {
        let (before, after) = (kept.map(Self.line), added.map(Self.line))
        let gone = before.compactMap { line in
            Self.change(line, now: after.first { $0.name == line.name }?.rest)
        }
        let new = after.filter { line in
            !before.contains { $0.name == line.name } && Self.isWatched(line.name)
        }
        let tables = gone.filter { $0.words.hasPrefix("table ") }
        return tables + gone.filter { !$0.words.hasPrefix("table ") }
            + new.map {
                // A trigger may have kept rows out or changed them.
                let kind = $0.name.hasPrefix("trigger ") ? Kind.structure : Self.kind($0.name)
                return .init(kind: kind, words: "\($0.name)\($0.rest) was added")
            }
    }

    /// What a line is about, and what it says of it: a digest, a number of rows, whether something is on.
    private static func line(_ text: String) -> (name: String, rest: String) {
        if let mark = text.range(of: " #", options: .backwards) { return (String(text[..<mark.lowerBound]), "") }
        guard text.hasPrefix("rows ") || text.hasPrefix("row security "), let space = text.lastIndex(of: " ") else {
            return (text, "")
        }
        return (String(text[..<space]), String(text[space...]))
    }

    private static func kind(_ name: String) -> Kind {
        if name.hasPrefix("rows ") { return .rows }
        return Self.accessWords.contains { name.hasPrefix($0) } ? .access : .structure
    }

    /// - Parameter now: what is said of the same today; nil where nothing is.
    private static func change(_ line: (name: String, rest: String), now: String?) -> PostgresChange? {
        let kind = Self.kind(line.name)
        switch (kind, now) {
        // The table is missing, and that is said.
        case (.rows, nil): return nil
        case (.rows, let now?):
            return .init(kind: kind, words: "rows in \(line.name.dropFirst("rows ".count)):\(now), not\(line.rest)")
        case (_, nil): return .init(kind: kind, words: "\(line.name)\(line.rest) is missing")
        case (_, let now?) where line.rest.isEmpty && now.isEmpty:
            return .init(kind: kind, words: "\(line.name) was changed")
        case (_, let now?): return .init(kind: kind, words: "\(line.name) is\(now), not\(line.rest)")
        }
    }
}

/// The things that keep a table from being dropped, as PostgreSQL lists them: one a line, each with what it depends on.
struct PostgresDependents: CustomStringConvertible {
    private static let limit = 5
    private var names: [String] = []

    init(detail: String) {
        for line in detail.split(separator: "\n") {
            guard let range = line.range(of: " depends on ") else { continue }
            let dependent = line[..<range.lowerBound]
            // `constraint x on table y`, `column x of table y`: y is what can be dropped.
            let owner = dependent.range(of: " table ").map { "table \(dependent[$0.upperBound...])" }
            let name = owner ?? String(dependent)
            if !self.names.contains(name) { self.names.append(name) }
        }
    }

    var description: String {
        let shown = self.names.prefix(Self.limit).joined(separator: ", ")
        let rest = self.names.count - Self.limit
        return rest > 0 ? "\(shown) and \(rest) more" : shown
    }
}
