import Foundation

/// A file of the repository that the code generates and a test compares; `make regenerate` writes all of them anew.
package struct KeptFile: Sendable {
    /// Whether files are to be written.
    package static let isRegenerating = ProcessInfo.processInfo.environment["AGENTLEDGER_REGENERATE"] == "1"
    /// What a failure of a comparison says.
    package static let advice = "run make regenerate, and look at what changed before you commit it"

    package let url: URL
    private let path: String

    /// - Parameter path: from the repository's root.
    package init(_ path: String) {
        self.path = path
        self.url =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../\(path)").standardized
    }

    package var exists: Bool { FileManager.default.fileExists(atPath: self.url.path) }

    package func text() throws -> String { try String(contentsOf: self.url, encoding: .utf8) }

    /// Writes the file if files are to be written.
    package func regenerate(_ text: String) throws {
        guard Self.isRegenerating else { return }
        let folder = self.url.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: self.url, atomically: true, encoding: .utf8)
    }

    /// The first line in which the file and a text differ; nil when they are the same.
    package func difference(from text: String) throws -> String? {
        guard self.exists else { return "\(self.path) is missing" }
        let kept = try self.text().split(separator: "\n", omittingEmptySubsequences: false)
        let found = text.split(separator: "\n", omittingEmptySubsequences: false)
        let same = zip(kept, found).prefix { $0 == $1 }.count
        if same == kept.count, same == found.count { return nil }
        let (old, new) = (kept.dropFirst(same).first ?? "", found.dropFirst(same).first ?? "")
        return "\(self.path), line \(same + 1): \"\(old)\" in the file, \"\(new)\" by the code"
    }
}

/// The form in which something is stored, kept beside its version: whoever changes one must change the other.
package struct KeptForm: Sendable {
    private let file: KeptFile
    private let version: Int
    private let text: String

    /// - Parameters:
    ///   - name: of a file in `Tests/Fixtures/stored-forms`.
    ///   - form: a line for each part of it.
    package init(_ name: String, version: Int, form: [String]) {
        self.file = KeptFile("Tests/Fixtures/stored-forms/\(name).txt")
        self.version = version
        self.text = "version \(version)\n" + form.map { "\($0)\n" }.joined()
    }

    /// What is wrong; nil when the file has this form and version.
    /// - Parameter number: what must be raised, such as "ViewCatalog.version".
    package func problem(raise number: String) throws -> String? {
        if self.file.exists, let difference = try self.file.difference(from: self.text),
            try self.file.text().hasPrefix("version \(self.version)\n")
        {
            return """
                what version \(self.version) stores has another form: raise \(number), then \(KeptFile.advice). \
                \(difference)
                """
        }
        try self.file.regenerate(self.text)
        return try self.file.difference(from: self.text).map { "\($0); \(KeptFile.advice)" }
    }
}
