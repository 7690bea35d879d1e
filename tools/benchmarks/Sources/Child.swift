import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerLogLMDB

/// One piece of work in a process of its own, for its memory, and for a profiler:
/// `perf record -g benchmarks --child fold LEDGER 1000000`.
enum Child {
    static let option = "--child"

    /// Prints the most memory that it took: resident and anonymous, in MiB.
    static func run(_ arguments: [String]) async throws {
        let watch = MemoryWatch()
        switch (arguments.first, arguments.dropFirst().first, arguments.dropFirst(2).first) {
        case ("import", let ledger?, let file?):
            let report = try await Importing.run([file], into: ledger)
            Progress.say("\(report.spans) spans, \(report.events) events in \(report.seconds) s")
        case ("fold", let ledger?, let position?):
            let time = try await seconds { try Folding.rebuild(ledger, to: Position(UInt64(position) ?? 0)) }
            Progress.say("\(position) events in \(time) s")
        case ("decode", let ledger?, nil):
            let time = try await seconds { try Folding.decodeAll(ledger) }
            Progress.say("decoded in \(time) s")
        case ("export", let ledger?, let directory?):
            let report = try CSVExporter(directory: directory).export(try LedgerReader(at: ledger).snapshot())
            Progress.say("\(report.rows) rows in \(report.seconds) s")
        case ("append", let path?, let count?):
            let log = try LMDBEventLog.create(at: path, origin: 1)
            var events = SampleEvents(eventsPerRun: 20)
            let time = try await seconds {
                for _ in 0..<(Int(count) ?? 0) / 1000 { _ = try await log.append(try events.batch(of: 1000)) }
            }
            Progress.say("\(count) events in \(time) s")
        default:
            throw Options.Mistake(
                description:
                    "\(self.option) import LEDGER FILE, fold LEDGER POSITION, decode LEDGER, export LEDGER DIRECTORY "
                    + "or append LEDGER COUNT")
        }
        let peak = watch.end()
        print(peak.resident, peak.anonymous)
    }
}
