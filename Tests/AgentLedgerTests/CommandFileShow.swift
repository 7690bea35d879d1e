import AgentLedger
import Testing

/// A command file with a line that changes nothing.
enum CommandFileShow {
    static func run(_ ledger: Ledger, in scratch: Scratch) async throws {
        let organization = #""organization_id":"01958a0e-0000-7000-8000-000000000001","name":"Paperworks""#
        let lines = [
            #"{"command":"organization.create","data":{\#(organization),"slug":"paperworks"}}"#,
            #"{"command":"organization.rename","data":{\#(organization)}}"#,
        ]
        let file = try scratch.write(lines.map { $0 + "\n" }.joined(), to: "unchanged.jsonl")
        let report = try await Importer(ledger).run([file]) { Issue.record("\($0)") }
        #expect(report.unchanged == 1)
    }
}
