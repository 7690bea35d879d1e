import Testing

@Suite("Imports follow the house")
struct ImportTests {
    /// What each target may import. A new word here is a decision: say in the commit why the target needs it.
    static let allowed: KeyValuePairs<String, Set<String>> = [
        "Sources/LMDB": ["CLedgerLMDB", "Dispatch", "Foundation", "Glibc", "Synchronization"],
        "Sources/EventSourcing": ["CLedgerZlib", "Crypto", "Synchronization"],
        "Sources/Relations": [],
        "Sources/AgentDomain": ["LedgerEvents"],
        "Sources/Simulation": ["LedgerDomain", "LedgerEvents"],
        "Sources/EventLog": ["CLedgerXXHash", "Crypto", "LedgerEvents", "Glibc", "Synchronization"],
        "Sources/EventLogLMDB": [
            "Crypto", "Dispatch", "LedgerLog", "LedgerEvents", "Foundation", "Glibc", "LedgerLMDB", "Synchronization",
        ],
        "Projections/Views": [
            "LedgerDomain", "Crypto", "Dispatch", "LedgerLog", "LedgerEvents", "Foundation", "Glibc", "LedgerLMDB",
            "Synchronization",
        ],
        "Projections/Tables": [
            "LedgerDomain", "LedgerLog", "LedgerEvents", "LedgerRelations", "Synchronization", "LedgerViews",
        ],
        "Projections/Platforms": [
            "LedgerDomain", "LedgerLog", "LedgerEvents", "LedgerTables", "LedgerRelations", "LedgerViews",
        ],
        "Sources/Postgres": ["CLedgerPQ", "Foundation", "LedgerEvents"],
        "Sources/Export": [
            "CLedgerCurl", "CLedgerHiredis", "Crypto", "Dispatch", "LedgerEvents", "Foundation", "GRDB", "GRDBSQLite",
            "Glibc",
            "LedgerPostgres", "LedgerRelations", "Synchronization",
        ],
        "Sources/Telemetry": ["LedgerDomain", "LedgerEvents"],
        "Sources/Import": ["LedgerDomain", "LedgerEvents", "Foundation", "Glibc", "LedgerPostgres", "LedgerTelemetry"],
        "Sources/AgentLedger": [
            "LedgerDomain", "Crypto", "Dispatch", "LedgerPlatforms", "LedgerLog", "LedgerLogLMDB", "LedgerEvents",
            "LedgerExporters",
            "Glibc", "LedgerImporters", "LedgerTables", "LedgerPostgres", "LedgerRelations",
            "LedgerSimulation", "Synchronization", "LedgerTelemetry",
            "LedgerViews",
        ],
        "tools/agentledger": [
            "AgentLedger", "ArgumentParser", "Foundation", "Glibc", "LedgerDomain", "LedgerEvents", "LedgerExporters",
            "LedgerImporters", "LedgerLog", "LedgerLogLMDB", "LedgerPlatforms", "LedgerPostgres", "LedgerRelations",
            "LedgerSimulation", "LedgerTables", "LedgerViews", "Synchronization",
        ],
    ]

    @Test("a target imports only what the table allows")
    func tableOfImports() throws {
        try rule(against: [
            "Sources/AgentDomain/Clock.swift": "import Foundation",
            "Sources/EventSourcing/Clock.swift": "internal import struct Dispatch.DispatchTime",
            "Sources/Relations/Rows.swift": "@testable import LedgerEvents",
            "Sources/Novelty/Rows.swift": "import LedgerRelations",
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

    @Test("only Sources/LMDB imports CLedgerLMDB")
    func wallAroundLMDB() throws {
        try rule(against: ["Tests/LMDBTests/Shortcut.swift": "import CLedgerLMDB"]) { tree in
            tree.files.filter { !$0.path.hasPrefix("Sources/LMDB/") }.flatMap {
                breaches(importing: "CLedgerLMDB", in: $0)
            }
        }
    }

    @Test("only the log and the views import LedgerLMDB: nothing above handles LMDB's errors")
    func wallAboveLMDB() throws {
        try rule(against: [
            "Sources/AgentLedger/Reader.swift": "import LedgerLMDB",
            "Projections/Tables/Rows.swift": "catch let error as LMDBError {",
        ]) { tree in
            let below = ["Sources/LMDB/", "Sources/EventLogLMDB/", "Projections/Views/"]
            return tree.swift(in: "Sources", "Projections", "tools").filter { file in
                !below.contains { file.path.hasPrefix($0) }
            }.flatMap { breaches(importing: "LedgerLMDB", in: $0) + $0.breaches(of: /\bLMDBError\b/) }
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
        arguments: ["CLedgerCurl", "CLedgerHiredis", "CLedgerPQ", "CLedgerXXHash", "CLedgerZlib", "GRDBSQLite"])
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
