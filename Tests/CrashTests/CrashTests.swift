import Foundation
import Testing

/// Short forms of the attacks that `make crash` carries out at length; docs/crash-testing.md tells what they do. One
/// after the other: each of them is many processes.
@Suite("A log under attack", .serialized)
struct CrashTests {
    @Test(
        "a writer that is killed at any moment, with or without a power cut, loses nothing it acknowledged",
        arguments: ["kill", "kill-commands"])
    func killed(_ attack: String) async throws { try await Self.attack(attack) }

    @Test("so does one that is killed at each step of a commit") func points() async throws {
        try await Self.attack("points")
    }

    @Test("one that is killed while it leaves a full segment, and compacts it, loses nothing either")
    func sealing() async throws { try await Self.attack("sealing") }

    @Test("views that were being committed equal a rebuild") func views() async throws {
        try await Self.attack("views")
    }

    @Test("a ledger is made whole, or can be made again") func creation() async throws {
        try await Self.attack("creation")
    }

    @Test(
        "calls that fail are said to have failed, and the writer goes on",
        arguments: ["failures", "seal-failures", "view-failures"])
    func failures(_ attack: String) async throws { try await Self.attack(attack) }

    @Test("a full disk loses nothing, and the writer goes on once there is room") func fullDisk() async throws {
        try await Self.attack("full-disk")
    }

    @Test("a flipped bit, a torn page or a cut file is reported, or changes nothing")
    func damage() async throws { try await Self.attack("damage") }

    @Test("of four processes that race, exactly one wins", arguments: ["race", "command-race"])
    func race(_ attack: String) async throws { try await Self.attack(attack) }

    @Test("readers and followers beside writers see whole batches, in order, once", arguments: ["crowd", "latency"])
    func crowd(_ attack: String) async throws { try await Self.attack(attack) }

    @Test("readers that die or take long do not let the file grow") func hold() async throws {
        try await Self.attack("hold")
    }

    @Test("mistakes that are made on purpose are found") func plant() async throws { try await Self.attack("plant") }

    private static func attack(_ name: String) async throws {
        let report = FileManager.default.temporaryDirectory.appendingPathComponent("attack-\(UUID().uuidString)")
        try Data().write(to: report)
        defer { try? FileManager.default.removeItem(at: report) }  // A leftover is harmless.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = ["attack", name, "--rounds", "6"]
        process.standardOutput = try FileHandle(forWritingTo: report)
        process.standardError = process.standardOutput
        // Without waiting on a thread: there are few, and the other tests need them.
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        let said = try String(contentsOf: report, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(said)")
    }

    /// Beside the bundle that these tests are in; `swift build` and `swift test` make it.
    private static let path: String = {
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("crash").path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(".build/debug/crash").path
    }()
}
