import Foundation

/// A process of this same program in another role, and what it says.
final class Child {
    enum Ending: Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errorPath: String
    private var buffered: [UInt8] = []

    /// `folder` takes what the process says on standard error.
    init(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
        self.errorPath = "\(folder)/error-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: self.errorPath))
        self.process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        self.process.arguments = arguments
        self.process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        self.process.standardInput = self.input
        self.process.standardOutput = self.output
        self.process.standardError = FileHandle(forWritingAtPath: self.errorPath)
        try self.process.run()
    }

    deinit {
        if self.process.isRunning { self.kill() }
        unlink(self.errorPath)
    }

    /// The next line that it says; nil when it has ended.
    func line() -> String? {
        while true {
            if let end = self.buffered.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: self.buffered[..<end], as: UTF8.self)
                self.buffered.removeFirst(end + 1)
                return line
            }
            let more = self.output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            self.buffered += more
        }
    }

    /// A process that has ended hears nothing, and its ending tells.
    func send(_ line: String) { try? self.input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    func kill() { Foundation.kill(self.process.processIdentifier, SIGKILL) }

    @discardableResult
    func wait() -> Ending { self.wait { _ in } }

    /// Waits for the end; what it says until then is given to `body`.
    @discardableResult
    func wait(_ body: (String) throws -> Void) rethrows -> Ending {
        while let line = self.line() { try body(line) }
        self.process.waitUntilExit()
        let status = self.process.terminationStatus
        return self.process.terminationReason == .exit ? .exited(status) : .signalled(status)
    }

    /// What it said on standard error, in one line.
    var error: String {
        let text = (try? String(contentsOfFile: self.errorPath, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").prefix(6).joined(separator: " | ")
    }
}
