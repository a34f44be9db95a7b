internal import Ingest

/// Tells systemd at regular times that the ingest loop turns, and in one line what it is doing.
///
/// The watchdog is fed with progress of the loop only: a timer of its own would hide exactly the hang that it is there for. Waiting for
/// a broker, for messages or for room on the disk turns the loop and is no hang.
struct ServiceHeartbeat: Sendable {
    /// A start that waits for its broker lasts as long as it has to; one that hangs is over after this time.
    private static let startLimit = Duration.seconds(90)
    private static let longestInterval = Duration.seconds(5)

    let manager: ServiceManager
    let status: IngestStatus
    let stop: StopSignal
    /// Messages that wait at the broker; nil while unknown.
    var backlog: @Sendable () -> Int? = { nil }

    /// Goes on until its task is cancelled; returns at once where nobody listens.
    func run() async {
        guard manager.isPresent else { return }
        // A third of the limit: one beat may be late, or fall between two turns of the loop, without harm.
        let interval = min(manager.watchdogLimit.map { $0 / 3 } ?? Self.longestInterval, Self.longestInterval)
        var summary = ServiceSummary()
        var told: UInt64 = 0
        while !Task.isCancelled {
            let snapshot = status.snapshot
            let beat = status.lastBeat
            if beat != told {
                told = beat
                if snapshot.hasConsumed { manager.alive() } else { manager.starting(atMost: Self.startLimit) }
            }
            // "stopping" stays to be read until the end.
            if !stop.isRequested { manager.status(summary.text(snapshot, backlog: backlog(), at: .now)) }
            try? await Task.sleep(for: interval)
        }
    }
}
