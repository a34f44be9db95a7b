/// Why something that was owed was not sent. The raw values are labels on `/metrics` and words in the log.
package enum DropCause: String, Sendable, CaseIterable {
    /// The reply queue does not exist: nobody waits.
    case noQueue = "no_queue"
    /// The reply queue refuses it, again and again: it is full.
    case refused
    /// The broker closed the channel or the connection over it, again and again.
    case error
    /// The broker has neither taken nor refused it in time, again and again.
    case unconfirmed
    /// It cannot be put into a message.
    case invalid
    /// The reply queue is one of the daemon's own.
    case ownQueue = "own_queue"
    /// It was owed for too long.
    case expired
    /// More was owed than may be while others must go on.
    case overflow
    /// What it goes through is missing, or may not be used.
    case unavailable
    /// It would be about one that came back: it would go round forever.
    case loop

    /// What happened, as the end of "dropped …: ".
    package var words: String {
        switch self {
        case .noQueue: "the reply queue does not exist"
        case .refused: "the queue refuses it"
        case .error: "the broker closes the connection over it"
        case .unconfirmed: "the broker neither takes nor refuses it"
        case .invalid: "it does not fit into a message"
        case .ownQueue: "the reply queue is one of the daemon's own"
        case .expired: "it was owed for too long"
        case .overflow: "more was owed than can wait"
        case .unavailable: "the exchange is missing, or the daemon may not publish to it"
        case .loop: "it would be about a rejection that came back"
        }
    }
}
