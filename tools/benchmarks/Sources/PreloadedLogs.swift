import LedgerEvents
import LedgerLog
import LedgerLogLMDB

/// Logs that hold a million sample events already: ours, and one of C LMDB for each of its modes. Each is made when
/// first asked for. What reads them runs before what appends to them.
final class PreloadedLogs {
    static let eventsPerTag = 10

    /// Which owns this.
    private unowned let bench: Workbench
    let count: Int
    private var path: String?
    private var rivals: [String: String] = [:]

    init(bench: Workbench) {
        self.bench = bench
        self.count = bench.size(1_000_000)
    }

    func ours() async throws -> String {
        if let path = self.path { return path }
        let path = self.bench.newPath("log")
        let log = try LMDBEventLog.create(at: path, origin: 1)
        var events = SampleEvents(eventsPerRun: Self.eventsPerTag)
        for _ in 0..<self.count / 10_000 { _ = try await log.append(try events.batch(of: 10_000)) }
        self.path = path
        return path
    }

    /// The folder of C LMDB's log that was written in this mode of lmdb_append.
    func rival(_ mode: String) throws -> String {
        if let path = self.rivals[mode] { return path }
        let path = self.bench.newPath("lmdb-\(mode)")
        _ = try self.append(self.count, of: 10_000, mode, to: path)
        self.rivals[mode] = path
        return path
    }

    /// More events into the rival's log.
    func append(_ count: Int, of batch: Int, _ mode: String) throws -> (rate: Double, p50: Double) {
        try self.append(count, of: batch, mode, to: try self.rival(mode))
    }

    private func append(
        _ count: Int, of batch: Int, _ mode: String, to path: String
    ) throws -> (rate: Double, p50: Double) {
        let record = try self.bench.sampleRecord()
        let sharing = mode == "shared" ? ["\(Self.eventsPerTag)"] : []
        let numbers = try self.bench.rival(
            "lmdb_append", [path, "\(count)", "\(batch)", "@\(record)", mode] + sharing)
        return (numbers[0], numbers[1])
    }
}
