import Testing

@Suite("The code keeps its habits")
struct CodeTests {
    @Test("no file is longer than 400 lines")
    func fileLength() throws {
        try rule(against: ["Sources/Export/Long.swift": String(repeating: "let a = 1\n", count: 401)]) { tree in
            tree.swift(in: "Sources", "Projections", "Tests", "tools").compactMap { file in
                let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
                return count > 400 ? file.breach(at: 400, "\(count) lines; split it by what a reader looks for") : nil
            }
        }
    }

    @Test("what the compiler is told not to check says why in a SAFETY comment")
    func safetyComments() throws {
        try rule(against: [
            "Sources/LMDB/A.swift": "final class A: @unchecked Sendable {}",
            "Sources/LMDB/B.swift": "// SAFETY: four lines above\n\n\n\nnonisolated(unsafe) let a = 1",
        ]) { tree in
            let unchecked = /@unchecked\s+Sendable|\bnonisolated\(unsafe\)/
            return tree.swift(in: "Sources", "Projections", "Tests", "tools").flatMap { file in
                file.breaches(of: unchecked).filter { breach in
                    let index = breach.line - 1
                    return !file.lines[max(0, index - 3)...index].contains { $0.contains("// SAFETY: ") }
                }
            }
        }
    }

    @Test("the domain has no `default:`, so that the compiler asks for every new case")
    func everyCaseIsWritten() throws {
        try rule(against: [
            "Sources/AgentDomain/A.swift": "switch event {\ndefault: break\n}",
            "Sources/AgentDomain/B.swift": "switch event { case .a: 1; @unknown default: 2 }",
        ]) { tree in
            tree.swift(in: "Sources/AgentDomain").flatMap { file in
                file.breaches(of: /(?:^|[{};])\s*(?:@unknown\s+)?default\s*:/)
            }
        }
    }

    @Test("no `try!` and no `fatalError`: input throws, a mistake is a precondition with a sentence")
    func noTraps() throws {
        try rule(against: [
            "Sources/Import/A.swift": "let a = try! read()",
            "tools/agentledger/B.swift": "fatalError(\"\\(a)\")",
        ]) { tree in
            tree.swift(in: "Sources", "Projections", "tools").flatMap { $0.breaches(of: /\btry!|\bfatalError\s*\(/) }
        }
    }

    @Test("no file is named Manager, Helper, Util, Service or V2: a name says what the thing does")
    func fileNames() throws {
        try rule(against: [
            "Sources/Export/RowHelpers.swift": "",
            "Sources/Import/Utilities.swift": "",
            "Projections/Views/FoldV2.swift": "",
            "tools/demo/setup-utils.sh": "",
        ]) { tree in
            let vague = /(?:Manager|Helper|Util|Service)(?:s|ities)?(?![a-z])|V2(?![0-9])/
            let lowercase = /(?:^|[-_])(?:manager|helper|util|service)(?:s|ities)?(?![a-z])/
            return tree.files.filter { $0.name.contains(vague) || $0.name.contains(lowercase) }
                .map { $0.breach(at: 0, "say in the name what it does") }
        }
    }

    @Test("an error that other modules see is a LedgerFailure, with a category and a code")
    func failures() throws {
        try rule(against: [
            "Sources/Import/A.swift": "package struct ReadError: Error {",
            "Projections/Views/B.swift": "public enum FoldError: Hashable, Error {",
        ]) { tree in
            let error = /\b(?:package|public)\s+(?:struct|enum|final class)\s+\w+\s*:[^{]*\bError\b/
            // The log and the views wrap LMDB's errors.
            return tree.swift(in: "Sources", "Projections").filter { !$0.path.hasPrefix("Sources/LMDB/") }
                .flatMap { $0.breaches(of: error) }
        }
    }

    @Test("a file begins with code or a doc comment: who wrote it, git knows")
    func firstLines() throws {
        try rule(against: [
            "Sources/Export/A.swift": "//\n//  A.swift\n//  Created by A. Person\n//\nimport Relations",
            "Projections/Views/B.swift": "\n/* Copyright */\nlet b = 1",
        ]) { tree in
            let isHeader = /^\s*(?:\/\/(?!\/|\ swift-)|\/\*)/
            return tree.swift(in: "Sources", "Projections", "tools").filter { $0.name != "Placeholder.swift" }
                .compactMap { file in
                    guard let first = file.lines.firstIndex(where: { $0.contains(/\S/) }) else { return nil }
                    return file.lines[first].contains(isHeader) ? file.breach(at: first) : nil
                }
        }
    }
}
