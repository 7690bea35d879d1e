import Foundation

/// A server that ends, and whose folder goes, with the value or with the test process.
// SAFETY: nothing changes between init and `stop`, which is asked for by one owner.
final class ServerProcess: @unchecked Sendable {
    private let shell = Process()
    private let leash = Pipe()

    /// Starts `command`; what it prints goes to `folder/log`.
    /// - Parameter signal: that ends the server.
    init(_ command: [String], in folder: String, endedBy signal: String) throws {
        // The shell ends the server, and removes its folder, when its standard input ends. It cannot `wait` for it:
        // the threads that start it have SIGCHLD blocked, and that is handed on.
        self.shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        self.shell.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        self.shell.arguments =
            ["-c", "\"$@\" >\"$0/log\" 2>&1 & read -r end; kill -\(signal) $!; sleep 0.3; rm -rf \"$0\"", folder] + command
        self.shell.standardInput = self.leash
        try self.shell.run()
    }

    deinit { self.stop() }

    /// Ends the server; returns when it is gone.
    func stop() {
        // Nothing is left to tell when the server is gone already.
        try? self.leash.fileHandleForWriting.close()
        self.shell.waitUntilExit()
    }

    /// Asks until an answer comes, for ten seconds at most; the last failure is the one to tell.
    func waitUntil(_ isReady: () throws -> Bool) throws {
        for _ in 0..<200 {
            // Not ready yet is no error.
            if (try? isReady()) == true { return }
            usleep(50_000)
        }
        guard try isReady() else { throw Shell.Failure(description: "the server did not become ready in ten seconds") }
    }

    /// A port of 127.0.0.1 that nothing listened on a moment ago.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
            }
        }
        guard status == 0 else { throw Shell.Failure(description: "no port is free: \(String(cString: strerror(errno)))") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Where a program lies on `PATH`, or in Debian's place for servers.
    static func find(_ program: String, package: String) throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin"]
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") })
        else {
            throw Shell.Failure(description: "install \(program): these tests start it (Debian: \(package))")
        }
        return "\(folder)/\(program)"
    }
}
