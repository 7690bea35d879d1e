import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

/// What only one may have, and how it is asked for.
struct Place: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What must be there before the race of a round.
    var ground: @Sendable (Int) -> [String] = { _ in [] }
    /// How the racer with a number asks for the place of a round.
    var claim: @Sendable (_ round: Int, _ racer: Int) -> String

    /// The id of a round's own thing.
    static func id(_ round: Int) -> String {
        let digits = String(round, radix: 16)
        return "0198c000-0000-7000-8000-00000001" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    static let all = [
        Place(testDescription: "an e-mail address, however it is spelt") { round, racer in
            command("user.register", #""email":"\#(racer % 2 == 0 ? "R" : "r")acer\#(round)@Example.org""#)
        },
        Place(testDescription: "a login") { round, racer in
            command(
                "user.register",
                #""email":"r\#(round)-\#(racer)@example.org","auth_provider":"github","auth_provider_id":"\#(round)""#)
        },
        Place(testDescription: "an organization's slug") { round, _ in
            command("organization.create", #""name":"N","slug":"slug-\#(round)""#)
        },
        Place(testDescription: "a workflow's name") { round, _ in
            command("workflow.create", #""organization_id":"\#(acme)","name":"Flow \#(round)""#)
        },
        Place(testDescription: "a node's name") { round, _ in
            command("workflow_node.place", #""workflow_id":"\#(flow)","name":"Node \#(round)""#)
        },
        Place(testDescription: "an agent's name") { round, _ in
            command("agent.create", #""organization_id":"\#(acme)","name":"Agent \#(round)","llm_config":{}"#)
        },
        Place(testDescription: "an agent's slug") { round, racer in
            command(
                "agent.create",
                #""organization_id":"\#(acme)","name":"A\#(round)-\#(racer)","slug":"slug-\#(round)","llm_config":{}"#)
        },
        Place(testDescription: "an agent type's name") { round, _ in
            command("agent_type.define", #""organization_id":"\#(acme)","name":"Type \#(round)""#)
        },
        Place(testDescription: "a user's place in an organization") { round in
            [command("user.register", #""user_id":"\#(id(round))","email":"u\#(round)@example.org""#)]
        } claim: { round, _ in
            command("membership.add", #""organization_id":"\#(acme)","user_id":"\#(id(round))","role":"member""#)
        },
        Place(testDescription: "a workflow's trigger of a type") { round in
            [
                command(
                    "workflow.create",
                    #""workflow_id":"\#(id(round))","organization_id":"\#(acme)","name":"Flow \#(round)""#)
            ]
        } claim: { round, _ in
            command("workflow_trigger.add", #""workflow_id":"\#(id(round))","trigger_type":"manual""#)
        },
        Place(testDescription: "an organization's integration of a type") { round, racer in
            command(
                "integration.connect",
                #""organization_id":"\#(acme)","integration_type":"s\#(round)","credentials":"vault:acme/s/\#(racer)""#)
        },
        Place(testDescription: "a rule's open alert") { round in
            [
                command(
                    "alert_rule.define",
                    #""alert_rule_id":"\#(id(round))","organization_id":"\#(acme)","name":"r","#
                        + #""conditions":{"status":"error","consecutive_failures":3}"#)
            ]
        } claim: { round, _ in
            command("alert.trigger", #""alert_rule_id":"\#(id(round))""#)
        },
        Place(testDescription: "a document collection's name") { round, _ in
            command("document_collection.create", #""organization_id":"\#(acme)","name":"Papers \#(round)""#)
        },
    ]
}

@Suite("Of writers who race, exactly one gets")
struct PlaceRaceTests {
    @Test("the place", arguments: Place.all)
    func place(_ place: Place) async throws {
        let racers = try Racers()
        try await racers.ledgers[0].prepareRun()
        for round in 0..<24 {
            try await racers.prepare(place.ground(round))
            let outcomes = try await racers.race((0..<6).map { place.claim(round, $0) })
            #expect(outcomes.count { $0.isAccepted } == 1, "round \(round): \(outcomes)")
            #expect(outcomes.count { $0.refusal?.reason == .notUnique } == 5, "round \(round): \(outcomes)")
        }
        try racers.expectSound()
    }
}
