import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import Testing

@testable import AgentLedger

@Suite("What belongs to another organization")
struct TenancyTests {
    /// Fields that may name what belongs to another organization, and why.
    static let exceptions: [String: String] = [
        "membership.add user_id": "makes the user a member",
        "agent.share_with_organization shared_with_organization_id": "shares with another organization",
        "agent.unshare shared_with_organization_id": "takes back what is shared with another organization",
        "agent.create owner_user_id": "a user's own agent belongs to no organization",
    ]

    /// A thing of each kind, by organization.
    private struct Things {
        var ids: [String: [OrganizationID: UInt128]] = [:]
        var kinds: [String: String] = [:]

        func foreign(_ type: String, to organization: OrganizationID) -> UInt128? {
            let kind = self.kinds[type] ?? ""
            return self.ids[kind]?.min {
                $0.key == organization ? false : $1.key == organization ? true : $0.key < $1.key
            }
            .flatMap { $0.key == organization ? nil : $0.value }
        }
    }

    @Test(
        "is named by no command: every command of the catalogue with every id in it replaced")
    func matrix() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        var things = Things()
        var judged: [String: Int] = [:]
        var wanted: Set<String> = []
        var waiting: [CommandRequest] = []
        for request in CompanySimulation(seed: 1, until: .executions(700)) {
            let references = try References(of: request.command)
            things.kinds[references.entity] = references.kind
            waiting.append(request)
            // Nothing to judge, and nothing to remember: executed with the next that has.
            let isOpen = references.fields.contains { judged["\(request.name) \($0.name)", default: 0] < 2 }
            if !isOpen, things.ids[references.kind, default: [:]].count > 1 { continue }
            waiting.removeLast()
            _ = try await ledger.execute(waiting)
            waiting = [request]
            if let organization = try await ledger.organization(of: request) {
                for field in references.fields {
                    let place = "\(request.name) \(field.name)"
                    if Self.exceptions[place] != nil || field.number == 1 { continue }
                    if ["Price", "Organization"].contains(field.type) { continue }
                    wanted.insert(place)
                    guard judged[place, default: 0] < 2 else { continue }
                    var kinds: [(id: UInt128, data: [String: Any])] = []
                    if let id = things.foreign(field.type, to: organization) {
                        kinds = [(id, [:])]
                    } else if ["resource_id", "entity_id", "work_product_id"].contains(field.name) {
                        for type in ["Deliverable", "WorkflowExecution", "Agent", "ModelCall", "Project"] {
                            guard let id = things.foreign(type, to: organization) else { continue }
                            let name =
                                field.name == "work_product_id"
                                ? "work_product_type" : field.name.replacingOccurrences(of: "_id", with: "_kind")
                            if name == "work_product_type", type != "Deliverable", type != "Project" { continue }
                            kinds.append((id, [name: things.kinds[type] ?? ""]))
                        }
                    }
                    for kind in kinds {
                        var data = kind.data
                        let id = UUIDText.format(kind.id)
                        data[field.name] = field.isList ? [id] : id
                        for actor in [request.actor, .system("test")] {
                            let changed = try Self.changed(request, data, actor)
                            // Trusted code acts for any organization: the id says for which.
                            let isOther = try await ledger.organization(of: changed) != organization
                            if actor.isSystem, isOther { continue }
                            let rejection = try await ledger.judge([changed])
                            #expect(rejection != nil, "\(place) = \(id) by \(actor): \(changed.command)")
                            judged[place, default: 0] += 1
                        }
                    }
                }
                things.ids[references.kind, default: [:]][organization] = references.target
            }
            // A user is a thing of the organization that it is made a member of.
            if case .membership(.add(let added)) = request.command {
                things.ids[User.kind, default: [:]][added.organization] = added.user.bits
            }
        }
        let missing = wanted.filter { judged[$0] == nil }.sorted()
        #expect(judged.count > 30, "\(judged.keys.sorted()); not judged: \(missing)")
    }

    private static func changed(_ request: CommandRequest, _ data: [String: Any], _ actor: Principal) throws
        -> CommandRequest
    {
        var writer = CommandWriter()
        writer.write(request)
        var object = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any])
        object["data"] = (object["data"] as? [String: Any] ?? [:]).merging(data) { _, new in new }
        object["actor"] = actor.description
        object["idempotency_key"] = nil
        let line = Array(try JSONSerialization.data(withJSONObject: object))
        return try line.withUnsafeBytes {
            try CommandReader(defaultActor: actor).read($0, now: request.occurredAt, newID: 1)
        }
    }
}
