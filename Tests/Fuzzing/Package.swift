// swift-tools-version: 6.2
import PackageDescription

/// What the fuzzer finds its way by, and what finds reads and writes outside of what is allocated.
let watched: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"]),
]
let watchedC = ["-fsanitize=fuzzer-no-link,address", "-g"]

/// The decoder with sanitizers, apart from the ordinary build: links to the modules that it needs, and no packages.
let package = Package(
    name: "fuzzing",
    targets: [
        .target(
            name: "CSimdJSON", exclude: ["amalgamation/LICENSE", "amalgamation/README.md"],
            cxxSettings: [
                .headerSearchPath("amalgamation"), .disableWarning("deprecated-literal-operator"),
                .unsafeFlags(watchedC),
            ]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
        .target(name: "JSON", swiftSettings: watched),
        .target(name: "Spelling", swiftSettings: watched),
        .target(
            name: "Events", dependencies: ["CSimdJSON", "CCrypto", "CZlib", "JSON", "Spelling"], swiftSettings: watched),
        .target(name: "FuzzChecks", dependencies: ["CZlib", "Events"], swiftSettings: watched),
        // C, because the main function is libFuzzer's own.
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzChecks"], cSettings: [.unsafeFlags(watchedC)],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
