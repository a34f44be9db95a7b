import Glibc
import Synchronization
import Threads

/// A look-up on a thread of its own, because `getaddrinfo` cannot be given a limit. A look-up that is late is abandoned; its thread ends
/// when the resolver gives up.
final class NameResolution: Sendable {
    private let result = Mutex<Result<[SocketAddress], ResolverError>?>(nil)
    private let finished: WakeUp

    private init() throws(ThreadError) { finished = try WakeUp() }

    static func addresses(of broker: BrokerURL, by deadline: UInt64) throws(AMQPError) -> [SocketAddress] {
        if case .success(let addresses) = SocketAddress.resolve(broker.host, port: broker.port, numericOnly: true) {
            return addresses
        }
        let attempted = "find the address of \(broker.host)"
        let lookup: NameResolution
        do throws(ThreadError) { lookup = try start(broker.host, port: broker.port) } catch { throw AMQPError(error) }
        func failure(_ why: String) -> AMQPError {
            var error = AMQPError(.unreachable, doing: attempted, why)
            error.brief = "\(broker.host) has no address: \(why)"
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

    private static func start(_ host: String, port: UInt16) throws(ThreadError) -> NameResolution {
        let lookup = try NameResolution()
        _ = try DedicatedThread.start(named: "amqp-resolver", stackBytes: 1 << 20) {
            let result = SocketAddress.resolve(host, port: port, numericOnly: false)
            lookup.result.withLock { $0 = result }
            lookup.finished.signal()
        }
        return lookup
    }
}

/// Waits for `events` on one descriptor; false at the deadline.
func pollDescriptor(_ descriptor: Int32, _ events: Int16, until deadline: UInt64) -> Bool {
    while true {
        let now = monotonicClock()
        let left = deadline > now ? Int32(clamping: (deadline - now + 999_999) / 1_000_000) : 0
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let ready = poll(&entry, 1, left)
        if ready > 0 { return true }
        if ready == 0 && monotonicClock() >= deadline { return false }
        if ready < 0 && errno != EINTR { return false }
    }
}
