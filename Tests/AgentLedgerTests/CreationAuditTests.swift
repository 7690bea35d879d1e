import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerSimulation
import Testing

@Suite("What audit_logs say of creations")
struct CreationAuditTests {
    @Test("after a creation, every field that the event set is shown, defaults included")
    func creations() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        let company = CompanySimulation(seed: 1, until: .executions(1400))
        for request in try EverythingOnce.requests(of: company) { _ = try await ledger.execute(request) }
        let sql = """
            SELECT action, data, after FROM audit_logs WHERE before IS NULL AND after IS NOT NULL
            """
        var missing: Set<String> = []
        for row in try rows(sql, of: ledger.path) {
            let (data, after) = (try Self.members(row[1]), try Self.members(row[2]))
            // The thing's own id is called `id` there.
            for name in data.keys where after[name] == nil && data[name] != after["id"] {
                missing.insert("\(row[0]) \(name)")
            }
        }
        // It stands in `versions`, and in the version before.
        missing.subtract(["agent.created version", "deliverable_version.added supersedes"])
        // They follow from the tier, which is shown.
        for name in ["cpu_limit", "memory_limit_mb", "network_isolation"] {
            missing.remove("container_allocation.allocated \(name)")
        }
        for line in missing.sorted() { Issue.record("\(line)") }
    }

    private static func members(_ json: String) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
        return object.filter { !($0.value is NSNull) }.mapValues { "\($0)" }
    }
}
