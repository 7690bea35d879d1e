import LedgerEvents

/// What a rule waits for, as a policy judges it. Rules keep the JSON that they were given; this is what it means.
///
///     {"status":"error","consecutive_failures":3}
///     {"error_rate_percent":20,"window_minutes":60,"minimum_executions":10}
///     {"latency_ms":30000,"consecutive_executions":2}
///     {"missed_heartbeat_seconds":90}
package enum AlertCondition: Hashable, Sendable {
    /// So many runs of an agent failed or timed out, one after the other.
    case consecutiveFailures(Int)
    /// At least this share of the runs that ended within the window failed or timed out, once there are so many.
    case errorRate(percent: ExactDecimal, windowMinutes: Int, minimumExecutions: Int)
    /// So many runs, one after the other, took longer than this.
    case latency(milliseconds: Int, consecutiveExecutions: Int)
    /// The agent said nothing for longer than this.
    case missedHeartbeat(seconds: Int)

    /// Reads a condition; refuses what is none, naming what is allowed.
    package init(_ json: JSONText) throws(Rejection) {
        let members = try Members(json)
        if members.has("consecutive_failures") || members.has("status") {
            try members.allow("status", "consecutive_failures")
            try members.requireError()
            self = .consecutiveFailures(try members.count("consecutive_failures", upTo: 1000, otherwise: 1))
        } else if members.has("error_rate_percent") {
            try members.allow("error_rate_percent", "window_minutes", "minimum_executions")
            self = .errorRate(
                percent: try members.percent("error_rate_percent"),
                windowMinutes: try members.count("window_minutes", upTo: 43_200),
                minimumExecutions: try members.count("minimum_executions", upTo: 1_000_000, otherwise: 1))
        } else if members.has("latency_ms") {
            try members.allow("latency_ms", "consecutive_executions")
            self = .latency(
                milliseconds: try members.count("latency_ms", upTo: 86_400_000),
                consecutiveExecutions: try members.count("consecutive_executions", upTo: 1000, otherwise: 1))
        } else if members.has("missed_heartbeat_seconds") {
            try members.allow("missed_heartbeat_seconds")
            self = .missedHeartbeat(seconds: try members.count("missed_heartbeat_seconds", upTo: 2_592_000))
        } else {
            throw .invalid("conditions", "must say what to wait for; \(Self.allowed)")
        }
    }

    static let allowed = """
        allowed: {"status":"error","consecutive_failures":3}, \
        {"error_rate_percent":20,"window_minutes":60,"minimum_executions":10}, \
        {"latency_ms":30000,"consecutive_executions":2}, {"missed_heartbeat_seconds":90}
        """
}

/// The members of a condition, each as its JSON text.
private struct Members {
    private var texts: [String: String] = [:]

    init(_ json: JSONText) throws(Rejection) {
        try Require.object(json, "conditions")
        do {
            try json.reading { reader in
                try reader.object { reader, key in self.texts[key.string] = try JSONText(reading: &reader).text }
            }
        } catch {
            throw .invalid("conditions", "cannot be read: \(error)")
        }
    }

    func has(_ name: String) -> Bool { self.texts[name] != nil }

    func allow(_ names: String...) throws(Rejection) {
        if let other = self.texts.keys.sorted().first(where: { !names.contains($0) }) {
            throw .invalid(
                "conditions", "has \"\(other)\" beside \(names[0]); \(AlertCondition.allowed)")
        }
    }

    /// Whatever counts failures counts errors: runs that failed or timed out.
    func requireError() throws(Rejection) {
        if let status = self.texts["status"], status != "\"error\"" {
            throw .invalid("conditions", "has the status \(status); allowed: \"error\", a run that failed or timed out")
        }
    }

    func count(_ name: String, upTo limit: Int, otherwise fallback: Int? = nil) throws(Rejection) -> Int {
        guard let text = self.texts[name] else {
            guard let fallback else { throw .invalid("conditions", "must give \(name), from 1 to \(limit)") }
            return fallback
        }
        guard let count = Int(text), (1...limit).contains(count) else {
            throw .invalid("conditions", "has \(name) \(text); it must be a whole number from 1 to \(limit)")
        }
        return count
    }

    func percent(_ name: String) throws(Rejection) -> ExactDecimal {
        let text = self.texts[name] ?? ""
        guard let percent = ExactDecimal(text), percent > .zero, percent <= ExactDecimal(100) else {
            throw .invalid("conditions", "has \(name) \(text); it must be a number above 0 and up to 100")
        }
        return percent
    }
}
