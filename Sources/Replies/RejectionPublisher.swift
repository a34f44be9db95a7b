package import AMQP
package import Broker
package import Events
package import Logging
package import Status
package import Threads

/// Tells of quarantined messages on ``Topology/rejectionsExchange``, on a connection and a thread of its own; see Decisions/0018.
///
/// Nothing waits for it, and it takes no more than fits: what is too much, or cannot be published, is given up and counted. The broker closes
/// the channel of whoever publishes to an exchange that is missing or not allowed, so no other work shares it.
package final class RejectionPublisher: RejectionSender {
    /// How long the last ones are sent after a stop was requested.
    private static let farewell = Duration.milliseconds(500)

    private let publisher: OutboxPublisher<Ticket>
    private let logger: Logger

    /// Nothing waits for one.
    private struct Ticket {}

    /// `options` are asked each time before connecting.
    package init(
        options: @escaping @Sendable () -> ConnectionOptions, place: BrokerPlace, status: ReplyStatus, logger: Logger
    ) throws(ThreadError) {
        self.logger = logger
        publisher = try OutboxPublisher(
            .rejections, through: place, farewell: Self.farewell, options: options, limits: { .rejections },
            status: status, logger: logger)
    }

    package var room: RejectionRoom {
        let room = publisher.room
        return RejectionRoom(count: room.count, bytes: room.bytes)
    }

    package func send(_ notices: [RejectionNotice], untold: Int, ownCount: Int) {
        _ = publisher.takeSettled()
        if !notices.isEmpty { publisher.add(notices.map { (OutgoingMessage($0), Ticket()) }) }
        let example = ShortText(Topology.rejectionsExchange)
        publisher.countLosses(untold, .overflow, example: example)
        publisher.countLosses(ownCount, .loop, example: example)
    }

    /// Runs until stopped; connects when the first one is owed.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        publisher.run(until: stop)
        let left = publisher.owedCount
        guard left > 0 else { return }
        logger.notice("stopped before all rejections were sent", metadata: ["messages": "\(left)"])
    }
}
