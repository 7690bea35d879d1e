// swift-tools-version: 6.2
// Targets stand bottom-up: each depends only on targets above it.
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let walled: [SwiftSetting] = strict + [.strictMemorySafety()]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "agentledger",
    products: [
        .library(name: "AgentLedger", targets: ["AgentLedger"]),
        .executable(name: "agentledger", targets: ["AgentLedgerCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C, as system libraries.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The vocabularies, and the wall around LMDB.
        .target(name: "LMDB", dependencies: ["CLMDB"], swiftSettings: walled),
        .target(name: "EventSourcing", dependencies: ["CZlib", crypto], swiftSettings: strict),
        .target(name: "Relations", swiftSettings: strict),

        // What can happen.
        .target(name: "AgentDomain", dependencies: ["EventSourcing"], swiftSettings: strict),
        .target(name: "Simulation", dependencies: ["AgentDomain", "EventSourcing"], swiftSettings: strict),

        // Where it is kept.
        .target(name: "EventLog", dependencies: ["EventSourcing", "CXXHash", crypto], swiftSettings: strict),
        .target(
            name: "EventLogLMDB", dependencies: ["EventLog", "EventSourcing", "LMDB"],
            swiftSettings: strict),

        // What is folded from it.
        .target(
            name: "Views", dependencies: ["AgentDomain", "EventLog", "EventSourcing", "LMDB", crypto],
            path: "Projections/Views", swiftSettings: strict),
        .target(
            name: "Ledger", dependencies: ["Views", "Relations", "AgentDomain", "EventLog", "EventSourcing"],
            path: "Projections/Ledger", swiftSettings: strict),
        .target(
            name: "Documents",
            dependencies: ["Ledger", "Views", "Relations", "AgentDomain", "EventLog", "EventSourcing"],
            path: "Projections/Documents", swiftSettings: strict),

        // Rows out, facts in.
        .target(name: "Postgres", dependencies: ["CLibPQ"], swiftSettings: strict),
        .target(
            name: "Export",
            dependencies: [
                "EventSourcing", "Relations", "Postgres", "CCurl", "CHiredis", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(name: "Telemetry", dependencies: ["AgentDomain", "EventSourcing"], swiftSettings: strict),
        .target(
            name: "Import", dependencies: ["AgentDomain", "EventSourcing", "Telemetry", "Postgres"],
            swiftSettings: strict),

        // What users import, and the command.
        .target(
            name: "AgentLedger",
            dependencies: [
                "AgentDomain", "Documents", "EventLog", "EventLogLMDB", "EventSourcing", "Export", "Import", "Ledger",
                "LMDB", "Postgres", "Relations", "Simulation", "Telemetry", "Views", crypto,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "AgentLedgerCommand",
            dependencies: ["AgentLedger", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "tools/agentledger", swiftSettings: strict),

        // What tests share, and the inputs of fuzzing: damaged, a million at a time by `make fuzz`, fewer in FuzzTests.
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: strict),
        .target(name: "Servers", path: "Tests/Servers", swiftSettings: strict),
        .target(
            name: "Conformance", dependencies: ["Telemetry", "AgentDomain", "EventSourcing"],
            path: "Tests/Conformance", swiftSettings: strict),
        .target(
            name: "Fuzzing",
            dependencies: ["AgentDomain", "EventLog", "EventSourcing", "Import", "Telemetry", "Views", "Seeded"],
            path: "Tests/Fuzzing", swiftSettings: strict),
        .executableTarget(
            name: "fuzz",
            dependencies: ["Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/Fuzz", swiftSettings: strict),

        .executableTarget(
            name: "conformance",
            dependencies: [
                "Conformance", "Telemetry", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/ConformanceTable", swiftSettings: strict),

        // What attacks ledgers with real processes: at length by `make crash`, shortly in CrashTests.
        .executableTarget(
            name: "crash",
            dependencies: [
                "AgentLedger", "EventLog", "EventLogLMDB", "EventSourcing", "LMDB", "Seeded", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/CrashSuite", swiftSettings: strict),

        // One test target per target; ToolTests run the built command.
        .testTarget(name: "FuzzTests", dependencies: ["Fuzzing"], swiftSettings: strict),
        .testTarget(name: "LMDBTests", dependencies: ["LMDB", "Seeded"], swiftSettings: strict),
        .testTarget(name: "EventSourcingTests", dependencies: ["EventSourcing", "Seeded"], swiftSettings: strict),
        .testTarget(name: "RelationsTests", dependencies: ["Relations"], swiftSettings: strict),
        .testTarget(
            name: "AgentDomainTests",
            dependencies: ["AgentDomain", "AgentLedger", "EventLog", "EventSourcing", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "AgentDomain", "EventSourcing", "Import"],
            swiftSettings: strict),
        .testTarget(
            name: "EventLogTests", dependencies: ["EventLog", "EventLogLMDB", "EventSourcing", "LMDB", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "ViewsTests", dependencies: ["Views", "AgentDomain", "EventLog", "EventSourcing", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Ledger", "Views", "Relations", "AgentDomain", "EventLog", "EventSourcing", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests",
            dependencies: [
                "AgentLedger", "Documents", "Ledger", "Views", "Relations", "AgentDomain", "EventLog", "EventSourcing",
                "Seeded", "Servers", crypto,
            ], swiftSettings: strict),
        .testTarget(
            name: "ExportTests", dependencies: ["AgentLedger", "Export", "Postgres", "Relations", "Seeded", "Servers"],
            swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", "Conformance", "AgentDomain", "EventSourcing", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "ImportTests", dependencies: ["Import", "AgentDomain", "EventSourcing", "Seeded", "Telemetry"],
            swiftSettings: strict),
        .testTarget(
            name: "AgentLedgerTests",
            dependencies: [
                "AgentLedger", "AgentDomain", "Conformance", "EventLog", "EventSourcing", "Ledger", "Relations",
                "Seeded", crypto,
            ],
            swiftSettings: strict),
        .testTarget(name: "ToolTests", dependencies: ["Seeded", "Servers"], swiftSettings: strict),
        .testTarget(name: "CrashTests", dependencies: [], swiftSettings: strict),
        .testTarget(name: "HouseRulesTests", dependencies: [], swiftSettings: strict),
    ]
)
