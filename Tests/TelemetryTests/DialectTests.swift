import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("The table of dialects")
struct DialectTests {
    @Test("names each attribute once, and ranks those of a concept apart")
    func unique() {
        let rows = DialectTable.rows
        #expect(Set(rows.map(\.key)).count == rows.count)
        for concept in Concept.allCases where concept != .content {
            let ranks = rows.filter { $0.concept == concept }.map(\.rank)
            #expect(Set(ranks).count == ranks.count, "\(concept)")
        }
    }

    @Test("has its words, names inside texts and scopes once, long scopes before their beginnings")
    func order() {
        #expect(Set(DialectTable.kinds.map(\.word)).count == DialectTable.kinds.count)
        #expect(DialectTable.kinds.allSatisfy { $0.word == $0.word.lowercased() })
        #expect(Set(DialectTable.insideTexts.map(\.key)).count == DialectTable.insideTexts.count)
        for (index, scope) in DialectTable.scopes.enumerated() {
            let hidden = DialectTable.scopes[..<index].contains { scope.name.hasPrefix($0.name) && $0.provider.isEmpty }
            #expect(!hidden, "\(scope.name) is never reached")
        }
    }

    @Test("documents every attribute, scope, name and word")
    func markdown() {
        let text = DialectTable.markdown
        for row in DialectTable.rows { #expect(text.contains("`\(row.key)`"), "\(row.key)") }
        for scope in DialectTable.scopes { #expect(text.contains("`\(scope.name)`")) }
        for kind in DialectTable.kinds { #expect(text.contains("`\(kind.word)`")) }
        for event in DialectTable.logEvents { #expect(text.contains("`\(event.name)`")) }
        for row in DialectTable.insideTexts { #expect(text.contains("`\(row.key)`")) }
        for row in DialectTable.contentPrefixes { #expect(text.contains("`\(row.prefix)…`")) }
    }
}
