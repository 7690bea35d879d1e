import Foundation
import Testing

@Suite("README")
struct ReadmeTests {
    @Test("what it shows runs, and prints what it says")
    func example() throws {
        let text = try String(
            contentsOf: Tool.repository.appendingPathComponent("README.md"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## What it looks like").last)
        let blocks = section.matches(of: /```(?:sh)?\n((?s).*?)```/).map { String($0.output.1) }
        let (script, printed) = (try #require(blocks.first), try #require(blocks.dropFirst().first))
        let tool = try Tool()
        let tools = tool.folder.appendingPathComponent("tools")
        try FileManager.default.createSymbolicLink(
            at: tools, withDestinationURL: Tool.repository.appendingPathComponent("tools"))
        let answer = try tool.shell("PATH=$(dirname \"$agentledger\"):$PATH; set -e\n\(script)")
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.out.contains(printed), "\(answer.out)")
    }
}
