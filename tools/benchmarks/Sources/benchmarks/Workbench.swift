import Foundation

/// What the benchmarks share: the options, a folder that is removed at the end, and inputs that are made once.
final class Workbench {
    let options: Options
    let folder: ScratchFolder
    private var made = 0
    /// The traces of the demo, multiplied: made when first asked for.
    private(set) lazy var traces = MultipliedTraces(folder: self.folder.path, isQuick: self.options.isQuick)
    /// A ledger of a million events and more, imported from those traces.
    private(set) lazy var company = ImportedCompany(bench: self)

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

    /// Runs a rival; returns the numbers that it prints.
    func rival(_ name: String, _ arguments: [String]) throws -> [Double] {
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
