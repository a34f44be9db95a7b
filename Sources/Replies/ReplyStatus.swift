internal import Synchronization

/// What has been answered and published since the start: counted by the threads that do it, read by anybody.
package final class ReplyStatus: Sendable {
    private let sent = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)
    private let published = Atomic<Int>(0)
    private let unpublished = Atomic<Int>(0)
    /// -1 where it is not known.
    private let waiting = Atomic<Int>(-1)

    package init() {}

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
    /// Messages that wait at the broker to be taken in, some seconds old; nil where it is not known.
    package var backlog: Int? {
        let count = waiting.load(ordering: .relaxed)
        return count < 0 ? nil : count
    }

    package func countReply() { sent.add(1, ordering: .relaxed) }
    package func countReplyError() { errors.add(1, ordering: .relaxed) }
    package func countDroppedRequest() { dropped.add(1, ordering: .relaxed) }
    package func countPublications(_ count: Int) { published.add(count, ordering: .relaxed) }
    package func countPublicationFailures(_ count: Int) { unpublished.add(count, ordering: .relaxed) }
    package func noteBacklog(_ count: Int?) { waiting.store(count ?? -1, ordering: .relaxed) }
}
