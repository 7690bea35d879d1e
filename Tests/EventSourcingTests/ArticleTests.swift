import LedgerEvents
import Testing

@Suite("Articles")
struct ArticleTests {
    @Test(
        "a noun gets \"a\" or \"an\" by its first sound",
        arguments: [
            "an organization", "an agent", "an agent_execution", "an alert", "an invoice", "an integration",
            "an evaluation", "an unbilled_usage", "an update", "an API key", "an SQL query", "an organization.created",
            "a user", "a usage_record", "a unit", "a European", "a workflow", "a task approval", "a UUID", "a price",
            "a ",
        ])
    func article(_ words: String) {
        let noun = words.drop { $0 != " " }.dropFirst()
        #expect(String(noun).withArticle == words)
    }
}
