// swift-tools-version: 6.3
import PackageDescription

/// The settings of every Swift target; `strict` adds what the target that talks to C needs.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]
let strict = settings + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: [Target.Dependency] = [
    .product(name: "Configuration", package: "swift-configuration"),
    .product(name: "SystemPackage", package: "swift-system"),
]
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle: [Target.Dependency] = [
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"), unixSignals,
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let inMemoryLogging: Target.Dependency = .product(name: "InMemoryLogging", package: "swift-log")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let metricsTestKit: [Target.Dependency] = ["CoreMetrics", "MetricsTestKit"].map {
    .product(name: $0, package: "swift-metrics")
}
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"].map {
    .product(name: $0, package: "swift-nio")
}
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "slipgate",
    products: [
        .library(name: "PhoenixChannels", targets: ["PhoenixChannels"]),
        .library(name: "DemoPhoenix", targets: ["DemoPhoenix"]),
        .executable(name: "slipgate", targets: ["slipgate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .target(name: "HTTPCore", dependencies: [httpTypes], swiftSettings: settings),
        .target(
            name: "MicroHTTPD", dependencies: ["HTTPCore", "CMicroHTTPD", httpTypes, logging], swiftSettings: strict),
        .target(
            name: "PhoenixChannels", dependencies: nio + [nioExtras, nioSSL, logging, metrics], swiftSettings: settings),
        .target(
            name: "Gateway",
            dependencies: ["HTTPCore", "PhoenixChannels", crypto, httpTypes, deque, logging, coreMetrics],
            swiftSettings: settings),
        .target(name: "Logs", dependencies: [logging], swiftSettings: settings),
        .target(name: "DemoPhoenix", dependencies: nio + ["PhoenixChannels", deque, nioSSL], swiftSettings: settings),
        .target(
            name: "Access",
            dependencies: ["Gateway", "HTTPCore", crypto, deque, jwtKit, logging, unixSignals, yams],
            swiftSettings: settings),
        .target(
            name: "Settings",
            dependencies: configuration + [
                "Access", "Gateway", "HTTPCore", "Logs", "MicroHTTPD", "PhoenixChannels", argumentParser, logging, yams,
            ],
            swiftSettings: settings),
        .target(name: "Supervision", dependencies: ["Logs", logging] + lifecycle, swiftSettings: settings),
        .executableTarget(
            name: "slipgate",
            dependencies: [
                "Access", "Gateway", "Logs", "MicroHTTPD", "PhoenixChannels", "DemoPhoenix", "Settings", "Supervision",
                argumentParser,
                logging,
            ] + lifecycle,
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["PhoenixChannels", inMemoryLogging, logging], path: "Tests/Support",
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .target(
            name: "FuzzProperties", dependencies: ["Gateway", "HTTPCore", "PhoenixChannels", "TestSupport", httpTypes],
            path: "Tests/Fuzzing/Properties", swiftSettings: settings),
        .testTarget(
            name: "FuzzingTests", dependencies: ["FuzzProperties", "PhoenixChannels", "TestSupport"],
            path: "Tests/Fuzzing/Replay", exclude: ["documents.py"], resources: [.copy("Corpus")],
            swiftSettings: settings),
        .testTarget(name: "HTTPCoreTests", dependencies: ["HTTPCore", httpTypes], swiftSettings: settings),
        .testTarget(
            name: "MicroHTTPDTests", dependencies: ["MicroHTTPD", "HTTPCore", "TestSupport", httpTypes, logging],
            swiftSettings: settings),
        .testTarget(
            name: "PhoenixChannelsTests",
            dependencies: ["PhoenixChannels", "DemoPhoenix", "TestSupport", logging] + metricsTestKit + nio,
            exclude: ["Peer/certificates", "Peer/peer.py", "Peer/setup"], swiftSettings: settings),
        .testTarget(
            name: "DemoPhoenixTests",
            dependencies: ["DemoPhoenix", "PhoenixChannels", "TestSupport", "slipgate", nioSSL, nioEmbedded] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "GatewayTests",
            dependencies: ["Gateway", "HTTPCore", "PhoenixChannels", "TestSupport", httpTypes, logging, coreMetrics],
            swiftSettings: settings),
        .testTarget(name: "LogsTests", dependencies: ["Logs", "TestSupport", logging], swiftSettings: settings),
        .testTarget(
            name: "AccessTests",
            dependencies: ["Access", "Gateway", "HTTPCore", "TestSupport", crypto, jwtKit, logging],
            swiftSettings: settings),
        .testTarget(
            name: "SettingsTests",
            dependencies: [
                "Access", "Settings", "Gateway", "HTTPCore", "MicroHTTPD", "PhoenixChannels", "TestSupport", logging,
            ],
            swiftSettings: settings),
        .testTarget(name: "SupervisionTests", dependencies: ["Supervision", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "SlipgateTests",
            dependencies: [
                "slipgate", "Gateway", "MicroHTTPD", "DemoPhoenix", "PhoenixChannels", "Settings", "TestSupport",
                crypto, logging,
            ],
            exclude: ["Hostile/requests", "Recipes"], swiftSettings: settings),
    ]
)

// Tests/Fuzzing/run builds it. Our targets tell libFuzzer of their branches; what they depend on doesn't, as it goes
// through all there are after each input.
if Context.environment["SLIPGATE_FUZZING"] != nil {
    for target in package.targets where target.type != .system {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer"])]
    }
    package.targets += [
        .target(name: "FuzzMain", path: "Tests/Fuzzing/FuzzMain"),
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzMain", "FuzzProperties"], path: "Tests/Fuzzing/Fuzz",
            swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
    ]
}

// What measures the client, and nobody else needs: Tests/Benchmarks/client builds it.
if Context.environment["SLIPGATE_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "ClientBenchmark", dependencies: nio + ["PhoenixChannels", argumentParser],
            path: "Tests/Benchmarks/Client", swiftSettings: settings))
}

// Clients for a server that misbehaves: Tests/Chaos/run builds them.
if Context.environment["SLIPGATE_CHAOS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "ChaosClients", dependencies: ["PhoenixChannels", argumentParser] + lifecycle,
            path: "Tests/Chaos/ChaosClients", swiftSettings: settings))
}
