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
    let logger: Logger

    /// Runs `use` with an open connection until a stop is requested. `use` returns then, or where it wants another connection, and calls
    /// `isWorking` when what it needs from the broker was there.
    @available(*, noasync)
    func run(
        until stop: StopSignal, _ use: (inout Connection, _ isWorking: () -> Void) throws(AMQPError) -> Void
    ) {
        var backoff = Backoff()
        var trouble: String?
        while !stop.isRequested {
            do throws(AMQPError) {
                var connection = try Connection.open(options())
                try use(&connection) {
                    backoff.reset()
                    if trouble != nil { logger.notice("\(purpose) again") }
                    trouble = nil
                    status.note(kind, trouble: nil)
                }
                connection.close()
            } catch {
                status.note(kind, trouble: error.description)
                // The same trouble again is said once, not with every attempt.
                if error.description != trouble {
                    logger.warning("could not go on \(purpose); trying again", metadata: ["error": "\(error)"])
                    trouble = error.description
                }
                let end = ContinuousClock.now + (error.isPermanent ? .seconds(30) : backoff.next())
                while !stop.isRequested, ContinuousClock.now < end { pollOnly(milliseconds: 50) }
            }
        }
    }
}
