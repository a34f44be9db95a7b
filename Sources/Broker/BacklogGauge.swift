package import AMQP
package import Events
package import Status

/// How many messages wait in the two ingested queues, asked of the broker now and then.
///
/// The answer is kept for a second, so a flood of requests does not become a flood at the broker. A broker that refuses (a queue is gone)
/// ends the connection; for a while after that nobody asks, nor while a queue is known to be missing, and the backlog is unknown. Belongs to
/// the thread of its connection.
package final class BacklogGauge {
    private static let freshness = Duration.seconds(1)
    private static let pauseAfterFailure = Duration.seconds(10)

    private let status: ReplyStatus
    private let topology: TopologyStatus
    private var last: [IngestQueue: Int]?
    private var nextAt = ContinuousClock.now

    package init(_ status: ReplyStatus, topology: TopologyStatus) {
        self.status = status
        self.topology = topology
    }

    /// Nil where it is not known.
    package func read(_ connection: inout Connection, atMost age: Duration = freshness)
        throws(AMQPError) -> [IngestQueue: Int]?
    {
        let now = ContinuousClock.now
        guard now >= nextAt + (age - Self.freshness) else { return last }
        // A broker that has blocked us does not read what we ask.
        guard !connection.isBlocked else { return nil }
        last = nil
        status.noteBacklogs([:])
        guard IngestQueue.allCases.allSatisfy({ !topology.hasTrouble("queue \($0.name)", .presence) }) else {
            return nil
        }
        nextAt = now + Self.pauseAfterFailure
        var counts: [IngestQueue: Int] = [:]
        for queue in IngestQueue.allCases { counts[queue] = try connection.checkQueue(queue.name).messageCount }
        status.noteBacklogs(counts)
        last = counts
        nextAt = now + Self.freshness
        return last
    }

    /// Until the next answer nothing is known.
    package func forget() {
        last = nil
        status.noteBacklogs([:])
    }
}
