internal import Events
internal import JSON
internal import Status
internal import Store

/// The page *Live* for programs.
extension LivePage {
    static func json(_ desk: PageDesk, _ report: LiveReport) -> PageAnswer {
        let view = desk.view
        let (snapshot, figures) = (view.ingest.snapshot, view.operation())
        var json = JSONText()
        json.object { json in
            json.member("as_of", RFC3339.text(desk.request.now))
            json.member("consuming", snapshot.isConsuming)
            json.member("obstacle", StateBar(view, asOf: desk.request.now).obstacle)
            json.member("unacknowledged", snapshot.unacknowledged)
            json.member("reconnects", snapshot.reconnects)
            json.array("queues") { json in
                for queue in IngestQueue.allCases {
                    let tally = snapshot.tally[queue]
                    json.object { json in
                        json.member("queue", queue.name)
                        json.member("waiting", view.replies.backlogs[queue])
                        json.member("received", tally.received)
                        json.member("stored", tally.stored)
                        json.member("duplicates", tally.duplicates)
                        json.member("quarantined", tally.quarantined)
                        json.member("received_in_last_hour", report.lastHour[queue] ?? 0)
                    }
                }
            }
            json.array("pauses") { json in
                for (cause, seconds) in snapshot.pauses.sorted(by: { $0.key.word < $1.key.word }) {
                    json.object { json in
                        json.member("cause", cause.word)
                        json.member("seconds", seconds)
                        json.member("now", snapshot.currentPauses.contains(cause))
                    }
                }
            }
            json.object("store") { json in
                for size in view.storeSizes() { json.member(size.name, size.bytes) }
                json.member("free_bytes", figures.freeBytes)
                json.member("unresolved_quarantine", figures.unresolvedQuarantine)
            }
            json.array("publications") { json in
                for one in report.publications {
                    json.object { json in
                        json.member("metric", one.metric)
                        json.member("days", one.days)
                        json.member("revision", one.revision)
                        json.member("published_at", RFC3339.text(one.at))
                        json.member("confirmed", one.isConfirmed)
                    }
                }
            }
            json.array("changes") { json in
                for change in snapshot.changes {
                    json.object { json in
                        json.member("at", RFC3339.text(change.at))
                        json.member("words", change.words)
                    }
                }
            }
        }
        return .json(200, json.text)
    }
}
