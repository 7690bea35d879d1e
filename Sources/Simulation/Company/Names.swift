/// What things and people are called.
enum Names {
    static let adjectives = [
        "Amber", "Brisk", "Cobalt", "Dapper", "Evergreen", "Fable", "Granite", "Harbor", "Indigo", "Juniper",
        "Keystone", "Lumen", "Meridian", "Northwind", "Orchard", "Pioneer", "Quarry", "Redwood", "Summit", "Tidewater",
    ]
    static let trades = [
        "Airways", "Analytics", "Bank", "Clinics", "Energy", "Foods", "Freight", "Insurance", "Legal", "Logistics",
        "Media", "Mutual", "Retail", "Robotics", "Software", "Telecom",
    ]
    /// What an organization calls itself when it is renamed.
    static let legalForms = ["Group", "Holding", "International", "Labs"]

    static let given = [
        "Ada", "Amara", "Björn", "Carmen", "Chen", "Dmitri", "Edith", "Farah", "Grace", "Hiroshi", "Ingrid", "Jamal",
        "Katherine", "Lars", "Mei", "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Søren", "Tariq", "Uma", "Yuki",
    ]
    static let family = [
        "Almeida", "Baker", "Cohen", "Diaz", "Eriksson", "Fischer", "Gupta", "Hopper", "Ivanov", "Jensen", "Kimura",
        "Lovelace", "Müller", "Nakamura", "Okafor", "Petrov", "Quist", "Rossi", "Singh", "Tanaka", "Usman", "Vogel",
        "Wang", "Zhou",
    ]

    static let agents = [
        "Billing", "Compliance", "Escalation", "Forecast", "Intake", "Onboarding", "Planning", "Refund", "Research",
        "Retrieval", "Scheduling", "Summary", "Translation", "Triage",
    ]
    static let departments = ["customer care", "finance", "legal", "operations", "sales"]
    static let workflows = [
        "Answer tickets", "Book travel", "Check contracts", "Close the books", "Draft offers", "Enrich leads",
        "File claims", "Forecast demand", "Onboard customers", "Review invoices", "Screen applicants",
        "Watch suppliers",
    ]

    static let tools = [
        "crm.lookup", "database.query", "email.send", "files.read", "invoice.find", "kb.search", "order.refund",
        "web.search",
    ]
    static let evaluators = ["groundedness", "helpfulness", "policy"]
    static let messages = [
        "context assembled", "plan made", "retrieved passages", "tool result accepted", "answer drafted",
        "guardrails passed", "handing over",
    ]
    static let warnings = ["answer was cut short", "context window is nearly full", "retrying a slow upstream"]
    static let errors = [
        (code: "upstream_unavailable", message: "the provider answered 503"),
        (code: "rate_limit", message: "the provider's rate limit was reached"),
        (code: "invalid_output", message: "the answer did not match its schema"),
        (code: "tool_failed", message: "a tool failed and had no fallback"),
        (code: "budget_exceeded", message: "the run used up its budget"),
    ]
}
