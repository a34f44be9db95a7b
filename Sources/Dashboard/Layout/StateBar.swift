internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Status

/// What every page says of the daemon: whether it takes messages in, and what the numbers may lack.
struct StateBar: Sendable {
    /// Nil while it works.
    var obstacle: String?
    var backlog: Int?
    var unresolved: Int?
    var asOf: Timestamp
    var refused: RefusedMessages?

    init(_ view: DaemonView, asOf: Timestamp, _ refused: RefusedMessages? = nil) {
        obstacle = Health(view.ingest.snapshot).obstacle
        backlog = view.replies.backlog
        unresolved = view.operation().unresolvedQuarantine
        self.asOf = asOf
        self.refused = refused
    }

    var word: String { obstacle == nil ? "Consuming" : "Not consuming: \(obstacle ?? "")" }
    var backlogText: String { backlog.map { "backlog \(Words.count($0))" } ?? "backlog not known" }
    var quarantineText: String { "\(Words.count(unresolved ?? 0)) in quarantine" }

    func write(to html: inout HTMLText, _ request: PageRequest) {
        html.element("div", [.class("state"), .id("state")]) { html in
            html.element(
                "span", [.class(obstacle == nil ? "dot good" : "dot bad"), .attribute("aria-hidden", "true")], "")
            html.element("span", [.attribute("data-live", "state")], word)
            html.element("span") { html in
                html.text("as of ")
                html.time(asOf, request, \.full, live: "as_of")
            }
            html.element("span", [.attribute("data-live", "backlog")], backlogText)
            html.element("a", [.href("/telemetry/quarantine/"), .attribute("data-live", "quarantine")], quarantineText)
            if let refused {
                html.element("a", [.href(refused.url.text), .attribute("data-live", "refused")], refused.text)
            }
        }
    }
}

/// How many messages went to quarantine when they came, in the window of a page.
struct RefusedMessages: Sendable {
    private let count: Int64
    private let window: MetricWindow
    private let days: Int?

    @available(*, noasync)
    init(in window: MetricWindow, days: Int?, _ reader: PageReader) throws {
        count = try reader.metrics().quarantined(in: window)
        self.window = window
        self.days = days
    }

    var text: String {
        let window = days.map { $0 == 1 ? "24 hours" : "\($0) days" } ?? "this window"
        return "\(Words.count(count)) quarantined in \(window)"
    }

    /// The list that has these messages.
    var url: PageURL {
        PageURL(
            "/telemetry/quarantine/",
            [
                "state": "all", "group": "none", "from": RFC3339.text(window.from),
                "to": RFC3339.text(window.to),
            ])
    }
}
