internal import AMQP
internal import Ingest
internal import Logging

/// One connection to the broker for as long as it is wanted: opened, used, and opened anew with growing pauses where it breaks.
struct BrokerSession {
    /// Asked each time before connecting.
    let options: @Sendable () -> ConnectionOptions
    /// What it is for, to finish "could not go on …": `answering requests`.
    let purpose: String
    /// What goes out over it.
    let kind: OutgoingKind
    let status: ReplyStatus
    let place: BrokerPlace
    let logger: Logger

    /// Runs `use` with an open connection, on which everything that it needs at the broker was found, until a stop is requested. `use`
    /// returns then, or where it wants another connection, and calls `isWorking` when it was let do its work.
    @available(*, noasync)
    func run(
        until stop: StopSignal, _ use: (inout Connection, _ isWorking: () -> Void) throws(AMQPError) -> Void
    ) {
        var backoff = Backoff()
        var trouble: String?
        while !stop.isRequested {
            do throws(AMQPError) {
                var connection = try Connection.open(options())
                guard try place.prepare(&connection) else {
                    connection.close()
                    rest(backoff.next(), until: stop)
                    continue
                }
                try use(&connection) {
                    backoff.reset()
                    if trouble != nil { logger.notice("\(purpose) again") }
                    trouble = nil
                    status.note(kind, trouble: nil)
                    place.status.report(purpose, .use, nil)
                }
                connection.close()
            } catch {
                status.note(kind, trouble: error.description)
                // The same trouble again is said once, not with every attempt.
                if error.objectTrouble != nil {
                    place.status.report(purpose, .use, error.objectWords)
                } else if error.description != trouble {
                    logger.warning("could not go on \(purpose); trying again", metadata: ["error": "\(error)"])
                    trouble = error.description
                }
                rest(error.isPermanent ? .seconds(30) : backoff.next(), until: stop)
            }
        }
    }

    private func rest(_ duration: Duration, until stop: StopSignal) {
        let end = ContinuousClock.now + duration
        while !stop.isRequested, ContinuousClock.now < end { pollOnly(milliseconds: 50) }
    }
}
