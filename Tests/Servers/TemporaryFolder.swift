import Foundation

/// A folder that is gone when the value is.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        self.path = NSTemporaryDirectory() + "al-export-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    package func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(self.path)/\(name)")), as: UTF8.self)
    }

    package func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() }
}
