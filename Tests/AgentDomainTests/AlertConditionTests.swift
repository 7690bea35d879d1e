import LedgerDomain
import LedgerEvents
import Testing

@Suite("An alert's condition")
struct AlertConditionTests {
    @Test(
        "is read from its JSON",
        arguments: [
            (#"{"status":"error","consecutive_failures":3}"#, AlertCondition.consecutiveFailures(3)),
            (#"{"consecutive_failures":5}"#, .consecutiveFailures(5)),
            (#"{"status":"error"}"#, .consecutiveFailures(1)),
            (
                #"{"error_rate_percent":12.5,"window_minutes":60,"minimum_executions":10}"#,
                .errorRate(percent: ExactDecimal("12.5") ?? .zero, windowMinutes: 60, minimumExecutions: 10)
            ),
            (
                #"{"window_minutes":5,"error_rate_percent":100}"#,
                .errorRate(percent: ExactDecimal(100), windowMinutes: 5, minimumExecutions: 1)
            ),
            (#"{"latency_ms":30000}"#, .latency(milliseconds: 30_000, consecutiveExecutions: 1)),
            (
                #"{"latency_ms":500,"consecutive_executions":2}"#,
                .latency(milliseconds: 500, consecutiveExecutions: 2)
            ),
            (#"{"missed_heartbeat_seconds":90}"#, .missedHeartbeat(seconds: 90)),
        ])
    func forms(json: String, condition: AlertCondition) throws {
        #expect(try AlertCondition(JSONText(parsing: json)) == condition)
    }

    @Test(
        "that is none is refused, with what is allowed",
        arguments: [
            (#"{"error_rate_percent":5.0000000000001,"window_minutes":60}"#, "error_rate_percent 5.0000000000001"),
            ("{}", #"allowed: {"status":"error","consecutive_failures":3}"#),
            (#"{"cpu_percent":90}"#, #"{"missed_heartbeat_seconds":90}"#),
            ("[]", "conditions must be a JSON object"),
            ("null", "conditions must be a JSON object"),
            (#"{"status":"success"}"#, #"has the status "success"; allowed: "error""#),
            (#"{"status":"error","consecutive_failures":0}"#, "must be a whole number from 1 to 1000"),
            (#"{"consecutive_failures":"3"}"#, #"has consecutive_failures "3""#),
            (#"{"consecutive_failures":1.5}"#, "has consecutive_failures 1.5"),
            (#"{"consecutive_failures":3,"latency_ms":5}"#, #"has "latency_ms" beside status"#),
            (#"{"error_rate_percent":20}"#, "must give window_minutes, from 1 to 43200"),
            (#"{"error_rate_percent":0,"window_minutes":1}"#, "must be a number above 0 and up to 100"),
            (#"{"error_rate_percent":100.01,"window_minutes":1}"#, "up to 100"),
            (#"{"error_rate_percent":true,"window_minutes":1}"#, "has error_rate_percent true"),
            (#"{"latency_ms":-1}"#, "has latency_ms -1"),
            (#"{"latency_ms":100000000000000000000}"#, "from 1 to 86400000"),
            (#"{"missed_heartbeat_seconds":90,"window_minutes":1}"#, #"has "window_minutes" beside"#),
        ])
    func refusals(json: String, says: String) throws {
        let text = try JSONText(parsing: json)
        let rejection = try #require(throws: Rejection.self) { try AlertCondition(text) }
        #expect(rejection.reason == .invalidValue)
        #expect(rejection.message.contains(says), "\(rejection.message)")
    }
}
