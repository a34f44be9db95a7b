import Glibc
import Synchronization

/// A look-up on a thread of its own, because `getaddrinfo` cannot be given a limit. A look-up that is late is abandoned; its thread ends
/// when the resolver gives up.
final class NameResolution: Sendable {
    private let result = Mutex<Result<[SocketAddress], ResolverError>?>(nil)
    private let finished: WakeUp

    private init() throws(AMQPError) { finished = try WakeUp() }

    static func addresses(of broker: BrokerURL, by deadline: UInt64) throws(AMQPError) -> [SocketAddress] {
        if case .success(let addresses) = SocketAddress.resolve(broker.host, port: broker.port, numericOnly: true) {
            return addresses
        }
        let attempted = "find the address of \(broker.host)"
        let lookup = try NameResolution()
        let (host, port) = (broker.host, broker.port)
        _ = try DedicatedThread.start(named: "amqp-resolver", stackBytes: 1 << 20) {
            let result = SocketAddress.resolve(host, port: port, numericOnly: false)
            lookup.result.withLock { $0 = result }
            lookup.finished.signal()
        }
        func failure(_ why: String) -> AMQPError {
            var error = AMQPError(.unreachable, doing: attempted, why)
            error.brief = "\(host) has no address: \(why)"
            return error
        }
        guard pollDescriptor(lookup.finished.descriptor, Int16(POLLIN), until: deadline) else {
            throw failure("the resolver did not answer in time")
        }
        switch lookup.result.withLock({ $0 }) {
        case .success(let addresses)? where !addresses.isEmpty: return addresses
        case .failure(let error)?: throw failure(error.reason)
        default: throw failure("the resolver knows none")
        }
    }
}

/// Waits for `events` on one descriptor; false at the deadline.
func pollDescriptor(_ descriptor: Int32, _ events: Int16, until deadline: UInt64) -> Bool {
    while true {
        let now = MonotonicClock.nanoseconds
        let left = deadline > now ? Int32(clamping: (deadline - now + 999_999) / 1_000_000) : 0
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let ready = poll(&entry, 1, left)
        if ready > 0 { return true }
        if ready == 0 && MonotonicClock.nanoseconds >= deadline { return false }
        if ready < 0 && errno != EINTR { return false }
    }
}
