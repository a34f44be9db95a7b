package import AMQP
package import Broker
package import Logging
package import Status
package import Store
package import Threads

/// Answers requests for metrics, on a connection and a thread of its own: a backlog of telemetry delays no answer, and a flood of
/// requests stays at the broker.
///
/// A request is acknowledged when the broker has confirmed its reply, or returned it because nobody waits for it any more; and when it
/// cannot be answered, after some tries. Whatever dies before that is delivered and answered again.
package struct RequestServer: Sendable {
    /// Requests that the broker hands out at a time.
    private static let prefetch: UInt16 = 50

    private let options: @Sendable () -> ConnectionOptions
    private let place: BrokerPlace
    private let store: any EventStore
    private let dimensions: @Sendable () -> [String]
    private let status: ReplyStatus
    private let logger: Logger

    /// `options` are asked each time before connecting, and with each request for the `dimensions` that the settings declare.
    package init(
        options: @escaping @Sendable () -> ConnectionOptions, place: BrokerPlace, store: any EventStore,
        dimensions: @escaping @Sendable () -> [String], status: ReplyStatus, logger: Logger
    ) {
        self.options = options
        self.place = place
        self.store = store
        self.dimensions = dimensions
        self.status = status
        self.logger = logger
    }

    /// Runs until stopped; reconnects by itself. Whatever is not there yet is waited for.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        ThreadPriority.yieldToOthers()
        let handler = RequestHandler(
            store, dimensions: dimensions, prefetch: Int(Self.prefetch), status, topology: place.status, logger: logger)
        let session = BrokerSession(
            options: options, purpose: "answering requests", kind: .answers, status: status, place: place,
            logger: logger)
        session.run(until: stop) { (connection: inout Connection, isWorking: () -> Void) throws(AMQPError) in
            handler.beginConnection()
            do throws(AMQPError) {
                try connection.enableConfirms()
                try connection.setPrefetch(Self.prefetch)
                try connection.consume(named: Topology.requestsQueue)
                isWorking()
                while !stop.isRequested {
                    guard try handler.turn(&connection) else { break }
                }
                try handler.finish(&connection)
            } catch {
                handler.endConnection(error)
                throw error
            }
            handler.endConnection(nil)
        }
    }
}
