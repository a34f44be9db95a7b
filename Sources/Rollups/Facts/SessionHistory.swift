package import Events

/// When a session was over and when it started, over all its messages: whether one that comes late can make a reset of another.
package struct SessionHistory: Equatable {
    /// Of the earliest message with a result.
    package var earliestOver: Timestamp
    /// Of the latest message with the status started.
    package var latestStarted: Timestamp

    /// Of no message.
    package init() { (earliestOver, latestStarted) = (.max, .min) }

    init(earliestOver: Timestamp, latestStarted: Timestamp) {
        (self.earliestOver, self.latestStarted) = (earliestOver, latestStarted)
    }

    /// Of messages that nobody has looked at: anything is possible.
    package static var unknown: SessionHistory { SessionHistory(earliestOver: .min, latestStarted: .max) }

    package mutating func note(_ status: CompletionStatus, at time: Timestamp) {
        if status.isOver { earliestOver = min(earliestOver, time) }
        if status == .started { latestStarted = max(latestStarted, time) }
    }

    /// Whether no status goes back to started because of this message, wherever it is in the order.
    package func allows(_ status: CompletionStatus, at time: Timestamp) -> Bool {
        if status.isOver { return time > latestStarted }
        return status != .started || time < earliestOver
    }
}
