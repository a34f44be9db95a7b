package import Events

/// Where deliveries come from: the broker, a file, or a script in tests. Belongs to the receive thread.
package protocol DeliverySource: ~Copyable {
    /// Connects, or connects again. Whatever was delivered before and not acknowledged comes again.
    mutating func open() throws(DeliverySourceError)

    /// Appends what has arrived to `batch`, at most `limit` deliveries, without waiting. Returns how many.
    mutating func receive(into batch: DeliveryBatch, limit: Int) throws(DeliverySourceError) -> Int

    /// A large message that has begun to arrive: nothing more comes before it is let in.
    var arrival: LargeArrival? { get }

    /// Lets it in; of its body at most `bytes` are kept. Throws where there is no memory for them.
    mutating func letIn(keeping bytes: UInt64) throws(DeliverySourceError)

    /// Waits until something may have arrived, `wake` becomes readable, or the time is over.
    mutating func wait(milliseconds: Int32, wake: Int32) throws(DeliverySourceError)

    /// Called instead of `receive` while no more may be taken in: keeps the connection alive.
    mutating func keepAlive() throws(DeliverySourceError)

    /// Settles deliveries; only ever called for what is durable.
    mutating func acknowledge(_ acknowledgement: Acknowledgement) throws(DeliverySourceError)

    /// Ends the connection in good order. What is not acknowledged goes back to the broker.
    mutating func close()

    /// True once there is nothing more to come: the end of a file.
    var isExhausted: Bool { get }

    /// Where it is, for logs; without secrets.
    var name: String { get }

    /// When the first certificate ends that the last connection rested on, in seconds since the epoch; nil where there was none.
    var certificateExpiresAt: Int64? { get }
}

extension DeliverySource where Self: ~Copyable {
    package var certificateExpiresAt: Int64? { nil }
}

/// Of sources whose messages are there as a whole.
extension DeliverySource where Self: ~Copyable {
    package var arrival: LargeArrival? { nil }
    package mutating func letIn(keeping bytes: UInt64) throws(DeliverySourceError) {}
}

/// Why a source could not go on.
package struct DeliverySourceError: Error, Sendable, CustomStringConvertible {
    package enum Severity: Sendable {
        /// Gone for now: try again soon.
        case passing
        /// In order, and another process is at work: ask again every moment, to take over when it ends.
        case standby
        /// Will not change by itself, a wrong password for instance: try again, but seldom.
        case lasting
        /// Trying again is pointless: stop.
        case fatal
    }

    package var description: String
    /// The cause in a few words, for a line of status.
    package var summary: String
    package var severity: Severity

    package init(_ description: String, _ severity: Severity = .passing, summary: String? = nil) {
        self.description = description
        self.summary = summary ?? description
        self.severity = severity
    }
}

/// Settles one delivery, or all up to it.
package struct Acknowledgement: Sendable, Equatable {
    package var tag: UInt64
    package var includesEarlier: Bool

    package init(tag: UInt64, includesEarlier: Bool) {
        self.tag = tag
        self.includesEarlier = includesEarlier
    }
}
