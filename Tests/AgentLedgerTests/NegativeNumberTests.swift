import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import Testing

@testable import AgentLedger

@Suite("A negative number")
struct NegativeNumberTests {
    /// Fields in which a number may be negative, and why.
    private static let exceptions: [String: String] = [
        "workflow_node.place position_x": "a coordinate",
        "workflow_node.place position_y": "a coordinate",
        "workflow_node.move position_x": "a coordinate",
        "workflow_node.move position_y": "a coordinate",
        "invoice.add_line unit_price": "a discount",
        "task.create priority": "an order",
    ]

    @Test("is refused in every number field of every command, but where it has a meaning")
    func everyCommand() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        var judged: Set<String> = []
        for request in try EverythingOnce.requests(of: CompanySimulation(seed: 1, until: .executions(1400))) {
            let command = try #require(DomainCommand.cases.first { $0.name == request.name })
            for field in command.fields() {
                let place = "\(request.name) \(field.name)"
                guard let value = Self.negative(field.shape), Self.exceptions[place] == nil,
                    judged.insert(place).inserted
                else { continue }
                // Some are refused as soon as they are read.
                guard let changed = try? Self.changed(request, [field.name: value]) else { continue }
                #expect(try await ledger.judge([changed]) != nil, "\(place): \(changed.command)")
            }
            _ = try await ledger.execute(request)
        }
        #expect(judged.count > 50, "\(judged.sorted())")
    }

    private static func negative(_ shape: FieldShape) -> Any? {
        if shape.cardinality == .repeated { return nil }
        switch shape.kind {
        case .integer, .unsigned, .position, .float, .double: return -1
        case .decimal, .quantity: return "-1"
        case .money: return ["amount": "-1", "currency": "USD"]
        case .boolean, .text, .bytes, .hexadecimal, .uuid, .instant, .day, .currency, .json, .enumeration, .record:
            return nil
        }
    }

    /// The request with other data, as a person would give it.
    private static func changed(_ request: CommandRequest, _ data: [String: Any]) throws -> CommandRequest {
        var writer = CommandWriter()
        writer.write(request)
        var object = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any])
        object["data"] = (object["data"] as? [String: Any] ?? [:]).merging(data) { _, new in new }
        object["idempotency_key"] = nil
        let line = Array(try JSONSerialization.data(withJSONObject: object))
        var changed = try line.withUnsafeBytes {
            try CommandReader(defaultActor: request.actor).read($0, now: request.occurredAt, newID: 1)
        }
        changed.isReport = request.isReport
        return changed
    }
}
