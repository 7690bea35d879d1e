import Testing

@Suite("Imports follow the house")
struct ImportTests {
    /// What each target may import. A new word here is a decision: say in the commit why the target needs it.
    static let allowed: KeyValuePairs<String, Set<String>> = [
        "Sources/LMDB": ["CLMDB", "Dispatch", "Foundation", "Glibc", "Synchronization"],
        "Sources/EventSourcing": ["CZlib", "Crypto", "Synchronization"],
        "Sources/Relations": [],
        "Sources/AgentDomain": ["EventSourcing"],
        "Sources/Simulation": ["AgentDomain", "EventSourcing"],
        "Sources/EventLog": ["CXXHash", "Crypto", "EventSourcing", "Glibc", "Synchronization"],
        "Sources/EventLogLMDB": [
            "Crypto", "Dispatch", "EventLog", "EventSourcing", "Foundation", "Glibc", "LMDB", "Synchronization",
        ],
        "Projections/Views": [
            "AgentDomain", "Crypto", "Dispatch", "EventLog", "EventSourcing", "Foundation", "Glibc", "LMDB",
            "Synchronization",
        ],
        "Projections/Ledger": ["AgentDomain", "EventLog", "EventSourcing", "Relations", "Synchronization", "Views"],
        "Projections/Documents": ["AgentDomain", "EventLog", "EventSourcing", "Ledger", "Relations", "Views"],
        "Sources/Postgres": ["CLibPQ", "Foundation"],
        "Sources/Export": [
            "CCurl", "CHiredis", "Crypto", "Dispatch", "EventSourcing", "Foundation", "GRDB", "GRDBSQLite", "Glibc",
            "Postgres", "Relations", "Synchronization",
        ],
        "Sources/Telemetry": ["AgentDomain", "EventSourcing"],
        "Sources/Import": ["AgentDomain", "EventSourcing", "Foundation", "Glibc", "Postgres", "Telemetry"],
        "Sources/AgentLedger": [
            "AgentDomain", "Crypto", "Dispatch", "Documents", "EventLog", "EventLogLMDB", "EventSourcing", "Export",
            "Glibc", "Import", "LMDB", "Ledger", "Postgres", "Relations", "Simulation", "Synchronization", "Telemetry",
            "Views",
        ],
        "tools/agentledger": ["AgentLedger", "ArgumentParser", "Foundation", "Glibc", "Synchronization"],
    ]

    @Test("a target imports only what the table allows")
    func tableOfImports() throws {
        try rule(against: [
            "Sources/AgentDomain/Clock.swift": "import Foundation",
            "Sources/EventSourcing/Clock.swift": "internal import struct Dispatch.DispatchTime",
            "Sources/Relations/Rows.swift": "@testable import EventSourcing",
            "Sources/Novelty/Rows.swift": "import Relations",
        ]) { tree in
            tree.swift(in: "Sources", "Projections", "tools/agentledger").flatMap { file in
                let target = Self.allowed.first { file.path.hasPrefix($0.key + "/") }
                return imports(of: file).compactMap { module, line in
                    guard let target else { return file.breach(at: line, "its target is not in the table") }
                    guard !target.value.contains(module) else { return nil }
                    return file.breach(at: line, "\(target.key) may not import \(module)")
                }
            }
        }
    }

    @Test("only Sources/LMDB imports CLMDB")
    func wallAroundLMDB() throws {
        try rule(against: ["Tests/LMDBTests/Shortcut.swift": "import CLMDB"]) { tree in
            tree.files.filter { !$0.path.hasPrefix("Sources/LMDB/") }.flatMap { breaches(importing: "CLMDB", in: $0) }
        }
    }

    @Test("GRDB is imported only under Sources/Export")
    func wallAroundSQLite() throws {
        try rule(against: ["tools/agentledger/Query.swift": "import GRDB"]) { tree in
            tree.swift(in: "Sources", "Projections", "tools").filter { !$0.path.hasPrefix("Sources/Export/") }
                .flatMap { breaches(importing: "GRDB", in: $0) }
        }
    }

    @Test(
        "each other library in C is imported by one file",
        arguments: ["CCurl", "CHiredis", "CLibPQ", "CXXHash", "CZlib", "GRDBSQLite"])
    func oneFilePerLibrary(module: String) throws {
        let twice = "import \(module)\nimport \(module)"
        try rule(against: ["Sources/Export/Postgres.swift": twice]) { tree in
            let found = tree.files.flatMap { breaches(importing: module, in: $0) }
            return found.count > 1 ? found : []
        }
    }
}

/// The modules that a file imports, each with its line counted from 0.
private func imports(of file: SourceFile) -> [(module: String, line: Int)] {
    let statement =
        #/
        ^ \s* (?: @ \w+ (?: \( [^)]* \) )? \s+ )*
        (?: (?: public | package | internal | fileprivate | private ) \s+ )?
        import \s+
        (?: (?: struct | class | enum | protocol | typealias | func | let | var ) \s+ )?
        (\w+)
        /#
    return file.code.enumerated().compactMap { line, text in
        text.firstMatch(of: statement).map { (String($0.output.1), line) }
    }
}

private func breaches(importing module: String, in file: SourceFile) -> [Breach] {
    imports(of: file).filter { $0.module == module }.map { file.breach(at: $0.line) }
}
