import CRabbitMQ
import Events
import Threads

/// One connection to the broker with its one channel, owned by one thread.
///
/// One channel only, because the C library drops frames that are queued for another. The thread needs a stack of 16 MiB
/// (``DedicatedThread``). Nothing waits without end: what the library does not limit, the ``Watchdog`` does. After an error the
/// connection is usually gone and every further call throws the same error again; ``isOpen`` tells. What is not acknowledged
/// then comes again.
package struct Connection: ~Copyable {
    static let channel: amqp_channel_t = 1
    /// Larger frames would let deeper header tables through than the stack holds.
    static let frameMax: Int32 = 131_072

    /// The library's state; nil once the connection is gone.
    var state: OpaquePointer?
    let socket: WatchedSocket
    /// Lives as long as `state`, whose callbacks write to it.
    let tls: TLSSession?
    /// What was agreed in the handshake; nil without TLS.
    package var tlsFacts: TLSFacts? { tls?.facts }
    let options: ConnectionOptions
    /// Which of the URLs answered.
    package let broker: BrokerURL
    /// As agreed with the broker.
    package internal(set) var heartbeatSeconds: Int

    var failure: AMQPError?
    var consumers: [Consumer] = []
    var assembly = MessageAssembly()
    var progress = ReceiveProgress()
    var headers = HeaderText()
    /// Deliveries that came while confirms were awaited, or of other queues than those that are ingested.
    let stash = DeliveryBatch()
    /// False while the library may hold frames that poll(2) does not know of.
    var isDrained = false

    var confirms = ConfirmWindow()
    var isConfirming = false
    var outcomes: [PublishOutcome] = []
    /// The message that is coming back at the moment.
    var returning: ReturnedMessage?
    var outgoing = ByteArena()
    var publishedSinceRead = 0
    var lastRead: UInt64

    /// Why the broker takes no publications at the moment, in its words; nil while it does.
    package internal(set) var blockedReason: String?

    init(
        state: OpaquePointer, socket: WatchedSocket, tls: TLSSession?, broker: BrokerURL, options: ConnectionOptions
    ) {
        self.state = state
        self.socket = socket
        self.tls = tls
        self.broker = broker
        self.options = options
        heartbeatSeconds = max(1, Int(amqp_get_heartbeat(state)))
        lastRead = monotonicClock()
    }

    deinit {
        Watchdog.shared.remove(socket)
        if let state { amqp_destroy_connection(state) }
    }

    /// False after an error that ended the connection.
    package var isOpen: Bool { state != nil }

    /// The broker has a memory or disk alarm and does not read what this connection publishes.
    package var isBlocked: Bool { blockedReason != nil }

    /// For poll(2), together with ``hasBufferedFrames``; -1 once the connection is gone.
    package var descriptor: Int32 { state.map { amqp_get_sockfd($0) } ?? -1 }

    /// True where there may be frames that have left the socket already.
    package var hasBufferedFrames: Bool { !isDrained || !stash.isEmpty || !outcomes.isEmpty }

    /// Says good-bye where that is possible; unacknowledged messages go back to their queues either way.
    @available(*, noasync)
    package consuming func close() {
        guard let state, !isBlocked else { return }
        socket.arm(Self.farewellNanoseconds)
        var limit = timevalue(Self.farewellNanoseconds)
        amqp_set_rpc_timeout(state, &limit)
        _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS)
        socket.disarm()
    }

    static let farewellNanoseconds: UInt64 = 2_000_000_000
}

/// One consumer of this connection; stays known after it was cancelled, because deliveries may be under way.
struct Consumer {
    var tag: [UInt8]
    var queueName: String
    /// Nil for a queue that is not ingested.
    var queue: IngestQueue?
    var isActive = true
    /// Whether the queue counts how often it hands a message out.
    var countsDeliveries = false
}
