import Foundation
import Testing

/// One text file of the project, by its path from the top.
struct SourceFile {
    let path: String
    let text: String
    /// The lines as written.
    let lines: [Substring]
    /// The lines with comments and the insides of strings blanked out, columns kept. Swift files only.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.code =
            path.hasSuffix(".swift")
            ? SwiftCode.blanked(text).split(separator: "\n", omittingEmptySubsequences: false) : []
    }

    var name: Substring { self.path.split(separator: "/").last ?? "" }

    /// A breach at each line of code that matches.
    func breaches(of pattern: Regex<some Any>) -> [Breach] {
        self.code.enumerated().filter { $0.element.contains(pattern) }.map { self.breach(at: $0.offset) }
    }

    /// The breach at a line, counted from 0.
    func breach(at index: Int, _ note: String? = nil) -> Breach {
        let text = index < self.lines.count ? self.lines[index].trimmingCharacters(in: .whitespaces) : ""
        return Breach(path: self.path, line: index + 1, note: note ?? text)
    }
}

/// A place where a rule is broken.
struct Breach: CustomStringConvertible {
    let path: String
    /// Counted from 1.
    let line: Int
    let note: String

    var description: String { "\(self.path):\(self.line): \(self.note)" }
}

/// The files of the project: those that git tracks, and new ones that it does not ignore.
struct SourceTree {
    let files: [SourceFile]

    /// A made-up tree, for showing that a rule can fail.
    init(_ texts: [String: String]) {
        self.files = texts.map { SourceFile(path: $0.key, text: $0.value) }.sorted { $0.path < $1.path }
    }

    /// The tree that this file stands in. A file that is not UTF-8 counts as empty.
    static let house = Result {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var texts: [String: String] = [:]
        for path in try Self.paths(in: top) {
            // A file that is listed but gone was deleted, and that is not staged yet.
            guard let bytes = try? Data(contentsOf: top.appending(path: path)) else { continue }
            texts[path] = String(validating: bytes, as: UTF8.self) ?? ""
        }
        return SourceTree(texts)
    }

    func swift(in folders: String...) -> [SourceFile] {
        self.files.filter { file in
            file.path.hasSuffix(".swift") && folders.contains { file.path.hasPrefix($0 + "/") }
        }
    }

    private static func paths(in top: URL) throws -> [String] {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", top.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        let output = Pipe()
        git.standardOutput = output
        try git.run()
        let listed = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else {
            throw ListingFailure(message: "git cannot list the files of \(top.path); the rules read a git checkout")
        }
        return String(decoding: listed, as: UTF8.self).split(separator: "\0").map(String.init)
    }

    private struct ListingFailure: Error { let message: String }
}

/// Checks a rule twice: it must find a breach in every counterexample (path and text), and none in the house.
func rule(
    against counterexamples: KeyValuePairs<String, String>, sourceLocation: SourceLocation = #_sourceLocation,
    _ check: (SourceTree) -> [Breach]
) throws {
    for (path, text) in counterexamples where check(SourceTree([path: text])).isEmpty {
        Issue.record("the rule does not see its counterexample \(path):\n\(text)", sourceLocation: sourceLocation)
    }
    let breaches = check(try SourceTree.house.get())
    if !breaches.isEmpty {
        let list = breaches.map(\.description).joined(separator: "\n")
        Issue.record("breaches: \(breaches.count)\n\(list)", sourceLocation: sourceLocation)
    }
}
