package import AMQP
package import Broker
package import Logging
package import Status
package import Store
package import Threads

/// Publishes, at regular times and for each window, every metric whose result has changed, on a connection and a thread of its own.
///
/// Nothing piles up while the broker is away: a round is computed only when it can be published, so the newest state is what comes.
package struct AggregatePublisher: Sendable {
    /// From connecting to the first round.
    private static let firstRound = Duration.seconds(1)

    private let options: @Sendable () -> ConnectionOptions
    private let place: BrokerPlace
    private let store: any EventStore
    private let schedule: @Sendable () -> PublicationSchedule
    private let status: ReplyStatus
    private let logger: Logger

    /// `options` are asked each time before connecting, `schedule` at every moment: a round is due by what counts now.
    package init(
        options: @escaping @Sendable () -> ConnectionOptions, place: BrokerPlace, store: any EventStore,
        schedule: @escaping @Sendable () -> PublicationSchedule, status: ReplyStatus, logger: Logger
    ) {
        self.options = options
        self.place = place
        self.store = store
        self.schedule = schedule
        self.status = status
        self.logger = logger
    }

    /// Runs until stopped; reconnects by itself. A round in hand is given up then, and finished after the next start.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        ThreadPriority.yieldToOthers()
        let round = PublicationRound(store, status, topology: place.status, logger: logger)
        let session = BrokerSession(
            options: options, purpose: "publishing aggregates", kind: .publications, status: status, place: place,
            logger: logger)
        session.run(until: stop) { (connection: inout Connection, isWorking: () -> Void) throws(AMQPError) in
            do throws(AMQPError) { try publish(round, on: &connection, until: stop, isWorking) } catch {
                round.connectionBroke(error)
                throw error
            }
        }
    }

    /// Returns where a stop is requested, or another connection is wanted.
    private func publish(
        _ round: PublicationRound, on connection: inout Connection, until stop: StopSignal, _ isWorking: () -> Void
    ) throws(AMQPError) {
        try connection.enableConfirms()
        round.beginConnection()
        var last: ContinuousClock.Instant?
        let first = ContinuousClock.now + min(schedule().interval, Self.firstRound)
        while !stop.isRequested {
            let schedule = schedule()
            let due = last.map { $0 + schedule.interval } ?? first
            guard ContinuousClock.now >= due, !connection.isBlocked else {
                guard try round.settle(&connection, until: stop) else { return }
                _ = try connection.wait(upTo: Self.waitingTime(until: due))
                continue
            }
            last = ContinuousClock.now
            try round.run(on: &connection, windows: schedule.windows, until: stop)
            isWorking()
        }
    }

    /// In milliseconds; a stop is seen within the longest.
    private static func waitingTime(until due: ContinuousClock.Instant) -> Int32 {
        let now = ContinuousClock.now
        let left = due > now ? min(due - now, .milliseconds(200)) : .milliseconds(200)
        return Int32((left / Duration.milliseconds(1)).rounded(.up))
    }
}
