import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

/// Two rows of a platform that were adopted, one of which is gone since.
enum AdoptionShow {
    static func run(_ ledger: Ledger) async throws {
        for key in ["1", "2"] {
            var row = AdoptedRowRecorded()
            row.source = "shop/public"
            row.table = "organizations"
            row.key = key
            row.id = AdoptedRow.id(source: row.source, table: row.table, key: key)
            row.subject = "organization:00000000-0000-4000-8000-00000000000\(key)"
            row.digest = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
            row.extra = JSONText(uncheckedCanonical: #"{"slug":"Acme_Corp"}"#)
            try await self.execute(.record(row), ledger)
        }
        var gone = AdoptedRowVanished()
        gone.id = AdoptedRow.id(source: "shop/public", table: "organizations", key: "2")
        try await self.execute(.vanish(gone), ledger)
    }

    private static func execute(_ command: AdoptedRowCommand, _ ledger: Ledger) async throws {
        var request = CommandRequest(.adoptedRow(command), actor: .system("import"), occurredAt: ledger.now())
        request.source = EventSource(channel: "adoption")
        guard case .accepted = try await ledger.execute(request) else {
            Issue.record("\(request.name) was not accepted")
            return
        }
    }
}
