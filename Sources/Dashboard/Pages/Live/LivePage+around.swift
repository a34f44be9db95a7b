internal import Staff
internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Status
internal import Store
internal import TimeZones

/// What is around the ingest: the store, what was published, who is there, and what changed.
extension LivePage {
    static func sizes(_ view: DaemonView, _ report: LiveReport, _ html: inout HTMLText) {
        let figures = view.operation()
        html.panel("The store", part: "sizes") { html in
            html.element("dl", [.class("facts")]) { html in
                for size in view.storeSizes() {
                    html.fact(size.name.replacing("_", with: " ")) { $0.text(size.bytes.map(bytes) ?? "–") }
                }
                html.fact("free on its disk") { $0.text(figures.freeBytes.map(bytes) ?? "–") }
                html.fact("full in") { $0.text(report.untilFull(figures, view.storeSizes())) }
                html.fact("last backup") { html in
                    html.text(
                        figures.backedUpAt.map { PageTime(Int64($0 * 1e6), .utc).full + " UTC" } ?? "there was none")
                }
            }
        }
    }

    static func publications(_ view: DaemonView, _ report: LiveReport, _ zone: TimeZone, _ html: inout HTMLText) {
        html.panel(
            "Published last", class: "block",
            note:
                "\(Words.count(view.replies.publicationsSent)) aggregates and \(Words.count(view.replies.repliesSent)) answers since the start, \(Words.count(view.replies.replyErrors)) with an error",
            part: "publications"
        ) { html in
            for kind in OutgoingKind.allCases where view.replies[kind].owed > 0 {
                html.element("p", [.class("note")], "\(Words.count(view.replies[kind].owed)) \(kind.rawValue) are owed")
            }
            guard !report.publications.isEmpty else { return html.empty("Nothing was published yet.") }
            html.table(
                "Published last",
                [
                    TableHead("Metric"), TableHead("Days", number: true), TableHead("Revision", number: true),
                    TableHead("Time"), TableHead(""),
                ]
            ) { html in
                for one in report.publications {
                    html.element("tr") { html in
                        html.cell(one.metric)
                        html.number("\(one.days)")
                        html.number(Words.count(one.revision))
                        html.cell(PageTime(one.at, zone).full, class: "t")
                        html.cell(one.isConfirmed ? "" : "not confirmed yet")
                    }
                }
            }
        }
    }

    static func changes(_ snapshot: IngestSnapshot, _ zone: TimeZone, _ html: inout HTMLText) {
        html.panel("What changed last", note: "Since the start; the newest first", part: "changes") { html in
            guard !snapshot.changes.isEmpty else { return html.empty("Nothing did.") }
            html.element("ol", [.class("timeline")]) { html in
                for change in snapshot.changes.suffix(12).reversed() {
                    html.element("li", "\(PageTime(change.at, zone).full) \(change.words)")
                }
            }
        }
    }

    static func staff(_ desk: PageDesk, _ html: inout HTMLText) {
        let names = Set(desk.signedIn().map(\.name)).sorted()
        html.panel("Signed in", class: "block", note: "Who comes through a reverse proxy has no session here.") {
            html in
            html.element(
                "p",
                names.isEmpty
                    ? "Nobody."
                    : names.prefix(20).joined(separator: ", ")
                        + (names.count > 20 ? " and \(names.count - 20) more" : ""))
        }
    }

    static func bytes(_ count: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (number, unit) = (count, 0)
        while number >= 1024, unit < units.count - 1 { (number, unit) = (number / 1024, unit + 1) }
        return unit == 0 ? "\(Words.count(Int64(number))) B" : "\(Words.metric.oneDecimal(number)) \(units[unit])"
    }
}
