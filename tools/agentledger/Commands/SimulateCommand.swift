import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerExporters
import LedgerSimulation

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Make up a company, for trials and load.",
        discussion: """
            Organizations, people, agents, workflows, runs, usage and invoices, straight into a ledger, which is made \
            if there is none and must hold nothing yet; or with --output as command lines, which `agentledger import` \
            reads. The same seed, start and size give the same commands everywhere.

            EXAMPLES:
              agentledger simulate -l ./trial
              agentledger simulate -l ./large --seed 7 --events 10000000
              agentledger simulate --output company.jsonl --executions 200
              agentledger simulate -l ./live --events 100000 --rate 500
            """)

    @Option(help: ArgumentHelp("Which company.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("So many workflow executions, each to its end (default: 1000).", valueName: "count"))
    var executions: Int?

    @Option(help: ArgumentHelp("So many events, or the few more of the last command.", valueName: "count"))
    var events: Int?

    @Option(
        help: ArgumentHelp("When it begins (default: 2025-01-01).", valueName: "time"),
        transform: SimulateCommand.instant)
    var from: Instant?

    @Option(help: ArgumentHelp("Write command lines to a file, or to - for standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Overwrite the file of --output though it holds something else.")
    var force = false

    @Option(help: ArgumentHelp("So many events a second (default: as many as can be).", valueName: "events"))
    var rate: Double?

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if self.executions != nil, self.events != nil {
            throw ValidationError("give the size once, with --executions or --events")
        }
        for (name, count) in [("executions", self.executions), ("events", self.events)] {
            if let count, count < 1 { throw ValidationError("--\(name) is \(count); it must be at least 1") }
        }
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate is \(rate); it must be above 0") }
        if self.output?.isEmpty ?? false {
            throw ValidationError("--output is empty: name a file, or - for standard output")
        }
        if self.output != nil, self.options.ledger != nil {
            throw ValidationError("give one destination: a ledger with -l, or --output")
        }
        if self.output == "-", self.options.json {
            throw ValidationError("standard output is for the command lines; give --output a file for --json")
        }
    }

    private static func instant(_ text: String) throws -> Instant {
        let instant = try TimeArgument.time(text)
        guard instant >= .zero, instant.day.yearMonthDay.year < 9000 else {
            throw ValidationError("a company begins between 1970 and 8999")
        }
        return instant
    }

    private var extent: CompanySimulation.Extent {
        if let events { .events(events) } else { .executions(self.executions ?? 1000) }
    }

    func run() async throws {
        let simulation = CompanySimulation(
            seed: self.seed, from: self.from ?? CompanySimulation.defaultStart, until: self.extent)
        let report =
            if let output { try await self.write(simulation, to: output) } else { try await self.execute(simulation) }
        ProgressLine.clear()
        if self.options.json {
            try Output.standard.print(self.json(report))
        } else if self.output == "-" {
            Diagnostics.note(self.summary(report))
        } else {
            try Output.standard.print(self.summary(report))
        }
    }

    // MARK: Into a ledger

    private func execute(_ simulation: CompanySimulation) async throws -> SimulationReport {
        let ledger = try self.openOrMake()
        let progress = ProgressLine("simulating", .events)
        let total = self.events.map { UInt64($0) }
        let report = try await Simulator(ledger, eventsPerSecond: self.rate).run(simulation) {
            progress.update(UInt64($0.events), of: total)
        }
        // So that the next question need not wait for it.
        try await ledger.catchUp()
        return report
    }

    private func openOrMake() throws -> Ledger {
        if let ledger = try self.options.writerIfThere() { return ledger }
        let ledger = try InitCommand.make(at: self.options.path)
        Diagnostics.note("made a ledger in \(self.options.path)")
        return ledger
    }

    // MARK: As command lines

    private func write(_ simulation: CompanySimulation, to path: String) async throws -> SimulationReport {
        if path == "-" {
            return try await self.write(simulation) {
                try Output.standard.write($0)
                try Output.standard.flush()
            }
        }
        Interruption.removePartialFiles()
        let file = try PartialFile(path, replacing: self.force ? .anything : .beginning(with: #"{"command":"#))
        let report = try await self.write(simulation) { try $0.withUnsafeBytes { try file.write($0) } }
        try file.close()
        try file.rename()
        return report
    }

    private func write(
        _ simulation: CompanySimulation, _ sink: ([UInt8]) throws -> Void
    ) async throws -> SimulationReport {
        let started = ContinuousClock.now
        let progress = ProgressLine("simulating", .events)
        let total = self.events.map { UInt64($0) }
        var pace = self.rate.map { Pace(eventsPerSecond: $0) }
        var simulation = simulation
        var writer = CommandWriter()
        var passed = 0
        while let request = simulation.next() {
            try await pace?.pass(simulation.tally.events - passed)
            passed = simulation.tally.events
            writer.write(request)
            guard pace != nil || writer.bytes.count >= 64 << 10 else { continue }
            try sink(writer.bytes)
            writer.removeAll()
            progress.update(UInt64(passed), of: total)
        }
        try sink(writer.bytes)
        return SimulationReport(tally: simulation.tally, seconds: (ContinuousClock.now - started).inSeconds)
    }

    // MARK: What is said

    private func summary(_ report: SimulationReport) -> String {
        let tally = report.tally
        let place = report.position > .start ? " at positions 1-\(report.position)" : ""
        return "\(Text.count(tally.commands, "command")), \(Text.count(tally.events, "event"))\(place), "
            + "\(Text.count(tally.executions, "execution")), in \(Text.seconds(report.seconds))"
    }

    private func json(_ report: SimulationReport) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("seed")
        json.uint(self.seed)
        json.key("commands")
        json.int(report.tally.commands)
        json.key("events")
        json.int(report.tally.events)
        json.key("executions")
        json.int(report.tally.executions)
        json.key("position")
        if report.position > .start { json.uint(report.position.value) } else { json.null() }
        json.key("seconds")
        json.double(Text.rounded(report.seconds))
        json.endObject()
        return json.text
    }
}
