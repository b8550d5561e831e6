// swift-tools-version: 6.0
import PackageDescription

// Elsewhere than at Apple's the library is the system's, found by pkg-config; there it is the xcframework that
// scripts/build-ios.sh makes, put beside this file.
#if canImport(Darwin)
let library = Target.binaryTarget(name: "CTgcall", path: "tgcall.xcframework")
#else
let library = Target.systemLibrary(name: "CTgcall", pkgConfig: "tgcall")
#endif

let package = Package(
    name: "tgcall",
    platforms: [.macOS(.v11), .iOS(.v13)],
    products: [
        .library(name: "Tgcall", targets: ["Tgcall"]),
        .executable(name: "tgcall-example", targets: ["TgcallExample"]),
    ],
    targets: [
        library,
        .target(name: "CTgcallGate"),
        .target(name: "Tgcall", dependencies: ["CTgcall", "CTgcallGate"]),
        .target(name: "TelegramSim", dependencies: ["Tgcall"]),
        .executableTarget(name: "TgcallExample", dependencies: ["Tgcall", "TelegramSim"]),
        .executableTarget(name: "TgcallBench", dependencies: ["Tgcall", "CTgcall"]),
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .testTarget(name: "TgcallTests", dependencies: ["Tgcall", "TelegramSim", "CAllocations"]),
    ],
    swiftLanguageModes: [.v6]
)
