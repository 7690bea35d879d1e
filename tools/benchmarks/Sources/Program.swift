import Foundation

/// Another program, run to its end.
struct Program {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let path: String
    private let arguments: [String]

    init(_ path: String, _ arguments: [String]) {
        self.path = path
        self.arguments = arguments
    }

    /// Found in PATH.
    static func named(_ name: String, _ arguments: [String]) -> Program { Program("/usr/bin/env", [name] + arguments) }

    /// Its standard output. Its standard error is ours; throws when it fails.
    @discardableResult
    func run() throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: self.path)
        process.arguments = self.arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try withSignals { try process.run() }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description:
                    "\(self.path) \(self.arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Starts a program so that it can be ended: it inherits which signals its starter blocks, and Swift's threads block all.
func withSignals(_ start: () throws -> Void) rethrows {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try start()
}
