// swift-tools-version: 6.2
import PackageDescription

/// The conventions every Swift target follows: Swift 6, warnings are errors, imports are internal unless said otherwise.
let conventions: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Seeded bugs and crash triggers for the reconciliation tests exist in debug builds only, never in what is shipped.
let faults: [SwiftSetting] = [.define("SEEDED_BUGS", .when(configuration: .debug))]

let package = Package(
    name: "alidade",
    products: [
        .executable(name: "alidade", targets: ["alidade"]),
        .executable(name: "alidade-bench", targets: ["alidade-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Without traits: the whole of Foundation and swift-configuration stay out.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    ],
    targets: [
        // C libraries: module maps and the thinnest shims, no logic.
        .target(
            name: "CRabbitMQ",
            linkerSettings: [.linkedLibrary("rabbitmq"), .linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // Compiled in: the name of its shared library changes with each release of a distribution. Unoptimised it is too slow to test with.
        .target(
            name: "CSimdJSON", exclude: ["amalgamation/LICENSE", "amalgamation/README.md"],
            cxxSettings: [
                .headerSearchPath("amalgamation"), .disableWarning("deprecated-literal-operator"),
                .unsafeFlags(["-O2", "-DNDEBUG"], .when(configuration: .debug)),
            ]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        .target(name: "AMQP", dependencies: ["CRabbitMQ", "Events", "Files"], swiftSettings: conventions),
        .target(name: "Events", dependencies: ["CSimdJSON", "CCrypto"], swiftSettings: conventions),
        .target(name: "Alignment", dependencies: ["Events"], swiftSettings: conventions),
        .target(
            name: "Store", dependencies: ["CSQLite", "CCrypto", "Events", "Files"], swiftSettings: conventions + faults),
        // Not Metrics and Configuration: Hummingbird's package brings swift-metrics and swift-configuration into the graph, whose
        // modules have these names.
        .target(
            name: "TelemetryMetrics", dependencies: ["Alignment", "Events", "Store"], path: "Sources/Metrics",
            swiftSettings: conventions),
        .target(
            name: "DaemonSettings", dependencies: ["CYAML", "Files"], path: "Sources/Configuration",
            swiftSettings: conventions),
        .target(name: "Files", swiftSettings: conventions),
        .target(name: "Terminal", swiftSettings: conventions),
        .target(
            name: "Logs", dependencies: ["Events", "Terminal", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
        .target(
            name: "Ingest",
            dependencies: ["AMQP", "Alignment", "Events", "Store", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions + faults),
        .target(
            name: "Replies",
            dependencies: [
                "AMQP", "Events", "Ingest", "Store", "TelemetryMetrics",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
        .target(
            name: "Dashboard",
            dependencies: [
                "Events", "Ingest", "Replies",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: conventions),
        .executableTarget(
            name: "alidade",
            dependencies: [
                "Dashboard",
                "AMQP", "Alignment", "Events", "DaemonSettings", "Files", "Store", "Ingest", "Logs", "Replies",
                "TelemetryMetrics", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: conventions),
        .executableTarget(
            name: "alidade-bench",
            dependencies: [
                "AMQP", "Events", "Store", "TelemetryMetrics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: conventions),

        .testTarget(
            name: "AlignmentTests", dependencies: ["Alignment", "Events"], exclude: ["Golden"],
            swiftSettings: conventions),
        .testTarget(
            name: "AMQPTests", dependencies: ["AMQP", "Events"], resources: [.copy("Fixtures")],
            swiftSettings: conventions),
        .testTarget(name: "ConfigurationTests", dependencies: ["DaemonSettings"], swiftSettings: conventions),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "Dashboard", "Events", "Ingest", "Replies", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
        .testTarget(name: "EventsTests", dependencies: ["Events"], exclude: ["Golden"], swiftSettings: conventions),
        .testTarget(
            name: "LogsTests", dependencies: ["Logs", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
        .testTarget(
            name: "MetricsTests", dependencies: ["Alignment", "Events", "Store", "TelemetryMetrics"],
            exclude: ["Fixtures"],
            swiftSettings: conventions),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: conventions),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"], swiftSettings: conventions),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Events"], swiftSettings: conventions),
        .testTarget(
            name: "IngestTests",
            dependencies: ["Alignment", "Ingest", "Store", "Events", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
        .testTarget(
            name: "RepliesTests",
            dependencies: ["AMQP", "Replies", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
