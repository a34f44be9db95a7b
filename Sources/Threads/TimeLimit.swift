internal import Glibc
internal import Synchronization

/// Ends work that has no limit of its own, from a thread beside it.
package enum TimeLimit {
    /// Calls `expire` once if `work` is still running after `limit`; `work` must then come back soon.
    package static func run<Result>(
        _ limit: Duration, expire: @escaping @Sendable () -> Void, _ work: () throws -> Result
    ) throws -> Result {
        let done = Flag()
        let deadline = ContinuousClock.now + limit
        let watcher = try DedicatedThread.start(named: "time-limit", stackBytes: 256 << 10) {
            while !done.isSet {
                guard ContinuousClock.now < deadline else { return expire() }
                usleep(10_000)
            }
        }
        defer {
            done.set()
            watcher.join()
        }
        return try work()
    }
}

private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
