import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import Testing

@testable import AgentLedger

@Suite("What the schema says of required fields")
struct RequiredFieldsTests {
    @Test("a command is refused for fields that are left out exactly where the schema says so")
    func leftOut() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        let company = CompanySimulation(seed: 1, until: .executions(1400))
        var unexpected: Set<String> = []
        for request in try EverythingOnce.requests(of: company) {
            let known = try #require(DomainCommand.cases.first { $0.name == request.name })
            for dropped in try Self.setsOfFields(of: known, in: request) {
                let fewer = try Self.request(request, without: dropped, known)
                let said = Self.isSaidToBeRefused(known, without: dropped, try Self.data(of: request))
                let refusal = try await ledger.refusals(of: [fewer])[0]
                if refusal == nil, said { unexpected.insert("\(known.name) is accepted without \(dropped)") }
                if let refusal, !said, !Self.isOfState(refusal, known, dropped) {
                    unexpected.insert("\(known.name) without \(dropped): \(refusal)")
                }
            }
            let outcome = try await ledger.execute(request)
            try #require(outcome.refusal == nil, "\(request.name): \(outcome)")
        }
        for line in unexpected.sorted() { Issue.record("\(line)") }
    }

    /// Whether the default itself is fine and only the state of things, or who asks, is against it.
    private static func isOfState(
        _ refusal: Rejection, _ command: CommandCase<DomainCommand>, _ dropped: Set<String>
    ) -> Bool {
        switch refusal.reason {
        case .notAuthorized, .invalidTransition: true
        case _:
            command.fields().contains { field in
                guard dropped.contains(field.name) else { return false }
                if command.name == "task.report_progress", field.name == "progress" { return true }
                if case .state? = FieldMeaning.condition(of: field, in: command.name) { return true }
                return false
            }
        }
    }

    /// Each field that may be left out by itself, and all sets of two of them.
    private static func setsOfFields(
        of command: CommandCase<DomainCommand>, in request: CommandRequest
    ) throws -> [Set<String>] {
        let data = try Self.data(of: request)
        let names = command.fields().dropFirst(command.creates ? 1 : 0).map(\.name).filter { data[$0] != nil }
        var sets: [Set<String>] = names.map { [$0] }
        for (place, name) in names.enumerated() { sets += names[(place + 1)...].map { [name, $0] } }
        return sets
    }

    private static func isSaidToBeRefused(
        _ command: CommandCase<DomainCommand>, without dropped: Set<String>, _ data: [String: Any]
    ) -> Bool {
        let left = data.filter { !dropped.contains($0.key) }
        return command.fields().contains { field in
            if left[field.name] != nil { return false }
            guard let condition = FieldMeaning.condition(of: field, in: command.name) else {
                return command.isRequired(field)
            }
            switch condition {
            case .value(let other, let values, let isDefault):
                return (left[other] as? String).map(values.contains) ?? isDefault
            case .leftOut(let others): return others.allSatisfy { left[$0] == nil }
            case .given(let others): return others.contains { left[$0] != nil }
            // What the state decides may be refused or not.
            case .state: return false
            }
        }
    }

    private static func line(of request: CommandRequest) throws -> [String: Any] {
        var writer = CommandWriter()
        writer.write(request)
        return try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any] ?? [:]
    }

    private static func data(of request: CommandRequest) throws -> [String: Any] {
        try Self.line(of: request)["data"] as? [String: Any] ?? [:]
    }

    private static func request(
        _ request: CommandRequest, without dropped: Set<String>, _ command: CommandCase<DomainCommand>
    ) throws -> CommandRequest {
        var line = try Self.line(of: request)
        var data = try Self.data(of: request).filter { !dropped.contains($0.key) }
        // It may follow from the fields that are left out.
        if command.creates, let id = command.fields().first { data[id.name] = nil }
        line["data"] = data
        let bytes = try JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
        let reader = CommandReader(defaultActor: .system("nobody"))
        var read = try bytes.withUnsafeBytes { try reader.read($0, now: .zero, newID: 0xBEEF) }
        read.idempotencyKey = nil
        return read
    }
}
