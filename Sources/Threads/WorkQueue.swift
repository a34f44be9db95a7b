internal import Synchronization

/// A named thread that does one job after the other, with something of its own that no other thread ever sees: a connection, say.
///
/// The thread begins with the first job. It stays until the process ends.
package final class WorkQueue<Tool>: Sendable {
    /// More jobs wait than may.
    package struct Busy: Error {
        package init() {}
    }

    private struct State {
        var jobs: [@Sendable (Tool) -> Void] = []
        var isStarted = false
    }

    private let name: String
    private let limit: Int
    private let make: @Sendable () -> Tool
    private let state = Mutex(State())
    private let wakeUp: WakeUp

    /// - Parameters:
    ///   - limit: How many jobs may wait.
    ///   - make: Called once, on the thread.
    package init(named name: String, limit: Int, make: @escaping @Sendable () -> Tool) throws(ThreadError) {
        self.name = name
        self.limit = limit
        self.make = make
        wakeUp = try WakeUp()
    }

    /// Waits without a thread for what `job` returns. Throws ``Busy`` where too many wait already, and what `job` throws.
    package func run<Result: Sendable>(_ job: @escaping @Sendable (Tool) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try add { tool in continuation.resume(with: Swift.Result { try job(tool) }) }
            } catch { continuation.resume(throwing: error) }
        }
    }

    private func add(_ job: @escaping @Sendable (Tool) -> Void) throws {
        let isFirst = try state.withLock { state in
            guard state.jobs.count < limit else { throw Busy() }
            state.jobs.append(job)
            defer { state.isStarted = true }
            return !state.isStarted
        }
        if isFirst { _ = try DedicatedThread.start(named: name) { [self] in work() } }
        wakeUp.signal()
    }

    private func work() {
        ThreadPriority.yieldToOthers()
        let tool = make()
        while true {
            pollOnly(milliseconds: -1, wakeUp.descriptor)
            wakeUp.reset()
            while let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) { job(tool) }
        }
    }
}
