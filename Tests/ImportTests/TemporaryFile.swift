import Foundation

/// A file that is there for one test.
struct TemporaryFile: ~Copyable {
    let path: String

    init(_ bytes: some Sequence<UInt8>, name: String = "lines.jsonl") throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        self.path = file.path
    }

    deinit {
        // What the system's own cleaning does not need to wait for.
        try? FileManager.default.removeItem(at: URL(filePath: self.path).deletingLastPathComponent())
    }

    /// The gzip of `bytes`, made by the gzip command.
    static func gzip(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
        let plain = try TemporaryFile(bytes)
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-c", plain.path]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        let compressed = output.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        return Array(compressed)
    }
}
