import CRabbitMQ
import Files
import Glibc
import Threads

extension Connection {
    /// Connects and logs in at the first of the URLs that lets us. Errors: the most telling one, and what the others said.
    @available(*, noasync)
    package static func open(_ options: ConnectionOptions) throws(AMQPError) -> Connection {
        var errors: [AMQPError] = []
        for url in options.urls {
            do throws(AMQPError) {
                return try open(url, options)
            } catch {
                errors.append(error)
            }
        }
        guard var worst = errors.first(where: { $0.kind != .unreachable }) ?? errors.first else {
            throw AMQPError(.invalidConfiguration, doing: "connect", "there is no broker URL", isPermanent: true)
        }
        worst.isPermanent = errors.allSatisfy(\.isPermanent)
        if errors.count > 1 {
            worst.attempted = "connect to any of \(errors.count) brokers"
            worst.reason = errors.map(\.description).joined(separator: "; ")
            worst.brief = errors.map(\.summary).joined(separator: "; ")
        }
        throw worst
    }

    private static func open(_ broker: BrokerURL, _ options: ConnectionOptions) throws(AMQPError) -> Connection {
        let deadline = monotonicClock() + options.connectTimeout.nanoseconds
        let addresses = try NameResolution.addresses(of: broker, by: deadline)
        let account = Account(of: broker, options)
        var telling: AMQPError?
        for (index, address) in addresses.enumerated() {
            let now = monotonicClock()
            let share = deadline > now ? (deadline - now) / UInt64(addresses.count - index) : 0
            do throws(AMQPError) {
                var connection = try connect(to: address, of: broker, options, within: max(share, 1_000_000))
                try connection.logIn()
                return connection
            } catch {
                let error = error.summarized(at: broker, by: account)
                // A refused login is the same at every address of the broker.
                if error.kind == .accessRefused || error.kind == .invalidConfiguration { throw error }
                if telling == nil || telling?.kind == .unreachable { telling = error }
            }
        }
        throw telling ?? AMQPError(.unreachable, doing: "connect to \(broker.endpoint)", "it has no address")
    }

    /// TCP and TLS; nobody is logged in yet. ``BrokerProbe`` stops here.
    static func connect(
        to address: SocketAddress, of broker: BrokerURL, _ options: ConnectionOptions, within share: UInt64
    ) throws(AMQPError) -> Connection {
        let attempted = "connect to \(broker.endpoint) (\(address.numericHost))"
        guard let state = amqp_new_connection() else {
            throw AMQPError(status: AMQP_STATUS_NO_MEMORY.rawValue, doing: attempted)
        }
        let tls = broker.isTLS ? TLSSession(for: broker, options.tls) : nil
        do throws(AMQPError) {
            if let tls {
                try connectTLS(state, tls, to: address, of: broker, within: share)
            } else {
                let deadline = monotonicClock() + share
                let descriptor = try TCPSocket.connect(to: address, of: broker, by: deadline)
                guard let socket = amqp_tcp_socket_new(state) else {
                    Glibc.close(descriptor)
                    throw AMQPError(status: AMQP_STATUS_NO_MEMORY.rawValue, doing: attempted)
                }
                amqp_tcp_socket_set_sockfd(socket, descriptor)
            }
            let descriptor = amqp_get_sockfd(state)
            TCPSocket.configure(descriptor, heartbeatSeconds: options.heartbeatSeconds)
            guard let socket = WatchedSocket(duplicating: descriptor) else {
                throw AMQPError(.unreachable, doing: attempted, String(cString: strerror(errno)))
            }
            try Watchdog.shared.add(socket)
            return Connection(state: state, socket: socket, tls: tls, broker: broker, options: options)
        } catch {
            withExtendedLifetime(tls) { _ = amqp_destroy_connection(state) }
            throw error
        }
    }

