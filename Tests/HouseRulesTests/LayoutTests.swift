import Testing

@Suite("Everything stands in its place")
struct LayoutTests {
    static let top: Set<String> = [
        "Package.swift", "Sources", "Tests", "Projections", "tools", "docs", "README.md", "ARCHITECTURE.md",
        "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile",
    ]

    @Test("the top level holds the listed rooms, dotfiles and nothing else")
    func topLevel() throws {
        try rule(against: ["Scripts/run": "", "NOTES.md": "", "docs/Guide.txt": "", "docs/drafts/a.md": ""]) { tree in
            tree.files.filter { file in
                let first = String(file.path.prefix { $0 != "/" })
                // Decision notes, and pages that tell how something is done.
                guard first != "docs" else {
                    return !file.path.hasPrefix("docs/decisions/") && !file.path.contains(/^docs\/[a-z0-9-]+\.md$/)
                }
                return !Self.top.contains(first) && !first.hasPrefix(".")
            }.map { $0.breach(at: 0, "does not belong here") }
        }
    }

    @Test("a decision note is numbered, and no number is given twice")
    func decisionNotes() throws {
        try rule(against: ["docs/decisions/dependencies.md": ""]) { tree in
            let notes = tree.files.filter { $0.path.hasPrefix("docs/decisions/") }
            let numbers = Dictionary(grouping: notes) { $0.name.prefix(4) }
            return notes.filter { note in
                !note.name.contains(/^\d{4}-[a-z0-9-]+\.md$/) || numbers[note.name.prefix(4), default: []].count > 1
            }.map { $0.breach(at: 0, "wants a name like NNNN-title.md, with a number of its own") }
        }
    }

    @Test("Package.swift stands bottom-up: a target depends only on targets above it")
    func bottomUp() throws {
        try rule(against: [
            "Package.swift": """
            .target(name: "Upper", dependencies: ["Lower", .product(name: "GRDB", package: "GRDB.swift")]),
            .target(name: "Lower"),
            """
        ]) { tree in
            tree.files.filter { $0.path == "Package.swift" }.flatMap { file in
                var above: Set<String> = []
                return targets(in: file.text).flatMap { target in
                    defer { above.insert(target.name) }
                    return target.dependencies.filter { !above.contains($0) }.map {
                        file.breach(at: target.line, "\(target.name) depends on \($0), which is not above it")
                    }
                }
            }
        }
    }

    @Test("make regenerate runs every suite that keeps a generated file")
    func regenerated() throws {
        try rule(against: ["Tests/A/PageTests.swift": "let page = KeptFile(\"docs/a.md\")"]) { tree in
            let commands = tree.files.first { $0.path == "Makefile" }?.text ?? ""
            return tree.swift(in: "Tests").filter { file in
                file.name.hasSuffix("Tests.swift") && !file.breaches(of: /\bKept(File|Form)\b/).isEmpty
                    && !commands.contains(file.name.dropLast(6))
            }.map { $0.breach(at: 0, "is missing from the target regenerate of the Makefile") }
        }
    }

    @Test("no file names a place on somebody's machine")
    func machinePaths() throws {
        // Put together here, or this file would break its own rule.
        let places = ["work", "root", "home", "Users"].map { "/\($0)/" }
        try rule(against: ["README.md": "Run `\(places[0])build`", "Makefile": "DIR=\(places[2])ann"]) { tree in
            tree.files.filter { !$0.path.hasPrefix("Tests/Fixtures/") }.flatMap { file in
                file.lines.indices.filter { index in
                    places.contains { namesMachine($0, in: file.lines[index]) }
                }.map { file.breach(at: $0) }
            }
        }
    }
}

/// Whether the place stands in the line as an absolute path, not in the middle of a longer one.
private func namesMachine(_ place: String, in line: Substring) -> Bool {
    line.ranges(of: place).contains { range in
        guard let before = line[..<range.lowerBound].last else { return true }
        return !before.isLetter && !before.isNumber && !"._~-})".contains(before)
    }
}

private struct Target {
    let name: String
    let dependencies: [String]
    /// Counted from 0.
    let line: Int
}

/// The targets that a manifest lists, in its order. It reads the text: asking SwiftPM would take seconds.
private func targets(in manifest: String) -> [Target] {
    let declaration = /\.(?:target|executableTarget|testTarget|systemLibrary|macro|plugin)\(\s*name:\s*"(\w+)"/
    let starts = manifest.matches(of: declaration)
    return starts.enumerated().map { number, start in
        let end = number + 1 < starts.count ? starts[number + 1].range.lowerBound : manifest.endIndex
        let body = manifest[start.range.upperBound..<end].replacing(/\.product\([^)]*\)/, with: "")
        let list = body.firstMatch(of: /dependencies:\s*\[([^\]]*)\]/)?.output.1 ?? ""
        return Target(
            name: String(start.output.1),
            dependencies: list.matches(of: /"(\w+)"/).map { String($0.output.1) },
            line: manifest[..<start.range.lowerBound].count { $0 == "\n" })
    }
}
