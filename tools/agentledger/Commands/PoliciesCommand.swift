import AgentLedger
import ArgumentParser
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLogLMDB

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
                happened since it last ran. Without --until it is as late as this machine's clock says; a later time \
                needs --ahead. With --dry-run all that happens in a copy, which is thrown away. Running again \
                changes nothing: each command is given once for what it answers, also when a run is cut short. \
                Commands that are refused are told with their reasons; policies go on.

                EXAMPLES:
                  agentledger policies run
                  agentledger policies run --until 2025-09-01T00:00:00Z --json
                  agentledger policies run --dry-run
                """)

        @Option(
            help: ArgumentHelp("How late it is (default: now).", valueName: "time"), transform: TimeArgument.time)
        var until: Instant?

        @Option(
            help: ArgumentHelp(
                "A trace of which nothing arrived for so long is assembled (default: 600).", valueName: "seconds"))
        var traceQuiet: Int64 = Ledger.quietSeconds

        @Flag(help: "Let --until be later than this machine's clock says.")
        var ahead = false

        @Flag(help: "Show what would come of it; the ledger is left as it is.")
        var dryRun = false

        @OptionGroup var options: LedgerOptions

        func validate() throws {
            let now = LMDBEventLog.systemClock()
            if let until, until > now, !self.ahead {
                throw ValidationError(
                    "--until \(until) is ahead of this machine's clock, \(now), and a tick cannot be taken back; give "
                        + "--ahead if it is meant")
            }
            guard self.traceQuiet >= 0 else { throw ValidationError("--trace-quiet must not be negative") }
        }

        func run() async throws {
            if self.dryRun { return try await self.runInCopy() }
            try await self.run(self.options.writer())
        }

        private func runInCopy() async throws {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("policies-\(UUID().uuidString)")
                .path
            // A copy that stays is in the way of nobody.
            defer { try? FileManager.default.removeItem(atPath: path) }
            _ = try await self.options.reader().fork(into: path)
            try await self.run(Ledger.open(at: path, snapshotInterval: 0))
        }

        private func run(_ ledger: Ledger) async throws {
            let report = try await ledger.runPolicies(
                until: self.until ?? LMDBEventLog.systemClock(), quietSeconds: self.traceQuiet)
            // So that the next question need not wait for it.
            try await ledger.catchUp()
            let time = try await ledger.find(PolicyClock.only)?.time
            if !self.dryRun { LedgerOptions.noteClockAhead(time) }
            if self.options.json {
                try Output.standard.print(Self.json(report, time, isDryRun: self.dryRun))
            } else {
                try Self.printTable(report, time, isDryRun: self.dryRun)
            }
        }

        private static func printTable(_ report: PolicyReport, _ time: Instant?, isDryRun: Bool) throws {
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
            if let time { Diagnostics.note("the ledger's time is \(time)") }
            Diagnostics.note(
                isDryRun
                    ? "\(Text.count(events, "event")) would be appended; the ledger is as it was"
                    : "\(Text.count(events, "event")) appended; the log ends at position \(report.after)")
        }

        private static func json(_ report: PolicyReport, _ time: Instant?, isDryRun: Bool) -> String {
            var json = JSONWriter()
            json.beginObject()
            json.key("position_before")
            json.uint(report.before.value)
            json.key("position_after")
            json.uint(report.after.value)
            json.key("time")
            (time?.description).encodeJSON(&json)
            json.key("dry_run")
            json.bool(isDryRun)
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
