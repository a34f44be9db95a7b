import CRabbitMQ

/// Tells a message that takes long to arrive from one that has stopped arriving. Heartbeats alone are no progress: a few bytes each.
struct ReceiveProgress {
    /// What has to come within the limit, unless a frame of the message does.
    private static let leastBytes: UInt64 = 16 << 10
    private var since: UInt64 = 0
    private var lookedAt: UInt64 = 0
    private var bytes: UInt64 = 0
    private var remaining: UInt64 = 0

    /// Called where the data has run out inside a message that lacks `remaining` bytes. True once nothing has come for `limit`.
    mutating func isStalled(_ descriptor: Int32, remaining: UInt64, at now: UInt64, limit: UInt64) -> Bool {
        let received = crabbitmq_bytes_received(descriptor)
        // Where nobody has looked for so long, nobody has read either: what the peer could not send is not its fault.
        let isNew = now > lookedAt + limit / 2 || remaining != self.remaining
        if isNew || received >= bytes + Self.leastBytes {
            (since, bytes, self.remaining) = (now, received, remaining)
        }
        lookedAt = now
        return now > since + limit
    }
}
