import Foundation
import Testing

@Suite("docs/time-travel.md")
struct TimeTravelPageTests {
    @Test("what it shows runs, and prints what it says")
    func page() throws {
        let page = try String(
            contentsOf: Tool.repository.appendingPathComponent("docs/time-travel.md"), encoding: .utf8)
        let blocks = page.matches(of: /```(sh|text)\n((?s).*?)```/).map { (String($0.output.1), String($0.output.2)) }
        #expect(blocks.count > 12)
        let tool = try Tool()
        var printed = ""
        for (kind, block) in blocks {
            if kind == "sh" {
                let answer = try tool.shell("PATH=$(dirname \"$agentledger\"):$PATH; set -e\n\(block)")
                #expect(answer.status == 0, "\(block)\(answer.error)")
                printed = answer.out
            } else {
                try Self.expect(printed, tells: block)
            }
        }
    }

    /// Whether the lines are there, one behind the other; … stands for anything.
    private static func expect(_ printed: String, tells block: String) throws {
        var rest = Substring(printed)
        for line in block.split(separator: "\n") where line != "…" {
            let parts = line.split(separator: "…", omittingEmptySubsequences: false)
            let pattern = parts.map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".*")
            let found = rest.firstMatch(of: try Regex("(?m)^\(pattern)$"))
            #expect(found != nil, "\"\(line)\" is missing from\n\(printed)")
            if let found { rest = rest[found.range.upperBound...] }
        }
    }
}
