/// ``IngestStatus`` as it was at one moment.
package struct IngestSnapshot: Sendable {
    /// Without progress for this long, in seconds, although there is work to do and no known reason to wait, the ingest is stalled: not ready.
    package static let stalledAfter = 30.0

    package var tally = IngestTally()
    /// Seconds of every pause that has occurred, by cause.
    package var pauses: [PauseCause: Double] = [:]
    package var currentPauses: [PauseCause] = []
    /// The source is open and messages may come.
    package var isConsuming = false
    /// It was open at least once.
    package var hasConsumed = false
    package var isStoreOpen = false
    /// Why the source is closed, in a few words; nil while it is open, and before the first attempt.
    package var sourceTrouble: String?
    /// The last changes of all this; the newest last.
    package var changes: [StateChange] = []
    /// How often the source was opened again.
    package var reconnects = 0
    /// Since the ingest was last known to work; see ``IngestStatus/lastBeat``.
    package var secondsSinceBeat = 0.0
    /// Since the last commit, or since there was last nothing to do.
    package var secondsSinceProgress = 0.0
    /// When the first certificate ends that the last connection rested on, in seconds since the epoch; nil without TLS.
    package var certificateExpiresAt: Int64?
    /// Messages that were delivered and not acknowledged yet.
    package var unacknowledged = 0
    /// Age of the oldest of them since its arrival; 0 where there is none.
    package var oldestUnacknowledgedSeconds = 0.0

    package init() {}
}
