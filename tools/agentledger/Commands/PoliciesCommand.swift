import AgentLedger
import ArgumentParser

struct PoliciesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract: "Let policies do what has become due.",
        discussion: """
            Policies answer what happens with commands of their own:
              trace_assembly: derives runs and calls from traces that are complete or quiet
            \(PolicyCatalog.policies.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

            EXAMPLES:
              agentledger policies run
              agentledger policies run --until 2025-09-01T00:00:00Z
              agentledger query "SELECT name, through_position FROM policies"
            """,
        subcommands: [Run.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Record how late it is and run all policies until none has anything to do.",
            discussion: """
                Records a tick of the ledger's clock, which cannot be taken back, and lets every policy answer what \
                happened since it last ran. Without --until it is as late as this machine's clock says. Running again \
                changes nothing: each command is given once for what it answers, also when a run is cut short. \
                Commands that are refused are told with their reasons; policies go on.

                EXAMPLES:
                  agentledger policies run
                  agentledger policies run --until 2025-09-01T00:00:00Z --json
                """)

        @Option(
            help: ArgumentHelp("How late it is (default: now).", valueName: "time"), transform: TimeArgument.time)
        var until: Instant?

        @Option(
            help: ArgumentHelp(
                "A trace of which nothing arrived for so long is assembled (default: 600).", valueName: "seconds"))
        var traceQuiet: Int64 = Ledger.quietSeconds

        @OptionGroup var options: LedgerOptions

        func validate() throws {
            guard self.traceQuiet >= 0 else { throw ValidationError("--trace-quiet must not be negative") }
        }

        func run() async throws {
            let ledger = try self.options.writer()
            let report = try await ledger.runPolicies(
                until: self.until ?? LMDBEventLog.systemClock(), quietSeconds: self.traceQuiet)
            // So that the next question need not wait for it.
            try await ledger.catchUp()
            if self.options.json {
                try Output.standard.print(Self.json(report))
            } else {
                try Self.printTable(report)
            }
        }

        private static func printTable(_ report: PolicyReport) throws {
            var table = AlignedTable(columns: 5, header: ["POLICY", "EVENTS", "ACCEPTED", "UNCHANGED", "REFUSED"])
            for entry in report.entries {
                let counts = [entry.seen, entry.accepted, entry.unchanged, entry.refused]
                try table.row([.init(entry.policy)] + counts.map { .init(Text.grouped($0), isNumber: true) })
            }
            try table.flush()
            for entry in report.entries {
                for refusal in entry.refusals {
                    Diagnostics.note(
                        Text.safe(
                            "\(entry.policy): \(refusal.command) of \(UUIDText.format(refusal.id)) is refused: "
                                + "\(refusal.rejection)"))
                }
            }
            let events = report.after.value - report.before.value
            Diagnostics.note("\(Text.count(events, "event")) appended; the log ends at position \(report.after)")
        }

        private static func json(_ report: PolicyReport) -> String {
            var json = JSONWriter()
            json.beginObject()
            json.key("position_before")
            json.uint(report.before.value)
            json.key("position_after")
            json.uint(report.after.value)
            json.key("policies")
            json.beginArray()
            for entry in report.entries {
                json.beginObject()
                json.key("policy")
                json.string(entry.policy)
                json.key("events")
                json.int(entry.seen)
                json.key("accepted")
                json.int(entry.accepted)
                json.key("unchanged")
                json.int(entry.unchanged)
                json.key("refused")
                json.int(entry.refused)
                json.key("refusals")
                json.beginArray()
                for refusal in entry.refusals { Self.write(refusal, &json) }
                json.endArray()
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return json.text
        }

        private static func write(_ refusal: PolicyReport.Refusal, _ json: inout JSONWriter) {
            json.beginObject()
            json.key("position")
            json.uint(refusal.cause.value)
            json.key("command")
            json.string(refusal.command)
            json.key("id")
            json.string(UUIDText.format(refusal.id))
            json.key("reason")
            json.string(refusal.rejection.reason.rawValue)
            json.key("message")
            json.string(refusal.rejection.message)
            json.endObject()
        }
    }
}
