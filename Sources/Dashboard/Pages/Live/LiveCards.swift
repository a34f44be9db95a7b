internal import Events
internal import MetricsCatalogue
internal import Status

/// The large numbers of the page.
extension LivePage {
    static let cards: [(name: String, title: String, note: String)] = [
        ("rate", "Messages per second", "over the last minute, or since the start"),
        ("waiting", "Waiting at the broker", "messages of both queues"),
        ("unacknowledged", "In hand", "delivered and not acknowledged yet"),
        ("commit", "Commit", "mean time to make a batch durable"),
        ("received", "Received", "messages since the start"),
        ("quarantined", "Quarantined", "of these"),
        ("reconnects", "Reconnects", "of the consuming connection"),
        ("progress", "Last progress", "since something was committed, or there was nothing to do"),
    ]

    /// The numbers of the page *Live*; nothing of it touches the store.
    static func values(_ view: DaemonView) -> [(String, String)] {
        let snapshot = view.ingest.snapshot
        let received = IngestQueue.allCases.reduce(0) { $0 + snapshot.tally[$1].received }
        let quarantined = IngestQueue.allCases.reduce(0) { $0 + snapshot.tally[$1].quarantined }
        let commits = snapshot.tally.commitSeconds
        return [
            ("rate", RateMeter.shared.rate(of: received).map { Words.metric.oneDecimal($0) } ?? "–"),
            ("waiting", view.replies.backlog.map { Words.count($0) } ?? "–"),
            ("unacknowledged", Words.count(snapshot.unacknowledged)),
            ("commit", commits.count > 0 ? Words.metric.duration(commits.sum / Double(commits.count)) : "–"),
            ("received", Words.count(received)), ("quarantined", Words.count(quarantined)),
            ("reconnects", Words.count(snapshot.reconnects)),
            ("progress", Words.metric.duration(snapshot.secondsSinceProgress)),
        ]
    }
}
