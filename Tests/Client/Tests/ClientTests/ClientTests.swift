import AgentLedger
import Foundation
import Testing

@Suite("A user's package")
struct ClientTests {
    @Test("runs the README's program")
    func readme() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await Readme.run(in: folder)
    }

    @Test("opens a ledger, gives commands, follows events, asks, and looks back")
    func everything() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try Ledger.create(at: folder)
        let first = try await FirstSteps.run(ledger)
        try await Followers.run(ledger, workflow: first.workflow)
        try await Names.run(ledger)
        try Past.run(folder, first)
    }
}
