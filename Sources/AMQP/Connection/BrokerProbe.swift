import Events
import Glibc
import Threads

/// The steps of ``Connection/open(_:)`` one by one, for a diagnosis that says which of them fails. The login is the connection's own.
package enum BrokerProbe {
    /// Every numeric address that the host name stands for.
    @available(*, noasync)
    package static func addresses(of broker: BrokerURL, within limit: Duration) throws(AMQPError) -> [String] {
        try NameResolution.addresses(of: broker, by: monotonicClock() + limit.nanoseconds).map(\.numericHost)
    }

    /// The first address at which somebody listens.
    @available(*, noasync)
    package static func reach(_ broker: BrokerURL, within limit: Duration) throws(AMQPError) -> String {
        try first(of: broker, within: limit) { (address, share) throws(AMQPError) in
            close(try TCPSocket.connect(to: address, of: broker, by: monotonicClock() + share))
            return address.numericHost
        }
    }

    /// A TLS handshake and nothing behind it. With TLS 1.3 a broker refuses a missing client certificate only at the login.
    @available(*, noasync)
    package static func handshake(_ broker: BrokerURL, _ options: ConnectionOptions) throws(AMQPError) -> TLSFacts {
        try first(of: broker, within: options.connectTimeout) { (address, share) throws(AMQPError) in
            let connection = try Connection.connect(to: address, of: broker, options, within: share)
            guard let facts = connection.tls?.facts else {
                throw AMQPError(.tls, doing: "shake hands with \(broker.endpoint)", "it is not an amqps:// URL")
            }
            return facts
        }
    }

    /// `attempt` at each address with its share of the time, until one succeeds.
    private static func first<Answer>(
        of broker: BrokerURL, within limit: Duration,
        _ attempt: (SocketAddress, _ share: UInt64) throws(AMQPError) -> Answer
    ) throws(AMQPError) -> Answer {
        let deadline = monotonicClock() + limit.nanoseconds
        let addresses = try NameResolution.addresses(of: broker, by: deadline)
        var telling: AMQPError?
        for (index, address) in addresses.enumerated() {
            let now = monotonicClock()
            let share = deadline > now ? (deadline - now) / UInt64(addresses.count - index) : 0
            do throws(AMQPError) { return try attempt(address, max(share, 1_000_000)) } catch {
                if telling == nil || telling?.kind == .unreachable { telling = error }
            }
        }
        throw telling ?? AMQPError(.unreachable, doing: "connect to \(broker.endpoint)", "it has no address")
    }
}
