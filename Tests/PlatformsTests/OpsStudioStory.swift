import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerImporters
import LedgerPlatforms
import Servers
import Testing

/// What a simulated company does not do, in a ledger of one's own: people leave and come back, addresses and names are
/// taken again, texts are too long.
struct OpsStudioStory {
    static let acme = Self.id(0xA1)
    static let (ada, bob, carl) = (Self.id(0xB1), Self.id(0xB2), Self.id(0xB3))
    static let (flow, run) = (Self.id(0xC1), Self.id(0xC2))
    static let agent = Self.id(0xD1)
    static let (firstNode, secondNode) = (Self.id(0xD2), Self.id(0xD3))
    static let parts = [0xE1, 0xE2, 0xE3].map { Self.id($0) }
    static let usage = [0xF1, 0xF2].map { Self.id($0) }

    let folder: TemporaryFolder
    let ledger: Ledger
    let conninfo: String

    /// Told to the end, with an export in the middle.
    init() async throws {
        self.folder = try TemporaryFolder()
        self.ledger = try Ledger.create(at: "\(self.folder.path)/ledger")
        self.conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try await self.tell(Self.beginning)
        try self.export()
        try await self.tell(Self.end)
        try self.export()
    }

    func ask(_ sql: String) throws -> String { try TemporaryPostgres.ask(self.conninfo, sql) }

    private func export() throws {
        let projection = try #require(Projections.named("ops_studio"))
        let snapshot = try LedgerReader(at: "\(self.folder.path)/ledger").snapshot().projected(as: projection)
        let report = try PostgresExporter(self.conninfo).export(snapshot)
        #expect(report.tables.allSatisfy { $0.orphans == 0 }, "\(report.tables)")
    }

    private func tell(_ commands: [(String, String)]) async throws {
        let reader = CommandReader(defaultActor: .system("test"))
        for (command, data) in commands {
            // All in one microsecond.
            let json = #"{"command":"\#(command)","occurred_at":"2025-08-31T12:00:00Z","data":{\#(data)}}"#
            let request = try Array(json.utf8).withUnsafeBytes {
                try reader.read($0, now: self.ledger.now(), newID: self.ledger.makeID())
            }
            let outcome = try await self.ledger.execute(request)
            guard case .accepted = outcome else {
                Issue.record("\(json): \(outcome)")
                continue
            }
        }
    }

    static func id(_ number: Int) -> String {
        UUIDText.format(0x0198_C000_0000_7000_8000_0000_0000_0000 | UInt128(number))
    }

    private static let long = String(repeating: "𝕏", count: 300)

    /// 128 characters to Swift, 255 to PostgreSQL.
    private static let combined = String(repeating: "e\u{301}", count: 127) + "x"

