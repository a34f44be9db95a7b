/// What goes out. The raw values are labels on `/metrics` and words in the log.
package enum OutgoingKind: String, Sendable, CaseIterable {
    case receipts
    /// To requests for metrics.
    case answers
    case publications
    /// What is told of quarantined messages.
    case rejections

    /// Where nothing is known to be wrong with the connection.
    package var usualTrouble: String {
        switch self {
        case .receipts, .answers: "the reply queues refuse them or do not confirm them"
        case .publications: "the broker does not confirm them"
        case .rejections: "a queue that takes them is full, or the broker does not confirm them"
        }
    }
}
