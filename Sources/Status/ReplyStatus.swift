package import Events
internal import Synchronization

/// What has been answered and published since the start: counted by the threads that do it, read by anybody.
package final class ReplyStatus: Sendable {
    private let sent = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)
    private let published = Atomic<Int>(0)
    private let unpublished = Atomic<Int>(0)
    private let waiting = Mutex<[IngestQueue: Int]>([:])
    private let traffic = Mutex<[OutgoingKind: OutgoingTraffic]>([:])

    package init() {}

    package subscript(kind: OutgoingKind) -> OutgoingTraffic { traffic.withLock { $0[kind] ?? OutgoingTraffic() } }

    /// What has been hanging for a while, as sentences.
    package var troubles: [String] { OutgoingKind.allCases.compactMap { self[$0].sentence($0) } }

    /// Requests answered with what they asked for.
    package var repliesSent: Int { sent.load(ordering: .relaxed) }
    /// Requests answered with an error document.
    package var replyErrors: Int { errors.load(ordering: .relaxed) }
    /// Requests that could not be answered: no `reply_to`, or nobody there any more.
    package var requestsDropped: Int { dropped.load(ordering: .relaxed) }
    /// Aggregates that the broker has confirmed.
    package var publicationsSent: Int { published.load(ordering: .relaxed) }
    /// Aggregates that it has not taken; they are published again.
    package var publicationFailures: Int { unpublished.load(ordering: .relaxed) }
    /// Messages that wait at the broker to be taken in, some seconds old; a queue of which it is not known is left out.
    package var backlogs: [IngestQueue: Int] { waiting.withLock { $0 } }
    /// Of all queues together; nil where it is not known of each.
    package var backlog: Int? {
        let backlogs = backlogs
        return backlogs.count == IngestQueue.allCases.count ? backlogs.values.reduce(0, +) : nil
    }

    package func change(_ kind: OutgoingKind, _ body: (inout OutgoingTraffic) -> Void) {
        traffic.withLock { body(&$0[kind, default: OutgoingTraffic()]) }
    }

    /// Nil where there is none any more. The same again, or another one, does not begin anew.
    package func note(_ kind: OutgoingKind, trouble: String?) {
        change(kind) { traffic in
            traffic.trouble = trouble.map { ($0, traffic.trouble?.since ?? .now) }
        }
    }

    package func countReply() { sent.add(1, ordering: .relaxed) }
    package func countReplyError() { errors.add(1, ordering: .relaxed) }
    package func countDroppedRequest() { dropped.add(1, ordering: .relaxed) }
    package func countPublications(_ count: Int) { published.add(count, ordering: .relaxed) }
    package func countPublicationFailures(_ count: Int) { unpublished.add(count, ordering: .relaxed) }
    package func noteBacklogs(_ backlogs: [IngestQueue: Int]) { waiting.withLock { $0 = backlogs } }
}
