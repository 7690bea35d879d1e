import Foundation

/// A folder that is gone when the value is.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        self.path = NSTemporaryDirectory() + "al-export-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    public func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(self.path)/\(name)")), as: UTF8.self)
    }

    public func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() }
}
