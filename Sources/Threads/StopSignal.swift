internal import Synchronization

/// Asks the threads of the daemon to stop: once to finish what is in hand, twice to drop it.
package final class StopSignal: Sendable {
    private let level = Atomic<Int>(0)

    package init() {}

    /// The first call asks for a graceful stop, a further one for a stop at once.
    package func request() { level.add(1, ordering: .sequentiallyConsistent) }

    package var isRequested: Bool { level.load(ordering: .relaxed) > 0 }
    package var isUrgent: Bool { level.load(ordering: .relaxed) > 1 }
}
