internal import Logging
internal import ServiceLifecycle
internal import Status
internal import Threads

/// Tells systemd at regular times that the ingest loop turns, and in one line what it is doing.
///
/// The watchdog is fed with progress of the loop only: a timer of its own would hide exactly the hang that it is there for. Waiting for
/// a broker, for messages or for room on the disk turns the loop and is no hang. A disk that does not answer is said in the log, too.
struct ServiceHeartbeat: Service {
    /// A start that waits for its store lasts as long as it has to; one that hangs is over after this time.
    private static let startLimit = Duration.seconds(90)
    private static let longestInterval = Duration.seconds(5)

    let manager: ServiceManager
    let status: IngestStatus
    let logger: Logger
    /// Messages that wait at the broker; nil while unknown.
    var backlog: @Sendable () -> Int? = { nil }
    /// What is wrong or hangs beside the ingest.
    var troubles: @Sendable () -> [String] = { [] }

    /// Goes on until the end, also where there is no systemd to listen.
    func run() async { await cancelWhenGracefulShutdown { await beat() } }

    private func beat() async {
        // A third of the limit: one beat may be late, or fall between two turns of the loop, without harm.
        let interval = min(manager.watchdogLimit.map { $0 / 3 } ?? Self.longestInterval, Self.longestInterval)
        var summary = ServiceSummary()
        var told: UInt64 = 0
        var isStalled = false
        while !Task.isCancelled {
            let snapshot = status.snapshot
            let beat = status.lastBeat
            if beat != told {
                told = beat
                if manager.isReady { manager.alive() } else { manager.starting(atMost: Self.startLimit) }
            }
            if snapshot.isStalled != isStalled {
                isStalled = snapshot.isStalled
                logger.warning(
                    isStalled ? "the store does not answer: nothing is being committed" : "the store answers again")
            }
            // "stopping" stays to be read until the end.
            if !manager.isStopping {
                manager.status(summary.text(snapshot, backlog: backlog(), troubles: troubles(), at: .now))
            }
            try? await Task.sleep(for: interval)
        }
    }
}
