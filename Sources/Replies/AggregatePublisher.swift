package import AMQP
package import Ingest
package import Logging
package import Store

/// Publishes, at regular times and for each window, every metric whose result has changed, on a connection and a thread of its own.
///
/// Nothing piles up while the broker is away: a round is computed only when it can be published, so the newest state is what comes.
package struct AggregatePublisher: Sendable {
    /// From connecting to the first round.
    private static let firstRound = Duration.seconds(1)

    private let options: ConnectionOptions
    private let store: StoreLocation
    private let interval: Duration
    private let windows: [Int]
    private let status: ReplyStatus
    private let logger: Logger

    /// `windows` in days.
    package init(
        options: ConnectionOptions, store: StoreLocation, interval: Duration, windows: [Int], status: ReplyStatus,
        logger: Logger
    ) {
        self.options = options
        self.store = store
        self.interval = interval
        self.windows = windows.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        self.status = status
        self.logger = logger
    }

    /// Runs until stopped; reconnects by itself. A round in hand is given up then, and finished after the next start.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        yieldToIngest()
        let round = PublicationRound(store, windows: windows, status, logger: logger)
        let session = BrokerSession(options: options, purpose: "publishing aggregates", logger: logger)
        session.run(until: stop) { (connection: inout Connection, isWorking: () -> Void) throws(AMQPError) in
            try connection.enableConfirms()
            var due = ContinuousClock.now + min(interval, Self.firstRound)
            while !stop.isRequested {
                guard ContinuousClock.now >= due, !connection.isBlocked else {
                    try idle(&connection, until: due)
                    continue
                }
                due = ContinuousClock.now + interval
                try round.run(on: &connection, until: stop)
                isWorking()
            }
        }
    }

    /// Answers heartbeats and sees alarms.
    private func idle(_ connection: inout Connection, until due: ContinuousClock.Instant) throws(AMQPError) {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: 0, into: &outcomes)
        let now = ContinuousClock.now
        let left = due > now ? min(due - now, .milliseconds(200)) : .milliseconds(200)
        _ = try connection.wait(upTo: Int32((left / Duration.milliseconds(1)).rounded(.up)))
    }
}
