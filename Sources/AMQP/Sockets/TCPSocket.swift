import Glibc

/// Connecting without the C library, whose own way stops at the first address that does not answer.
enum TCPSocket {
    /// A connected, non-blocking descriptor that belongs to the caller.
    static func connect(to address: SocketAddress, of broker: BrokerURL, by deadline: UInt64) throws(AMQPError) -> Int32
    {
        let attempted = "connect to \(broker.endpoint) (\(address.numericHost))"
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw failure(attempted, errno, at: broker) }
        let started = address.withPointer { Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
        var problem = started
        if started == EINPROGRESS || started == EINTR {
            problem = pollDescriptor(descriptor, Int16(POLLOUT), until: deadline) ? pendingError(descriptor) : ETIMEDOUT
        }
        guard problem == 0 else {
            close(descriptor)
            throw failure(attempted, problem, at: broker)
        }
        return descriptor
    }

    /// Finds a dead peer within about twice the heartbeat even where nothing is read: unacknowledged data and probes have a limit.
    static func configure(_ descriptor: Int32, heartbeatSeconds: Int) {
        let seconds = Int32(clamping: max(1, heartbeatSeconds))
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: Int(seconds) * 2000))
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, seconds)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, max(1, seconds / 3))
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func pendingError(_ descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &size) == 0 ? value : errno
    }

    private static func failure(_ attempted: String, _ problem: Int32, at broker: BrokerURL) -> AMQPError {
        let words = String(cString: strerror(problem))
        var error = AMQPError(.unreachable, doing: attempted, words)
        error.brief = "\(words.prefix(1).lowercased())\(words.dropFirst()) at \(broker.endpoint)"
        return error
    }
}
