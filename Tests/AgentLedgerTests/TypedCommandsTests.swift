import LedgerDomain
import Seeded
import Testing

@testable import AgentLedger

@Suite("Typed commands")
struct TypedCommandsTests {
    @Test("are generated for every command of the catalogue")
    func complete() throws {
        let source = try DomainSource()
        let commands = try CommandFactories(source)
        #expect(Set(DomainCommand.cases.map(\.name)).subtracting(commands.names).sorted() == [])
        for (path, text) in commands.files {
            let file = KeptFile(path)
            try file.regenerate(text)
            #expect(try file.difference(from: text) == nil, "\(KeptFile.advice)")
        }
    }
}
