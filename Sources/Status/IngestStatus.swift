package import Events
package import Store
internal import Synchronization
internal import Threads

/// How the ingest is doing: written by its threads, read by anybody (`/metrics`, `/health/…`, the service manager).
///
/// The commit thread takes the lock once for each batch, never for a message; everything else is an atomic that one thread writes.
package final class IngestStatus: Sendable {
    /// How long one append may take before the commit thread counts as stuck. A disk that stalls for half a minute is waited for.
    package static let appendLimit = Duration.seconds(60)
    /// How long connecting may take: every URL is tried in turn, each within its own limits (`AMQP/Options/ConnectionOptions.swift`).
    package static let connectLimit = Duration.seconds(120)

    /// How long opening the store may take: a newer version may have a large one to bring up to date.
    package static let openLimit = Duration.seconds(900)

    private let counted = Mutex(IngestTally())
    private let pauses = Mutex(PauseBook())
    private let sourceTrouble = Mutex<String?>(nil)
    private let log = Mutex(StateLog())
    private let reconnectCount = Atomic<Int>(0)
    private let isConnected = Atomic<Bool>(false)
    private let hasConsumed = Atomic<Bool>(false)
    private let isStoreOpen = Atomic<Bool>(false)
    /// Nanoseconds of the monotonic clock; may lie ahead, for a call that is known to take long.
    private let beatAt: Atomic<UInt64>
    private let progressAt: Atomic<UInt64>
    /// When the append that runs now began; 0 while none does.
    private let appendBegan = Atomic<UInt64>(0)
    /// Seconds since the epoch; 0 where there is no TLS.
    private let certificateExpiry = Atomic<Int64>(0)
    private let unacknowledgedCount = Atomic<Int>(0)
    /// Wall clock; 0 where nothing is unacknowledged.
    private let oldestUnacknowledged = Atomic<Timestamp>(0)

    package init() {
        let now = monotonicClock()
        beatAt = Atomic(now)
        progressAt = Atomic(now)
    }

    // MARK: Receive thread

    /// The receive loop has come round. `isIdle`: there was nothing to do, which is progress too.
    package func beat(isIdle: Bool = false) {
        let now = monotonicClock()
        beatAt.store(now, ordering: .relaxed)
        if isIdle { progressAt.store(now, ordering: .relaxed) }
    }

    /// The receive loop is about to do something that may take as long as `limit`.
    package func beat(allowing limit: Duration) {
        beatAt.store(monotonicClock() + limit.nanoseconds, ordering: .relaxed)
    }

    /// `certificateExpiresAt`: the first certificate to end that the connection rests on, in seconds since the epoch.
    package func connected(certificateExpiresAt: Int64? = nil) {
        certificateExpiry.store(certificateExpiresAt ?? 0, ordering: .relaxed)
        if hasConsumed.exchange(true, ordering: .relaxed) { reconnectCount.add(1, ordering: .relaxed) }
        if !isConnected.exchange(true, ordering: .relaxed) { note("consuming") }
        resumed(after: .broker)
        resumed(after: .standby)
        sourceTrouble.withLock { $0 = nil }
        beat(isIdle: true)
    }

    /// The broker is there, and another process is at work. Returns whether that is news.
    package func standsBy() -> Bool {
        sourceTrouble.withLock { $0 = nil }
        resumed(after: .broker)
        return paused(for: .standby)
    }

    /// The source is closed; whatever was not acknowledged comes again.
    package func disconnected() {
        if isConnected.exchange(false, ordering: .relaxed) { note("no longer consuming") }
        resumed(after: .standby)
        noteUnacknowledged(0, oldest: nil)
    }

    /// The source was lost, or not reached, for this reason.
    package func noteTrouble(_ summary: String) {
        let isNews = sourceTrouble.withLock { trouble in
            defer { trouble = summary }
            return trouble != summary
        }
        if isNews { note("the broker: \(summary)") }
    }

    package func noteUnacknowledged(_ count: Int, oldest: Timestamp?) {
        unacknowledgedCount.store(count, ordering: .relaxed)
        oldestUnacknowledged.store(oldest ?? 0, ordering: .relaxed)
    }

    package func storeOpened() {
        if !isStoreOpen.exchange(true, ordering: .relaxed) { note("the store is open") }
    }

    // MARK: Commit thread

    package func appendBegins() { appendBegan.store(monotonicClock(), ordering: .relaxed) }

    /// An append that failed; whether it is tried again is told by ``paused(for:)``.
    package func appendFailed() { appendBegan.store(0, ordering: .relaxed) }

    package func committed(_ batch: DeliveryBatch, _ result: BatchResult) {
        let now = monotonicClock()
        let seconds = Double(now - appendBegan.load(ordering: .relaxed)) / 1e9
        appendBegan.store(0, ordering: .relaxed)
        progressAt.store(now, ordering: .relaxed)
        let durableAt = wallClock()
        counted.withLock { $0.add(batch, result, seconds: seconds, durableAt: durableAt) }
    }

    // MARK: Any thread

    /// Returns whether it was not yet.
    @discardableResult package func paused(for cause: PauseCause) -> Bool {
        let isNews = pauses.withLock { $0.begin(cause, at: monotonicClock()) }
        if isNews { note("paused: \(cause.word)") }
        return isNews
    }
    package func resumed(after cause: PauseCause) {
        guard let seconds = pauses.withLock({ $0.end(cause, at: monotonicClock()) }) else { return }
        note("no longer paused: \(cause.word), after \(Int(seconds.rounded())) s")
    }

    private func note(_ words: String) { log.withLock { $0.note(words) } }

    /// Nothing can be committed at the moment.
    package var isWaitingForStore: Bool { pauses.withLock(\.isOfStore) }

    /// The numbers so far; one consistent state.
    package var tally: IngestTally { counted.withLock { $0 } }

    package var snapshot: IngestSnapshot {
        let now = monotonicClock()
        let oldest = oldestUnacknowledged.load(ordering: .relaxed)
        func seconds(since then: UInt64) -> Double { Double(now - min(then, now)) / 1e9 }
        var snapshot = IngestSnapshot()
        snapshot.tally = tally
        (snapshot.pauses, snapshot.currentPauses) = pauses.withLock { ($0.seconds(at: now), $0.current) }
        snapshot.isConsuming = isConnected.load(ordering: .relaxed)
        snapshot.hasConsumed = hasConsumed.load(ordering: .relaxed)
        snapshot.isStoreOpen = isStoreOpen.load(ordering: .relaxed)
        snapshot.sourceTrouble = sourceTrouble.withLock { $0 }
        snapshot.changes = log.withLock(\.changes)
        snapshot.reconnects = reconnectCount.load(ordering: .relaxed)
        snapshot.secondsSinceBeat = seconds(since: lastBeat)
        snapshot.secondsSinceProgress = seconds(since: progressAt.load(ordering: .relaxed))
        let expiry = certificateExpiry.load(ordering: .relaxed)
        snapshot.certificateExpiresAt = expiry == 0 ? nil : expiry
        snapshot.unacknowledged = unacknowledgedCount.load(ordering: .relaxed)
        snapshot.oldestUnacknowledgedSeconds = oldest == 0 ? 0 : Double(max(0, wallClock() - oldest)) / 1e6
        return snapshot
    }

    /// When the ingest was last known to work, in nanoseconds of ``monotonicClock()``; what feeds a watchdog.
    ///
    /// It goes on while the receive loop turns, idle or paused or waiting for a broker, and stops when that loop hangs or the commit
    /// thread has been inside one append for longer than ``appendLimit``.
    package var lastBeat: UInt64 { lastBeat(at: monotonicClock()) }

    package func lastBeat(at now: UInt64) -> UInt64 {
        let beat = min(beatAt.load(ordering: .relaxed), now)
        let began = appendBegan.load(ordering: .relaxed)
        return began == 0 ? beat : min(beat, began + Self.appendLimit.nanoseconds)
    }
}
