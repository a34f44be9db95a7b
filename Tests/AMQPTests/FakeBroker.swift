import AMQP
import Foundation
import Testing
import Threads

/// A child process that plays a broker by one scenario of `Fixtures/fakebroker.py`.
final class FakeBroker {
    private let process = Process()
    private let output = Pipe()
    private var unread = Data()
    private(set) var port: UInt16 = 0

    init(_ scenario: String, _ files: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", try fixture("fakebroker.py"), scenario] + files
        process.standardOutput = output
        try process.run()
        let line = try #require(nextLine())
        port = try #require(UInt16(line))
    }

    /// SIGKILL, because a child inherits the signal mask of Swift's threads, in which SIGTERM is blocked.
    deinit { kill(process.processIdentifier, SIGKILL) }

    var url: BrokerURL { BrokerURL(host: "127.0.0.1", port: port) }

    /// The next line that the broker printed; nil at its end. Every scenario ends within a minute.
    func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: 10) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread += more
        }
    }

    /// The first line that begins so; nil where the broker ends without it.
    func line(beginning prefix: String) -> String? {
        while let line = nextLine() {
            if line.hasPrefix(prefix) { return line }
        }
        return nil
    }
}

func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)).path
}

/// Runs a command to its end; its output, or an issue with it.
func run(_ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments): \(text)")
    return text
}

/// Runs blocking code on a thread that may touch AMQP.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do {
            _ = try DedicatedThread.start(named: "test") { continuation.resume(with: Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
