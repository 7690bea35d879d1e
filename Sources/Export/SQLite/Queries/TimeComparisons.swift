import GRDB
import LedgerEvents

/// Makes SQLite compare times as times, however they are spelled: ours as `2025-08-01T16:20:44.332523Z`, those of
/// `datetime` as `2025-08-01 16:20:44`. As texts, every one of ours would be later than every one of that day's.
///
/// Columns of times have the collation `instant`. An expression such as `max(created_at)` has none, so the other side of
/// the comparison gets it: `marked` adds it to what gives a time in SQLite's spelling.
enum TimeComparisons {
    static let collation = "instant"
    private static let mark = " COLLATE \(collation)"
    private static let functions: Set<String> = ["datetime", "strftime"]

    /// -1, 0 or 1. What is no time is compared byte by byte, and with times by their usual text.
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int32 {
        // Ours are all of one length, and sort as they are.
        if a.count == Self.usualLength, b.count == Self.usualLength, a.last == b.last, a.last == UInt8(ascii: "Z") {
            return Self.order(a, b)
        }
        var (left, right) = (Self.usualText(a), Self.usualText(b))
        return left.withUTF8 { left in
            right.withUTF8 { Self.order(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer($0)) }
        }
    }

    private static let usualLength = Instant.zero.description.utf8.count

    private static func usualText(_ bytes: UnsafeRawBufferPointer) -> String {
        Instant(sqlite: bytes)?.description ?? String(decoding: bytes, as: UTF8.self)
    }

    private static func order(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int32 {
        for (left, right) in zip(a, b) where left != right { return left < right ? -1 : 1 }
        return a.count == b.count ? 0 : a.count < b.count ? -1 : 1
    }

    /// `instant('2 hours ago')`: any form that options take, as our columns spell it. NULL for NULL.
    static func function(now: Instant) -> DatabaseFunction {
        DatabaseFunction("instant", argumentCount: 1, pure: true) { values in
            if values[0].isNull { return nil }
            let text = String.fromDatabaseValue(values[0]) ?? "\(values[0])"
            var bytes = text
            let sqlite = bytes.withUTF8 { Instant(sqlite: UnsafeRawBufferPointer($0)) }
            guard let instant = sqlite ?? Instant(words: text, now: now) else {
                throw DatabaseError(message: "instant('\(text)'): it is not \(Instant.wordForms)")
            }
            return instant.description
        }
    }

    /// The names of an answer's columns as the statement has them.
    static func unmarked(_ names: [String]) -> [String] { names.map { $0.replacing(Self.mark, with: "") } }

    /// The statement with the collation behind calls of `datetime` and `strftime`, `CURRENT_TIMESTAMP`, and texts that are
    /// times of day.
    static func marked(_ sql: String) -> String {
        var words = SQLWords(sql)
        var marked = ""
        // For each open parenthesis, whether it is that of a call that gives a time.
        var open: [Bool] = []
        var isCall = false
        while let word = words.next() {
            marked += word.text
            switch word.kind {
            case .space: continue
            case .text:
                if Self.isTime(word.text.dropFirst().dropLast()) { marked += Self.mark }
            case .name:
                if word.text.lowercased() == "current_timestamp" { marked += Self.mark }
            case .other:
                if word.text == "(" { open.append(isCall) }
                if word.text == ")", open.popLast() ?? false { marked += Self.mark }
            }
            isCall = word.kind == .name && Self.functions.contains(word.text.lowercased())
        }
        return marked
    }

    private static func isTime(_ text: Substring) -> Bool {
        // A date alone sorts before the times of its day as it is.
        guard text.utf8.count >= 16, text.contains(":") else { return false }
        var text = String(text)
        return text.withUTF8 { Instant(sqlite: UnsafeRawBufferPointer($0)) != nil }
    }
}

/// The words of a statement (sqlite.org/lang_keywords.html): texts, names, spaces with comments, and single characters.
struct SQLWords: IteratorProtocol {
    enum Kind { case text, name, space, other }

    private var rest: Substring.UTF8View

    init(_ sql: String) { self.rest = Substring(sql).utf8 }

    mutating func next() -> (kind: Kind, text: Substring)? {
        guard let first = self.rest.first else { return nil }
        switch first {
        case UInt8(ascii: "'"): return (.text, self.quoted(by: first))
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return (.other, self.quoted(by: first))
        case UInt8(ascii: "["): return (.other, self.take(self.rest.firstIndex(of: UInt8(ascii: "]")), and: 1))
        case UInt8(ascii: "-") where self.rest.starts(with: "--".utf8):
            return (.space, self.take(self.rest.firstIndex(of: UInt8(ascii: "\n")), and: 1))
        case UInt8(ascii: "/") where self.rest.starts(with: "/*".utf8):
            let end = Substring(self.rest).dropFirst(2).firstRange(of: "*/")?.upperBound
            return (.space, self.take(end, and: 0))
        default:
            if Self.isSpace(first) { return (.space, self.take { Self.isSpace($0) }) }
            if Self.isName(first) { return (.name, self.take { Self.isName($0) }) }
            return (.other, self.take(self.rest.startIndex, and: 1))
        }
    }

    /// Up to the closing quote; two of them are one inside.
    private mutating func quoted(by quote: UInt8) -> Substring {
        var end = self.rest.index(after: self.rest.startIndex)
        while end < self.rest.endIndex {
            defer { end = self.rest.index(after: end) }
            guard self.rest[end] == quote else { continue }
            let next = self.rest.index(after: end)
            if next < self.rest.endIndex, self.rest[next] == quote { end = next } else { return self.take(end, and: 1) }
        }
        return self.take(nil, and: 0)
    }

    /// What stands before an index, and so many bytes behind it; all where there is none.
    private mutating func take(_ end: Substring.UTF8View.Index?, and more: Int) -> Substring {
        let end = end.map { self.rest.index($0, offsetBy: more, limitedBy: self.rest.endIndex) ?? self.rest.endIndex }
        let taken = self.rest[..<(end ?? self.rest.endIndex)]
        self.rest = self.rest[taken.endIndex...]
        return Substring(taken)
    }

    private mutating func take(while isPart: (UInt8) -> Bool) -> Substring {
        self.take(self.rest.firstIndex { !isPart($0) }, and: 0)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
