import Foundation
import LedgerLMDB
import Testing

/// A directory of its own for one test, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "lmdb-tests-" + UUID().uuidString
        precondition(mkdir(path, 0o700) == 0, "a temporary directory cannot be made")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // Left behind, it is only a temporary directory.
    }

    func listing(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).sorted()
    }
}

extension Environment {
    static func writable(_ path: String, mapSizeBytes: Int = 1 << 30) throws -> Environment {
        try Environment(path: path, options: .init(mode: .readWrite, mapSizeBytes: mapSizeBytes, syncMode: .none))
    }

    func database(_ name: String, _ flags: Database.Flags = []) throws -> Database {
        try #require(try openDatabase(name, flags.union(.create)))
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The error that `body` throws; fails the test when it throws none, or another kind.
func refusal(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) -> LMDBError? {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as LMDBError {
        return error
    } catch {
        Issue.record("threw \(error)", sourceLocation: sourceLocation)
    }
    return nil
}
