package import Events
package import Rollups

/// What is known of the messages as such.
package protocol QualityReports: AnyObject {
    /// The balance by queue in pieces of `length` microseconds from a time on, `to` excluded, the oldest first; pieces in which nothing came are left
    /// out. Minutes are not divided.
    @available(*, noasync)
    func balance(from: Timestamp, to: Timestamp, length: Timestamp, deadline: ContinuousClock.Instant) throws(ListError)
        -> [BalancePiece]

    /// Of each queue when the last message came, and in how many minutes since `time` any came.
    @available(*, noasync)
    func queueActivity(since time: Timestamp) throws(StoreError) -> [QueueActivity]

    /// Between `from` and `to`, in which of the minutes any message of a queue came; in order.
    @available(*, noasync)
    func activeMinutes(of queue: IngestQueue, from: Timestamp, to: Timestamp) throws(StoreError) -> [Timestamp]

    /// How long after they had occurred the last `count` events of a table were received, in microseconds, in order.
    @available(*, noasync)
    func lags(ofLast count: Int, in table: EventTable) throws(StoreError) -> [Timestamp]

    /// The first `count` names there are of something, in the order of their bytes.
    @available(*, noasync)
    func names(_ domain: NameDomain, count: Int) throws(StoreError) -> [String]
}

/// The balance of one queue in a piece of time.
package struct BalancePiece: Sendable, Equatable {
    package var start: Timestamp
    package var queue: String
    package var balance: BalanceReport
    package var bytes: Int64

    package init(start: Timestamp, queue: String, balance: BalanceReport, bytes: Int64) {
        self.start = start
        self.queue = queue
        self.balance = balance
        self.bytes = bytes
    }
}

package struct QueueActivity: Sendable, Equatable {
    package var queue: String
    /// The beginning of the minute in which the last message came.
    package var lastMinute: Timestamp?
    package var activeMinutes: Int64

    package init(queue: String, lastMinute: Timestamp?, activeMinutes: Int64) {
        self.queue = queue
        self.lastMinute = lastMinute
        self.activeMinutes = activeMinutes
    }
}
