/// How much may be owed, how often it is tried and how long.
package struct OutboxLimits: Sendable {
    /// Attempts that may fail by themselves.
    package var tries = 8
    /// How long anything may be owed. Shorter than RabbitMQ waits for an acknowledgement (30 minutes).
    package var age = Duration.seconds(300)
    /// Together, in bytes.
    package var bytes = 64 << 20
    /// How many may be owed.
    package var count = Int.max
    /// What is owed for longer than this is late.
    package var patience = Duration.seconds(5)
    /// How many may be late; how many may wait for another attempt; and how many may be owed while the broker takes none at all.
    package var late = 1000
    /// How long the broker may take to confirm.
    package var confirm = Duration.seconds(30)

    package init() {}

    /// Messages that wait for their receipts leave three quarters of the prefetch to the others.
    package static func receipts(prefetch: Int) -> OutboxLimits {
        var limits = OutboxLimits()
        limits.late = prefetch / 4
        return limits
    }

    /// Nothing waits for what is told of quarantined messages, so none of it is late.
    package static let rejections: OutboxLimits = {
        var limits = OutboxLimits()
        limits.tries = 4
        limits.bytes = 8 << 20
        limits.count = 10_000
        limits.late = limits.count
        return limits
    }()

    /// Before attempt number `tries` + 1.
    package func pause(after tries: Int) -> Duration {
        min(.milliseconds(250) * Double(1 << min(tries - 1, 10)), .seconds(30))
    }
}
