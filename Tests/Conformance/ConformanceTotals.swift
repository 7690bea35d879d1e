import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// What a set-up did in all: as counted by the model servers and tools, or by the rows that its spans became.
package struct ConformanceTotals: Equatable, Sendable {
    /// In the order of the table: `runs`, `failed_runs`, ….
    package static let counts = [
        "runs", "failed_runs", "agent_runs", "model_calls", "failed_model_calls", "tool_calls", "failed_tool_calls",
        "input_uncached", "cache_read", "cache_write", "output_all", "reasoning",
    ]
    package var values: [String: Int] = [:]
    package var conversations: Set<String> = []
    package var users: Set<String> = []

    package init() {}

    package init(_ rows: AssembledRows) {
        self.values["runs"] = rows.runs.count
        self.values["failed_runs"] = rows.runs.count(where: \.hasFailed)
        self.values["agent_runs"] = rows.agentExecutions.count
        let calls = rows.modelCalls.map(\.fact)
        self.values["model_calls"] = calls.count
        self.values["failed_model_calls"] = calls.count { $0.errorType != nil }
        self.values["tool_calls"] = rows.toolCalls.count
        self.values["failed_tool_calls"] = rows.toolCalls.count { $0.fact.outcome == .error }
        self.values["input_uncached"] = calls.reduce(0) { $0 + $1.inputTokens }
        self.values["cache_read"] = calls.reduce(0) { $0 + $1.cachedInputTokens }
        self.values["cache_write"] = calls.reduce(0) { $0 + $1.cacheWriteTokens }
        self.values["output_all"] = calls.reduce(0) { $0 + $1.totalOutputTokens }
        self.values["reasoning"] = calls.reduce(0) { $0 + $1.reasoningTokens }
        let names =
            rows.runs.flatMap { [$0.conversation, $0.session] } + calls.flatMap { [$0.conversation, $0.session] }
        // Frameworks make conversations of their own; those that an application names are not UUIDs.
        self.conversations = Set(names.compactMap(\.self).filter { UUIDText.parse($0) == nil })
        self.users = Set((rows.runs.map(\.endUser) + calls.map(\.endUser)).compactMap(\.self))
    }

    /// From `NAME.expected.json`.
    package init(expected path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let file = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        let totals = file["totals"] as? [String: Any] ?? [:]
        func count(_ name: String) -> Int { totals[name] as? Int ?? 0 }
        for name in Self.counts { self.values[name] = count(name) }
        // A framework's own tools are spans like any other.
        self.values["tool_calls"] = count("tool_calls") + count("framework_tool_calls")
        if totals["prompt_tokens"] != nil {
            self.values["input_uncached"] = count("prompt_tokens") - count("cached_tokens")
            self.values["cache_read"] = count("cached_tokens")
            self.values["output_all"] = count("completion_tokens")
            self.values["reasoning"] = count("reasoning_tokens")
        }
        let runs = file["runs"] as? [[String: Any]] ?? []
        self.conversations = Set(
            totals["conversations"] as? [String] ?? runs.compactMap { ($0["conversation"] ?? $0["session"]) as? String }
        )
        self.users = Set(totals["users"] as? [String] ?? runs.compactMap { $0["user"] as? String })
    }

    /// What differs from another: name, ours, theirs.
    package func differences(from other: ConformanceTotals) -> [(name: String, own: String, other: String)] {
        var found: [(String, String, String)] = []
        for name in Self.counts where self.values[name] != other.values[name] {
            found.append((name, "\(self.values[name] ?? 0)", "\(other.values[name] ?? 0)"))
        }
        if self.conversations != other.conversations {
            found.append(("conversations", "\(self.conversations.sorted())", "\(other.conversations.sorted())"))
        }
        if self.users != other.users { found.append(("users", "\(self.users.sorted())", "\(other.users.sorted())")) }
        return found
    }
}