    /// The library connects itself here, to one numeric address; the callbacks of `tls` verify and send the name.
    private static func connectTLS(
        _ state: OpaquePointer, _ tls: TLSSession, to address: SocketAddress, of broker: BrokerURL, within share: UInt64
    ) throws(AMQPError) {
        let attempted = "connect to \(broker.endpoint) (\(address.numericHost)) with TLS"
        guard let socket = amqp_ssl_socket_new(state) else {
            throw AMQPError(status: AMQP_STATUS_NO_MEMORY.rawValue, doing: attempted)
        }
        try tls.configure(socket)
        var limit = timevalue(share)
        let status = amqp_socket_open_noblock(socket, address.numericHost, Int32(broker.port), &limit)
        guard status != AMQP_STATUS_OK.rawValue else { return }
        if let failure = tls.failure(doing: attempted, status: status) { throw failure }
        // The library keeps to itself why nobody could be reached; the attempt by hand tells.
        if status == AMQP_STATUS_SOCKET_ERROR.rawValue {
            Glibc.close(try TCPSocket.connect(to: address, of: broker, by: monotonicClock() + share))
        }
        let words = String(cString: amqp_error_string2(status))
        let isLate = status == AMQP_STATUS_TIMEOUT.rawValue
        throw AMQPError(.unreachable, doing: attempted, isLate ? "no answer in time" : words)
    }

    /// The AMQP handshake and channel.open.
    private mutating func logIn() throws(AMQPError) {
        let account = Account(of: broker, options)
        let attempted = "log in at \(broker.endpoint) \(account)"
        let state = try openState(attempted)
        guard let password = account.password ?? (account.isExternal ? Secret("") : nil) else {
            throw end(AMQPError(.invalidConfiguration, doing: attempted, "there is no password", isPermanent: true))
        }
        var limit = timevalue(options.callTimeout.nanoseconds)
        amqp_set_handshake_timeout(state, &limit)
        amqp_set_rpc_timeout(state, &limit)
        let properties = FieldTable(clientProperties)
        socket.arm(options.callTimeout.nanoseconds + 1_000_000_000)
        let reply = properties.withTable { table in
            var table = table
            return crabbitmq_login(
                state, broker.virtualHost, 1, Self.frameMax, Int32(clamping: max(1, options.heartbeatSeconds)), &table,
                account.isExternal, account.user, password.value)
        }
        socket.disarm()
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: break
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw closed(by: reply.reply, doing: attempted, isAnswer: true)
        default:
            if let failure = tls?.failure(doing: attempted, status: reply.library_error) { throw end(failure) }
            throw failed(reply.library_error, doing: attempted)
        }
        heartbeatSeconds = max(1, Int(amqp_get_heartbeat(state)))
        try request("open a channel at \(broker.endpoint)") { _ = amqp_channel_open($0, Self.channel) }
    }

    /// Without these capabilities the broker is silent about deleted queues and about alarms.
    private var clientProperties: [String: Argument] {
        [
            "product": "Alidade",
            "version": .text(options.clientVersion),
            "connection_name": .text(options.clientName),
            "capabilities": .table([
                "consumer_cancel_notify": true,
                "connection.blocked": true,
                "publisher_confirms": true,
                "basic.nack": true,
                "authentication_failure_close": true,
            ]),
        ]
    }
}

/// Who logs in, and how.
struct Account: CustomStringConvertible {
    var user: String
    var password: Secret?
    var isExternal: Bool

    init(of broker: BrokerURL, _ options: ConnectionOptions) {
        let user = options.user ?? broker.user
        isExternal =
            switch options.sasl {
            case .external: true
            case .plain: false
            case .automatic: broker.isTLS && options.tls.certificateFile != nil && user == nil
            }
        // With EXTERNAL the broker takes the name from the certificate, but the library cannot send an empty one.
        self.user = user ?? (isExternal ? "-" : "guest")
        password = options.password ?? broker.password ?? (user == nil ? Secret("guest") : nil)
    }

    var description: String { isExternal ? "with the client certificate" : "as \(user)" }
    /// As the subject of a sentence.
    var words: String { isExternal ? "the user of the client certificate" : "user \(user)" }
}
