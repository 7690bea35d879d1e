// swift-tools-version: 6.2
// A user's package: it sees what `import AgentLedger` gives, beside modules that users often have.
import PackageDescription

let package = Package(
    name: "client",
    dependencies: [
        .package(name: "agentledger", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.10.0"),
    ],
    targets: [
        .testTarget(
            name: "ClientTests",
            dependencies: [
                .product(name: "AgentLedger", package: "agentledger"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error)])
    ]
)
