internal import Events
internal import Status
internal import Store

extension DaemonView {
    /// The page `/metrics`. Every queue, reason, code and cause that there can be is there from the start, as 0: an alert on one that has
    /// never occurred needs something to compare with.
    package var metricsPage: String {
        let snapshot = ingest.snapshot
        var page = PrometheusText()
        writeMessages(snapshot.tally, to: &page)
        writeState(snapshot, to: &page)
        writeReplies(to: &page)
        writeOutgoing(to: &page)
        operation().write(to: &page)
        page.family(
            "alidade_build_info", .gauge, "Always 1; the labels say what is running.",
            [(build.map { ($0.name, $0.value) }, 1)])
        ProcessFigures.current.write(to: &page)
        return page.text
    }

    private func writeMessages(_ tally: IngestTally, to page: inout PrometheusText) {
        func byQueue(_ count: (IngestTally.Queue) -> Int) -> [(labels: [(String, String)], value: Double)] {
            IngestQueue.allCases.map { ([("queue", $0.name)], Double(count(tally[$0]))) }
        }
        page.family(
            "alidade_messages_received_total", .counter,
            "Messages whose outcome is durable: stored, duplicate or quarantined.",
            byQueue(\.received))
        page.family("alidade_messages_stored_total", .counter, "Messages stored.", byQueue(\.stored))
        page.family(
            "alidade_messages_duplicates_total", .counter, "Messages whose identity had been stored before.",
            byQueue(\.duplicates))
        page.family(
            "alidade_messages_quarantined_total", .counter, "Messages quarantined, by their first reason.",
            IngestQueue.allCases.flatMap { queue in
                Rejection.Reason.allCases.map { reason in
                    ([("queue", queue.name), ("reason", reason.rawValue)], Double(tally[queue].reasons[reason] ?? 0))
                }
            })
        page.family(
            "alidade_warnings_total", .counter, "Warnings of stored messages, by code.",
            Warning.Code.allCases.map { ([("code", $0.rawValue)], Double(tally.warnings[$0] ?? 0)) })
        page.family(
            "alidade_messages_scored_total", .counter, "Stored messages with a computed alignment.",
            Double(tally.scored))
        page.family("alidade_message_bytes_total", .counter, "Bytes of the bodies received.", Double(tally.bytes))
        page.family("alidade_batch_messages", "Messages committed together.", tally.batchMessages)
        page.family(
            "alidade_commit_seconds", "Time to append a batch and commit it to the disk.", tally.commitSeconds)
        page.family(
            "alidade_publish_to_durable_seconds",
            "Time from publishing, as the message tells it, to the commit; whole seconds unless it tells milliseconds.",
            tally.publishToDurableSeconds)
    }

    private func writeState(_ snapshot: IngestSnapshot, to page: inout PrometheusText) {
        let backlog = replies.backlogs
        page.family(
            "alidade_queue_backlog_messages", .gauge, "Messages that wait at the broker.",
            IngestQueue.allCases.compactMap { queue in
                backlog[queue].map { ([("queue", queue.name)], Double($0)) }
            })
        page.family(
            "alidade_unacknowledged_messages", .gauge, "Messages delivered and not acknowledged yet.",
            Double(snapshot.unacknowledged))
        page.family(
            "alidade_oldest_unacknowledged_seconds", .gauge,
            "Age of the oldest unacknowledged message since its arrival; 0 where there is none.",
            snapshot.oldestUnacknowledgedSeconds)
        page.family(
            "alidade_consuming", .gauge, "1 while both queues are being consumed.", snapshot.isConsuming ? 1 : 0)
        page.family(
            "alidade_last_progress_seconds", .gauge, "Since the last commit, or since there was last nothing to do.",
            snapshot.secondsSinceProgress)
        page.family(
            "alidade_broker_troubles", .gauge,
            "Exchanges and queues that are missing or other than expected, and consumers that are not ours.",
            Double(topology.troubles.count))
        page.family(
            "alidade_broker_reconnects_total", .counter, "How often the consuming connection was opened again.",
            Double(snapshot.reconnects))
        let known = [PauseCause.broker, .standby] + PauseCause.store
        let others = snapshot.pauses.keys.filter { !known.contains($0) }.sorted { $0.word < $1.word }
        page.family(
            "alidade_paused_seconds_total", .counter, "Time in which nothing was taken in or stored, by cause.",
            (known + others).map { ([("cause", $0.word)], snapshot.pauses[$0] ?? 0) })
        for size in storeSizes() { page.family("alidade_\(size.name)_bytes", .gauge, size.meaning, size.bytes) }
    }

    private func writeReplies(to page: inout PrometheusText) {
        page.family(
            "alidade_metric_replies_total", .counter, "Requests for metrics, by what became of them.",
            [
                ([("status", "answered")], Double(replies.repliesSent)),
                ([("status", "error")], Double(replies.replyErrors)),
                ([("status", "dropped")], Double(replies.requestsDropped)),
            ])
        page.family(
            "alidade_publications_total", .counter, "Aggregates published, by whether the broker took them.",
            [
                ([("status", "confirmed")], Double(replies.publicationsSent)),
                ([("status", "failed")], Double(replies.publicationFailures)),
            ])
    }

    private func writeOutgoing(to page: inout PrometheusText) {
        let traffic = OutgoingKind.allCases.map { (kind: $0, state: replies[$0]) }
        page.family(
            "alidade_receipts_sent_total", .counter, "Receipts that the broker has taken.",
            Double(replies[.receipts].sent))
        page.family(
            "alidade_rejections_published_total", .counter, "Rejections that the broker has taken.",
            Double(replies[.rejections].sent))
        for (kind, state) in traffic {
            page.family(
                "alidade_\(kind.rawValue)_dropped_total", .counter, Self.droppedHelp(kind),
                DropCause.allCases.map { ([("cause", $0.rawValue)], Double(state.dropped[$0] ?? 0)) })
        }
        page.family(
            "alidade_outgoing_owed", .gauge,
            "Receipts, answers, publications and rejections that are still to be sent.",
            traffic.map { ([("kind", $0.kind.rawValue)], Double($0.state.owed)) })
        page.family(
            "alidade_outgoing_oldest_seconds", .gauge,
            "For how long the oldest of them is owed; 0 where there is none.",
            traffic.map { ([("kind", $0.kind.rawValue)], $0.state.oldestSeconds()) })
    }

    private static func droppedHelp(_ kind: OutgoingKind) -> String {
        switch kind {
        case .receipts: "Receipts given up, by cause; their messages are stored."
        case .answers: "Answers to requests given up, by cause."
        case .rejections: "Rejections not published, by cause; the messages are quarantined all the same."
        case .publications: "Publications given up, by cause; the next round publishes again."
        }
    }
}
