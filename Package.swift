// swift-tools-version: 6.2
import PackageDescription

/// The conventions every Swift target follows: Swift 6, warnings are errors, imports are internal unless said otherwise.
///
/// Overlapping accesses to a variable are looked for in debug builds, which the tests run; a release spends a tenth of its time on a message
/// on it. See Decisions/0021.
let conventions: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
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
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
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
        // Debian has it on every machine; its header is part of libc6-dev's dependencies.
        .systemLibrary(name: "CCrypt"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CThreads"),

        .target(name: "JSON", swiftSettings: conventions),
        .target(name: "HTML", swiftSettings: conventions),
        .target(
            name: "Files", dependencies: [.product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: conventions),
        .target(name: "Spelling", swiftSettings: conventions),
        .target(name: "Terminal", swiftSettings: conventions),
        .target(name: "TimeZones", dependencies: ["Files"], swiftSettings: conventions),
        .target(name: "Threads", dependencies: ["CThreads"], swiftSettings: conventions),
        .target(
            name: "Events", dependencies: ["CSimdJSON", "CCrypto", "CZlib", "JSON", "Spelling"],
            swiftSettings: conventions),
        // The files are links to those of config/alignment.
        .target(
            name: "Alignment", dependencies: ["Events", "JSON", "Spelling"],
            resources: [.embedInCode("Shipped/och-tier0.json"), .embedInCode("Shipped/och-tier0-profile.json")],
            swiftSettings: conventions),
        .target(name: "AMQP", dependencies: ["CRabbitMQ", "Events", "Files", "Threads"], swiftSettings: conventions),
        .target(name: "Rollups", dependencies: ["Events"], swiftSettings: conventions),
        .target(name: "Store", dependencies: ["Events", "Rollups"], swiftSettings: conventions),
        .target(
            name: "SQLiteStore",
            dependencies: [
                "CSQLite", "CCrypto", "Events", "Files", "JSON", "Rollups", "Store",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: conventions + faults),
        // Not Metrics and Configuration: Hummingbird's package brings swift-metrics and swift-configuration into the graph, whose
        // modules have these names.
        .target(
            name: "MetricsCatalogue", dependencies: ["Events", "JSON", "Rollups", "Spelling", "Store", "TimeZones"],
            swiftSettings: conventions),
        .target(
            name: "DaemonSettings", dependencies: ["CYAML", "Files", "Spelling", "TimeZones"],
            swiftSettings: conventions),
        .target(
            name: "Logs",
            dependencies: ["Events", "JSON", "Terminal", "Threads", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
        .target(
            name: "Status",
            dependencies: ["Events", "Store", "Threads", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
        .target(
            name: "Ingest",
            dependencies: [
                "Alignment", "Events", "JSON", "Status", "Store", "Threads",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions + faults),
        .target(
            name: "Broker",
            dependencies: [
                "AMQP", "Events", "Ingest", "Status", "Threads", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
        .target(
            name: "Replies",
            dependencies: [
                "AMQP", "Broker", "Events", "Status", "Store", "MetricsCatalogue", "Threads",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
        .target(
            name: "Staff", dependencies: ["CCrypt", "CCrypto", "Files", "Threads"], swiftSettings: conventions),
        .target(
            name: "Dashboard",
            dependencies: [
                "CCrypto", "Events", "Files", "HTML", "JSON", "MetricsCatalogue", "Rollups", "Spelling", "Staff",
                "Status",
                "Store", "Threads", "TimeZones",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [
                .embedInCode("Assets/app.js"), .embedInCode("Assets/icon.svg"), .embedInCode("Assets/style.css"),
            ],
            swiftSettings: conventions),
        .executableTarget(
            name: "alidade",
            dependencies: [
                "Dashboard",
                "AMQP", "Alignment", "Broker", "Events", "DaemonSettings", "Files", "SQLiteStore", "Spelling", "Store",
                "Ingest",
                "JSON", "Logs",
                "Replies",
                "MetricsCatalogue", "Staff", "Status", "Terminal", "Threads", "TimeZones",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: conventions),
        .executableTarget(
            name: "alidade-bench",
            dependencies: [
                "AMQP", "CSQLite", "Dashboard", "Events", "SQLiteStore", "Status", "Store", "MetricsCatalogue",
                "Threads",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: conventions),

        .testTarget(
            name: "AlignmentTests", dependencies: ["Alignment", "Events", "JSON"], exclude: ["Golden"],
            swiftSettings: conventions),
        .testTarget(
            name: "AMQPTests", dependencies: ["AMQP", "Events", "Files", "Threads"], resources: [.copy("Fixtures")],
            swiftSettings: conventions),
        .testTarget(
            name: "DaemonSettingsTests", dependencies: ["DaemonSettings", "Files"], swiftSettings: conventions),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "Dashboard", "Events", "HTML", "JSON", "MetricsCatalogue", "Staff", "Status", "Store", "TimeZones",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
        .testTarget(
            name: "EventsTests", dependencies: ["CZlib", "Events"], exclude: ["Golden"], swiftSettings: conventions),
        .testTarget(
            name: "LogsTests", dependencies: ["Logs", .product(name: "Logging", package: "swift-log")],
            swiftSettings: conventions),
        .testTarget(
            name: "MetricsCatalogueTests",
            dependencies: ["Alignment", "Events", "Rollups", "SQLiteStore", "Store", "MetricsCatalogue", "TimeZones"],
            exclude: ["Fixtures"],
            swiftSettings: conventions),
        .testTarget(name: "HTMLTests", dependencies: ["HTML"], swiftSettings: conventions),
        .testTarget(name: "StaffTests", dependencies: ["Files", "Staff"], swiftSettings: conventions),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: conventions),
        .testTarget(
            name: "StatusTests", dependencies: ["Events", "SQLiteStore", "Status", "Store", "Threads"],
            swiftSettings: conventions),
        .testTarget(name: "SpellingTests", dependencies: ["Spelling"], swiftSettings: conventions),
        .testTarget(name: "TimeZonesTests", dependencies: ["TimeZones"], swiftSettings: conventions),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: conventions),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: conventions),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"], swiftSettings: conventions),
        .testTarget(name: "RollupsTests", dependencies: ["Events", "Rollups"], swiftSettings: conventions),
        .target(
            name: "StoreFixtures", dependencies: ["Events"], path: "Tests/StoreFixtures", swiftSettings: conventions),
        .testTarget(
            name: "StoreConformanceTests",
            dependencies: ["Events", "Rollups", "SQLiteStore", "Store", "StoreFixtures"],
            swiftSettings: conventions),
        .testTarget(
            name: "SQLiteStoreTests", dependencies: ["Events", "Rollups", "SQLiteStore", "Store", "StoreFixtures"],
            swiftSettings: conventions),
        .testTarget(
            name: "IngestTests",
            dependencies: [
                "Alignment", "Ingest", "Status", "Rollups", "SQLiteStore", "Store", "Events", "Threads",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
        .testTarget(
            name: "RepliesTests",
            dependencies: [
                "AMQP", "Events", "Replies", "Status", "SQLiteStore", "Store",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: conventions),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
