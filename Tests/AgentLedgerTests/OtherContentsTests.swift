import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import Testing

@testable import AgentLedger

@Suite("A thing that exists already")
struct OtherContentsTests {
    /// Commands that set the same thing again and again.
    private static let exceptions: Set<String> = ["clock.tick", "model_alias.set"]

    @Test("is not made again with other contents, by any command that makes something; with the same ones it stands")
    func everyCommand() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        var judged: [String: Set<String>] = [:]
        for request in try EverythingOnce.requests(of: CompanySimulation(seed: 1, until: .executions(1400))) {
            var request = request
            request.idempotencyKey = nil
            request.isChecked = true
            _ = try await ledger.execute(request)
            guard let command = DomainCommand.cases.first(where: { $0.name == request.name }), command.creates,
                !Self.exceptions.contains(request.name), try await ledger.judge([request]) == nil
            else { continue }
            for (field, changed) in try Self.variants(of: request, command) {
                guard let rejection = try await ledger.judge([changed]) else {
                    Issue.record("\(request.name) with another \(field) stands already")
                    continue
                }
                if rejection.message.contains("with other contents") {
                    judged[request.name, default: []].insert(field)
                }
            }
        }
        let creating = Set(DomainCommand.cases.filter(\.creates).map(\.name)).subtracting(Self.exceptions)
        #expect(creating.subtracting(judged.keys).sorted() == [])
        #expect(judged.values.reduce(0) { $0 + $1.count } > 60, "\(judged)")
    }

    /// The command with one of its fields changed.
    private static func variants(
        of request: CommandRequest, _ command: CommandCase<DomainCommand>
    ) throws -> [(field: String, request: CommandRequest)] {
        var writer = CommandWriter()
        writer.write(request)
        let line = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any])
        let data = try #require(line["data"] as? [String: Any])
        var variants: [(String, CommandRequest)] = []
        for field in command.fields().dropFirst() {
            guard let value = data[field.name], let other = Self.other(value) else { continue }
            let changed = line.merging(["data": data.merging([field.name: other]) { _, new in new }]) { _, new in new }
            let bytes = Array(try JSONSerialization.data(withJSONObject: changed))
            let reader = CommandReader(defaultActor: request.actor)
            guard
                let variant = try? bytes.withUnsafeBytes({
                    try reader.read($0, now: request.occurredAt, newID: 1)
                })
            else { continue }
            variants.append((field.name, variant))
        }
        return variants
    }

    private static func other(_ value: Any) -> Any? {
        switch value {
        case let text as String:
            if text.count == 36, text.contains("-") {
                return String(text.reversed().map { $0 == "0" ? "1" : $0 }.reversed())
            }
            return text + "1"
        case let number as NSNumber: return isBoolean(number) ? !number.boolValue : number.intValue + 1
        case is [String: Any]: return ["other": 1]
        default: return nil
        }
    }

    private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    @Test("is so also when both commands come in one batch, or in two that follow each other", arguments: [1, 2, 100])
    func batches(size: Int) async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        let user = "0198c000-0000-7000-8000-0000000000e1"
        func create(_ name: String) -> String {
            #"{"command":"workflow.create","data":{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"\#(name)","description":"\#(name)"}}"#
        }
        func add(_ role: String) -> String {
            #"{"command":"membership.add","data":{"membership_id":"\#(run)","organization_id":"\#(acme)","user_id":"\#(user)","role":"\#(role)"}}"#
        }
        let lines = [
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#,
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Other","slug":"acme"}}"#,
            #"{"command":"user.register","data":{"user_id":"\#(user)","email":"ada@example.org"}}"#,
            add("owner"), add("member"), create("Flow"),
            create("Flow").replacingOccurrences(of: #""description":"Flow""#, with: #""description":"Other""#),
        ]
        var options = ImportOptions()
        options.batch = size
        let file = try scratch.write(lines.map { $0 + "\n" }.joined(), to: "lines.jsonl")
        let report = try await Importer(ledger, options: options).run([file]) { _ in }
        #expect(report.accepted == 4)
        #expect(report.refused == 3, "\(report)")
    }
}
