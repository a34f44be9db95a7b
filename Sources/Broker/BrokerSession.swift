package import AMQP
package import Logging
package import Status
package import Threads

/// One connection to the broker for as long as it is wanted: opened, used, and opened anew with growing pauses where it breaks.
package struct BrokerSession {
    /// Asked each time before connecting.
    let options: @Sendable () -> ConnectionOptions
    /// What it is for, to finish "could not go on …": `answering requests`.
    let purpose: String
    /// What goes out over it.
    let kind: OutgoingKind
    let status: ReplyStatus
    /// What is needed at the broker; nil where that is nothing.
    let place: BrokerPlace?
    let logger: Logger

    package init(
        options: @escaping @Sendable () -> ConnectionOptions, purpose: String, kind: OutgoingKind, status: ReplyStatus,
        place: BrokerPlace?, logger: Logger
    ) {
        self.options = options
        self.purpose = purpose
        self.kind = kind
        self.status = status
        self.place = place
        self.logger = logger
    }

    /// Runs `use` with an open connection, on which everything that it needs at the broker was found, until a stop is requested. `use`
    /// returns then, or where it wants another connection, and calls `isWorking` when it was let do its work.
    ///
    /// There is no connection until `isWanted`. While there is none, `turn` passes the time, for so many milliseconds at most. `lacking` is
    /// called where something that it needs was not found.
    @available(*, noasync)
    package func run(
        until stop: StopSignal, isWanted: () -> Bool = { true }, turn: (Int32) -> Void = { pollOnly(milliseconds: $0) },
        lacking: () -> Void = {},
        _ use: (inout Connection, _ isWorking: () -> Void) throws(AMQPError) -> Void
    ) {
        var retrying = Retrying()
        while !stop.isRequested {
            guard isWanted() else {
                turn(200)
                continue
            }
            do throws(AMQPError) {
                var connection = try Connection.open(options())
                if try place?.prepare(&connection) ?? true {
                    try use(&connection) {
                        if retrying.succeeded() { logger.notice("\(purpose) again") }
                        status.note(kind, trouble: nil)
                        place?.status.report(purpose, .use, nil)
                    }
                } else {
                    lacking()
                    retrying.failed()
                }
                connection.close()
            } catch {
                retrying.failed(isLasting: error.isPermanent)
                status.note(kind, trouble: error.description)
                if let place, error.objectTrouble != nil {
                    place.status.report(purpose, .use, error.objectWords)
                } else {
                    logger.warning("could not go on \(purpose); trying again", metadata: ["error": "\(error)"])
                }
            }
            retrying.rest(until: stop, turn)
        }
    }
}
