import Foundation

/// The library that is preloaded into processes under attack, compiled from Tests/FaultInjection.
struct FaultLibrary {
    let path: String

    init(in folder: String) throws {
        self.path = folder + "/faults.so"
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("FaultInjection")
        let files = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".c") }
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments =
            ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", self.path]
            + files.map { sources.appendingPathComponent($0).path } + ["-ldl", "-lpthread"]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw Failure("cc cannot compile \(sources.path)") }
    }

    /// For a process that works below `site.root`.
    func environment(_ site: Site, fault: Fault?, isJournaled: Bool) -> [String: String] {
        var environment = ["LD_PRELOAD": self.path, "FAULT_ROOT": site.root, "FAULT_MARK": site.mark]
        environment["FAULT"] = fault?.description
        if isJournaled { environment["FAULT_JOURNAL"] = site.journal }
        return environment
    }
}
