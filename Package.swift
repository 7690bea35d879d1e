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
        .systemLibrary(
            name: "CLedgerLMDB", path: "Sources/CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(
            name: "CLedgerXXHash", path: "Sources/CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]
        ),
        .systemLibrary(name: "CLedgerPQ", path: "Sources/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLedgerHiredis", path: "Sources/CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(
            name: "CLedgerCurl", path: "Sources/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CLedgerZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The vocabularies, and the wall around LMDB.
        .target(name: "LedgerLMDB", dependencies: ["CLedgerLMDB"], path: "Sources/LMDB", swiftSettings: walled),
        .target(
            name: "LedgerEvents", dependencies: ["CLedgerZlib", crypto], path: "Sources/EventSourcing",
            swiftSettings: strict),
        .target(name: "LedgerRelations", path: "Sources/Relations", swiftSettings: strict),

        // What can happen.
        .target(
            name: "LedgerDomain", dependencies: ["LedgerEvents"], path: "Sources/AgentDomain", swiftSettings: strict),
        .target(
            name: "LedgerSimulation", dependencies: ["LedgerDomain", "LedgerEvents"], path: "Sources/Simulation",
            swiftSettings: strict),

        // Where it is kept.
        .target(
            name: "LedgerLog", dependencies: ["LedgerEvents", "CLedgerXXHash", crypto], path: "Sources/EventLog",
            swiftSettings: strict),
        .target(
            name: "LedgerLogLMDB", dependencies: ["LedgerLog", "LedgerEvents", "LedgerLMDB"],
            path: "Sources/EventLogLMDB", swiftSettings: strict),

        // What is folded from it.
        .target(
            name: "LedgerViews", dependencies: ["LedgerDomain", "LedgerLog", "LedgerEvents", "LedgerLMDB", crypto],
            path: "Projections/Views", swiftSettings: strict),
        .target(
            name: "LedgerTables",
            dependencies: ["LedgerViews", "LedgerRelations", "LedgerDomain", "LedgerLog", "LedgerEvents"],
            path: "Projections/Tables", swiftSettings: strict),
        .target(
            name: "LedgerPlatforms",
            dependencies: [
                "LedgerTables", "LedgerViews", "LedgerRelations", "LedgerDomain", "LedgerLog", "LedgerEvents",
            ],
            path: "Projections/Platforms", swiftSettings: strict),

        // Rows out, facts in.
        .target(
            name: "LedgerPostgres", dependencies: ["LedgerEvents", "CLedgerPQ"], path: "Sources/Postgres",
            swiftSettings: strict),
        .target(
            name: "LedgerExporters",
            dependencies: [
                "LedgerEvents", "LedgerRelations", "LedgerPostgres", "CLedgerCurl", "CLedgerHiredis", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Sources/Export", swiftSettings: strict),
        .target(
            name: "LedgerTelemetry", dependencies: ["LedgerDomain", "LedgerEvents"], path: "Sources/Telemetry",
            swiftSettings: strict),
        .target(
            name: "LedgerImporters",
            dependencies: ["LedgerDomain", "LedgerEvents", "LedgerTelemetry", "LedgerPostgres"],
            path: "Sources/Import", swiftSettings: strict),

        // What users import, and the command.
        .target(
            name: "AgentLedger",
            dependencies: [
                "LedgerDomain", "LedgerPlatforms", "LedgerLog", "LedgerLogLMDB", "LedgerEvents", "LedgerExporters",
                "LedgerImporters", "LedgerTables",
                "LedgerPostgres", "LedgerRelations", "LedgerSimulation", "LedgerTelemetry", "LedgerViews",
                crypto,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "AgentLedgerCommand",
            dependencies: [
                "AgentLedger", .product(name: "ArgumentParser", package: "swift-argument-parser"), "LedgerDomain",
                "LedgerEvents", "LedgerExporters", "LedgerImporters", "LedgerLog", "LedgerLogLMDB", "LedgerPlatforms",
                "LedgerPostgres", "LedgerRelations", "LedgerSimulation", "LedgerTables", "LedgerViews",
            ],
            path: "tools/agentledger", swiftSettings: strict),

        // What measures it, beside rivals: `make bench`.
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "AgentLedger", "LedgerDomain", "LedgerEvents", "LedgerExporters", "LedgerImporters", "LedgerLog",
                "LedgerLogLMDB", "LedgerPlatforms", "LedgerRelations", "LedgerSimulation", "LedgerTables",
                "LedgerTelemetry", "LedgerViews",
            ],
            path: "tools/benchmarks/Sources", swiftSettings: strict),

        // What tests share, and the inputs of fuzzing: damaged, a million at a time by `make fuzz`, fewer in FuzzTests.
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: strict),
        .target(name: "Servers", path: "Tests/Servers", swiftSettings: strict),
        .target(
            name: "Conformance", dependencies: ["LedgerTelemetry", "LedgerDomain", "LedgerEvents"],
            path: "Tests/Conformance", swiftSettings: strict),
        .target(
            name: "Fuzzing",
            dependencies: [
                "LedgerDomain", "LedgerLog", "LedgerEvents", "LedgerImporters", "LedgerTelemetry", "LedgerViews",
                "Seeded",
            ],
            path: "Tests/Fuzzing", swiftSettings: strict),
        .executableTarget(
            name: "fuzz",
            dependencies: ["Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/Fuzz", swiftSettings: strict),

        .executableTarget(
            name: "conformance",
            dependencies: [
                "Conformance", "LedgerTelemetry", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/ConformanceTable", swiftSettings: strict),

        // What attacks ledgers with real processes: at length by `make crash`, shortly in CrashTests.
        .executableTarget(
            name: "crash",
            dependencies: [
                "AgentLedger", "LedgerLog", "LedgerLogLMDB", "LedgerEvents", "Seeded", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"), "LedgerImporters",
                "LedgerSimulation",
            ],
            path: "Tests/CrashSuite", swiftSettings: strict),

        // One test target per target; ToolTests run the built command.
        .testTarget(name: "FuzzTests", dependencies: ["Fuzzing"], swiftSettings: strict),
        .testTarget(name: "LMDBTests", dependencies: ["LedgerLMDB", "Seeded"], swiftSettings: strict),
        .testTarget(name: "EventSourcingTests", dependencies: ["LedgerEvents", "Seeded"], swiftSettings: strict),
        .testTarget(name: "RelationsTests", dependencies: ["LedgerRelations"], swiftSettings: strict),
        .testTarget(
            name: "AgentDomainTests",
            dependencies: ["LedgerDomain", "AgentLedger", "LedgerLog", "LedgerEvents", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["LedgerSimulation", "LedgerDomain", "LedgerEvents", "LedgerImporters"],
            swiftSettings: strict),
        .testTarget(
            name: "EventLogTests",
            dependencies: ["LedgerLog", "LedgerLogLMDB", "LedgerEvents", "LedgerLMDB", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "ViewsTests", dependencies: ["LedgerViews", "LedgerDomain", "LedgerLog", "LedgerEvents", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "TablesTests",
            dependencies: [
                "LedgerTables", "LedgerViews", "LedgerRelations", "LedgerDomain", "LedgerLog", "LedgerEvents", "Seeded",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PlatformsTests",
            dependencies: [
                "AgentLedger", "LedgerPlatforms", "LedgerTables", "LedgerViews", "LedgerRelations", "LedgerDomain",
                "LedgerLog", "LedgerEvents",
                "Seeded", "Servers", crypto, "LedgerExporters", "LedgerImporters", "LedgerSimulation",
            ], swiftSettings: strict),
        .testTarget(
            name: "ExportTests",
            dependencies: [
                "AgentLedger", "LedgerExporters", "LedgerPostgres", "LedgerRelations", "Seeded", "Servers",
                "LedgerEvents", "LedgerTables",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["LedgerTelemetry", "Conformance", "LedgerDomain", "LedgerEvents", "Seeded"],
            swiftSettings: strict),
        .testTarget(
            name: "ImportTests",
            dependencies: ["LedgerImporters", "LedgerDomain", "LedgerEvents", "Seeded", "LedgerTelemetry"],
            swiftSettings: strict),
        .testTarget(
            name: "AgentLedgerTests",
            dependencies: [
                "AgentLedger", "LedgerDomain", "Conformance", "LedgerLog", "LedgerEvents", "LedgerTables",
                "LedgerRelations",
                "Seeded", crypto, "LedgerExporters", "LedgerImporters", "LedgerLogLMDB", "LedgerPlatforms",
                "LedgerSimulation", "LedgerViews", "LedgerTelemetry", "LedgerPostgres",
            ],
            swiftSettings: strict),
        .testTarget(name: "ToolTests", dependencies: ["Seeded", "Servers"], swiftSettings: strict),
        .testTarget(name: "CrashTests", dependencies: [], swiftSettings: strict),
        .testTarget(name: "HouseRulesTests", dependencies: [], swiftSettings: strict),
    ]
)
