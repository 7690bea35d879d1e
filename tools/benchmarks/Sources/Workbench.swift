import Foundation

/// What the benchmarks share: the options, a folder that is removed at the end, and inputs that are made once.
final class Workbench {
    let options: Options
    let folder: ScratchFolder
    private var made = 0
    /// The traces of the demo, multiplied: made when first asked for.
    private(set) lazy var traces = MultipliedTraces(folder: self.folder.path)
    /// Ledgers imported from those traces: one of a million events and more (ten with `--large`), and a smaller one to
    /// compare its memory with.
    private(set) lazy var company = ImportedCompany(copies: self.size(self.options.isLarge ? 7200 : 720), bench: self)
    private(set) lazy var smallerCompany = ImportedCompany(
        copies: self.size(self.options.isLarge ? 720 : 360), bench: self)
    private(set) lazy var preloaded = PreloadedLogs(bench: self)
    private var server: TemporaryPostgres?

    init(_ options: Options) throws {
        self.options = options
        self.folder = try ScratchFolder()
    }

    /// `full`, or a tenth of it.
    func size(_ full: Int) -> Int { self.options.isQuick ? full / 10 : full }

    /// A path inside of the folder that nothing has yet.
    func newPath(_ name: String) -> String {
        self.made += 1
        return "\(self.folder.path)/\(self.made)-\(name)"
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    /// A PostgreSQL server, started when first asked for.
    func postgres() throws -> TemporaryPostgres {
        if let server = self.server { return server }
        let server = try TemporaryPostgres()
        self.server = server
        return server
    }

    /// A file with the bytes of a record as we store it, for rivals to write.
    func sampleRecord() throws -> String {
        let path = "\(self.folder.path)/record"
        if FileManager.default.fileExists(atPath: path) { return path }
        var events = SampleEvents(eventsPerRun: 20)
        let batch = try events.batch(of: 1000)
        let bytes = batch.recordBytes / 1000
        let typical = batch.entries.min { abs($0.count - bytes) < abs($1.count - bytes) }
        guard let typical else { preconditionFailure("a batch of events has entries") }
        let sealed = Data(repeating: 0, count: 8) + Data(batch.record(typical))
        try sealed.write(to: URL(fileURLWithPath: path))
        Progress.say("records of \(typical.count) bytes behind 8 of checksum")
        return path
    }

    /// Runs a rival; returns the numbers that it prints.
    func rival(_ name: String, _ arguments: [String]) throws -> [Double] {
        sync()
        let output = try Program("\(self.options.rivals)/\(name)", arguments).run()
        return output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }

    /// Runs this program again, on one task and with memory of its own; returns the numbers that it prints.
    func child(_ arguments: [String]) throws -> [Double] {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let output = try Program(program, [Child.option] + arguments).run()
        return output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }
}

/// A folder for one run, on a disk and never in memory.
struct ScratchFolder {
    let path: String

    init() throws {
        let parent = ProcessInfo.processInfo.environment["BENCHMARKS_FOLDER"] ?? "/var/tmp"
        self.path = "\(parent)/agentledger-benchmarks-\(getpid())"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    func remove() {
        // What cannot be removed is left to whoever cleans the temporary folder.
        try? FileManager.default.removeItem(atPath: self.path)
    }
}
