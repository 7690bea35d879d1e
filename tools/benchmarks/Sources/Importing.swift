import AgentLedger
import Foundation
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import LedgerTelemetry

/// Lines end to end: read, decided, appended durably.
enum Importing {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["import.otlp"], run: self.otlp),
            .init(lines: HostileTraces.allCases.map { "import.hostile.\($0)" }, run: self.hostile),
            .init(lines: ["import.commands"], run: self.liveCommands),
            .init(lines: ["import.commands.company"], run: self.companyCommands),
        ]
    }

    private static func otlp(_ bench: Workbench) async throws {
        let copies = bench.size(364)
        let file = try bench.traces.file(copies)
        let spans = Double(copies * MultipliedTraces.spansPerCopy)
        let rates = try await alternate(bench.options.runs) {
            let path = bench.newPath("ledger")
            sync()
            let time = try await seconds { _ = try await self.run([file], into: path) }
            try bench.remove(path)
            return spans / time
        } rival: {
            spans / (try await seconds { try self.readOnly(file) })
        }
        Figure(
            name: "import.otlp", unit: .spansPerSecond, values: rates.ours, rival: ("OTLPReader alone", rates.rival)
        ).print()
    }

    /// One trace with sixteen times as many things as each of the sixteen of the rival.
    private static func hostile(_ bench: Workbench) async throws {
        let count = bench.size(20_000)
        for shape in HostileTraces.allCases {
            let large = try shape.write(1, of: 16 * (count / 16), to: bench.newPath("large.otlp.jsonl"))
            let small = try shape.write(16, of: count / 16, to: bench.newPath("small.otlp.jsonl"))
            let rate = { (file: String) in
                let path = bench.newPath("ledger")
                let time = try await seconds { _ = try await self.run([file], into: path) }
                try bench.remove(path)
                return Double(count) / time
            }
            let rates = try await alternate(bench.options.runs) {
                try await rate(large)
            } rival: {
                try await rate(small)
            }
            let unit: Figure.Unit = shape == .attributes ? .attributesPerSecond : .spansPerSecond
            Figure(
                name: "import.hostile.\(shape)", unit: unit, values: rates.ours,
                rival: ("the same in 16 traces", rates.rival)
            ).print()
        }
    }

    /// Command lines after which a million things are alive.
    private static func liveCommands(_ bench: Workbench) async throws {
        let file = bench.newPath("commands.jsonl")
        let runs = LiveRuns(runs: bench.size(91_000))
        let count = try runs.write(to: file)
        Progress.say("import.commands: \(runs.entities) live entities")
        try await self.commands("import.commands", bench, file, count)
    }

    /// A simulated company's command lines: every kind of command, in the order in which they happen; two lead to three
    /// events.
    private static func companyCommands(_ bench: Workbench) async throws {
        let file = bench.newPath("commands.jsonl")
        var lines = try CommandLines(file)
        for request in CompanySimulation(seed: 1, until: .executions(bench.size(7_000))) { try lines.write(request) }
        try await self.commands("import.commands.company", bench, file, try lines.end())
    }

    private static func commands(_ name: String, _ bench: Workbench, _ file: String, _ count: Int) async throws {
        let count = Double(count)
        let rates = try await alternate(bench.options.runs) {
            let path = bench.newPath("ledger")
            sync()
            let time = try await seconds { _ = try await self.run([file], into: path) }
            try bench.remove(path)
            return count / time
        } rival: {
            count / (try await seconds { try self.readCommandsOnly(file) })
        }
        try bench.remove(file)
        Figure(
            name: name, unit: .commandsPerSecond, values: rates.ours, rival: ("CommandReader alone", rates.rival)
        ).print()
    }

    private static func readCommandsOnly(_ file: String) throws {
        let reader = CommandReader(defaultActor: .system("benchmark"))
        try LineReader(path: file).forEachLine { _, line, _ in
            _ = try reader.read(line, now: Instant(microseconds: 1), newID: 1)
        }
    }

    /// Into a new ledger; throws when anything is refused.
    static func run(_ files: [String], into path: String) async throws -> ImportReport {
        let ledger = try Ledger.create(at: path)
        let report = try await Importer(ledger).run(files, refused: { Progress.say("refused: \($0)") })
        guard report.refused == 0 else { throw Program.Failure(description: "\(report.refused) lines were refused") }
        return report
    }

    static func readOnly(_ file: String) throws {
        var reader = OTLPReader()
        var spans = 0
        try LineReader(path: file).forEachLine { _, line, _ in
            try reader.read(json: line) { if case .span = $0 { spans += 1 } }
        }
        guard spans > 0 else { throw Program.Failure(description: "\(file) has no spans") }
    }
}

/// A ledger of what the multiplied traces say, made when first asked for.
final class ImportedCompany {
    /// 550 spans and some 1,400 events each.
    private let copies: Int
    /// Which owns this.
    private unowned let bench: Workbench
    private var made: (path: String, memory: PeakMemory)?

    init(copies: Int, bench: Workbench) {
        self.copies = copies
        self.bench = bench
    }

    func path() throws -> String { try self.make().path }

    /// The most memory that making it took.
    func memory() throws -> PeakMemory { try self.make().memory }

    var spans: Int { self.copies * MultipliedTraces.spansPerCopy }

    private func make() throws -> (path: String, memory: PeakMemory) {
        if let made = self.made { return made }
        let path = self.bench.newPath("company")
        let file = try self.bench.traces.file(self.copies)
        let made = (path, try PeakMemory(try self.bench.child(["import", path, file])))
        try self.bench.remove(file)
        self.made = made
        return made
    }
}
