import Foundation

/// Programs that tests run.
package enum Shell {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) { self.description = description }
    }

    /// Standard output of a program that must succeed.
    @discardableResult
    package static func run(_ program: String, _ arguments: [String], folder: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        // Files, not pipes: a full pipe would stop the program.
        let base = "/tmp/al-shell-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: base + ".out"))
        try Data().write(to: URL(fileURLWithPath: base + ".err"))
        defer {
            try? FileManager.default.removeItem(atPath: base + ".out")
            try? FileManager.default.removeItem(atPath: base + ".err")
        }
        process.standardOutput = FileHandle(forWritingAtPath: base + ".out")
        process.standardError = FileHandle(forWritingAtPath: base + ".err")
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let output = String(decoding: try Data(contentsOf: URL(fileURLWithPath: base + ".out")), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            let complaint = String(decoding: try Data(contentsOf: URL(fileURLWithPath: base + ".err")), as: UTF8.self)
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(complaint)\(output)")
        }
        return output
    }
}