    private static let beginning: [(String, String)] =
        [
            ("organization.create", #""organization_id":"\#(acme)","name":"Acme","slug":"acme""#),
            ("user.register", #""user_id":"\#(ada)","email":"ada@example.org","display_name":"Ada""#),
            ("user.register", #""user_id":"\#(bob)","email":"bob@example.org""#),
            (
                "membership.add",
                #""membership_id":"\#(id(1))","organization_id":"\#(acme)","user_id":"\#(ada)","role":"admin""#
            ),
            (
                "membership.add",
                #""membership_id":"\#(id(2))","organization_id":"\#(acme)","user_id":"\#(bob)","role":"member""#
            ),
            (
                "workflow.create",
                #""workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"flow","created_by":"\#(ada)""#
            ),
            ("workflow.activate", #""workflow_id":"\#(flow)""#),
            (
                "agent.create",
                #""agent_id":"\#(agent)","organization_id":"\#(acme)","name":"scout","protocol":"external","#
                    + #""endpoint":{"url":"https://agents.example.org/scout"}"#
            ),
            (
                "workflow_node.place",
                #""workflow_node_id":"\#(firstNode)","workflow_id":"\#(flow)","name":"step","agent_id":"\#(agent)""#
            ),
            (
                "workflow_execution.queue",
                #""execution_id":"\#(run)","workflow_id":"\#(flow)","triggered_by_user_id":"\#(ada)""#
            ),
            ("workflow_execution.dispatch", #""execution_id":"\#(run)""#),
            ("workflow_execution.start", #""execution_id":"\#(run)""#),
            (
                "agent_execution.queue",
                #""agent_execution_id":"\#(parts[0])","workflow_execution_id":"\#(run)","agent_id":"\#(agent)""#
            ),
            (
                "metric.record",
                #""agent_execution_id":"\#(parts[0])","metric_type":"latency","value":12,"unit":"\#(long)""#
            ),
            (
                "log_line.record",
                #""workflow_execution_id":"\#(run)","message":"begun","trace_id":"\#(long)","source":"worker""#
            ),
            (
                "evaluation.record",
                #""evaluation_id":"\#(id(3))","workflow_execution_id":"\#(run)","evaluator_name":"clarity","score":"40""#
            ),
            (
                "workflow_trigger.add",
                #""workflow_trigger_id":"\#(id(5))","workflow_id":"\#(flow)","trigger_type":"manual""#
            ),
            (
                "integration.connect",
                #""integration_id":"\#(id(6))","organization_id":"\#(acme)","integration_type":"slack","#
                    + #""credentials":"vault:acme/slack""#
            ),
            (
                "integration.connect",
                #""integration_id":"\#(id(7))","organization_id":"\#(acme)","integration_type":"hubspot","#
                    + #""credentials":"vault:acme/hubspot""#
            ),
        ]
        + usage.map {
            (
                "usage_record.record",
                #""usage_record_id":"\#($0)","organization_id":"\#(acme)","usage_type":"tokens","quantity":3000000000"#
            )
        }

    private static let end: [(String, String)] = [
        ("membership.remove", #""membership_id":"\#(id(1))""#),
        (
            "membership.add",
            #""membership_id":"\#(id(8))","organization_id":"\#(acme)","user_id":"\#(ada)","role":"viewer""#
        ),
        ("membership.remove", #""membership_id":"\#(id(2))""#),
        ("user.delete", #""user_id":"\#(bob)""#),
        ("user.register", #""user_id":"\#(carl)","email":"bob@example.org","display_name":"Carl""#),
        (
            "membership.add",
            #""membership_id":"\#(id(9))","organization_id":"\#(acme)","user_id":"\#(carl)","role":"owner""#
        ),
        ("workflow_node.remove", #""workflow_node_id":"\#(firstNode)""#),
        (
            "workflow_node.place",
            #""workflow_node_id":"\#(secondNode)","workflow_id":"\#(flow)","name":"step","agent_id":"\#(agent)""#
        ),
        (
            "agent_execution.queue",
            #""agent_execution_id":"\#(parts[1])","workflow_execution_id":"\#(run)","agent_id":"\#(agent)""#
        ),
        ("agent_execution.queue", #""agent_execution_id":"\#(parts[2])","workflow_execution_id":"\#(run)""#),
        (
            "evaluation.record",
            #""evaluation_id":"\#(id(4))","workflow_execution_id":"\#(run)","evaluator_name":"clarity","score":"80""#
        ),
        ("workflow_trigger.remove", #""workflow_trigger_id":"\#(id(5))""#),
        ("integration.remove", #""integration_id":"\#(id(7))""#),
        ("usage_record.void", #""usage_record_id":"\#(usage[1])","reason":"counted twice""#),
        ("workflow_execution.pause", #""execution_id":"\#(run)","reason":"lunch""#),
        ("workflow.create", #""workflow_id":"\#(id(10))","organization_id":"\#(acme)","name":"report""#),
        ("workflow.delete", #""workflow_id":"\#(id(10))""#),
        ("workflow.create", #""workflow_id":"\#(id(11))","organization_id":"\#(acme)","name":"report""#),
        ("workflow.delete", #""workflow_id":"\#(id(11))""#),
        ("workflow.create", #""workflow_id":"\#(id(12))","organization_id":"\#(acme)","name":"report""#),
        ("workflow.create", #""workflow_id":"\#(id(13))","organization_id":"\#(acme)","name":"\#(combined)""#),
    ]
}
