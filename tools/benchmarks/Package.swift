// swift-tools-version: 6.2
// A package of its own, so that building and testing AgentLedger never builds the benchmarks.
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "agentledger", path: "../..")],
    targets: [
        .executableTarget(
            name: "benchmarks",
            dependencies: [.product(name: "AgentLedger", package: "agentledger")],
            swiftSettings: [.treatAllWarnings(as: .error)])
    ]
)
