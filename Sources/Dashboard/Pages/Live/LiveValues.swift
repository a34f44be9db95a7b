internal import Events
internal import HTML
internal import JSON
internal import MetricsCatalogue
internal import Status
internal import Store
internal import TimeZones

/// What moves on a page: texts by what stands in `data-live`, and pieces of HTML by what stands in `data-part`. They are written by what writes the page.
struct LiveValues: Sendable {
    static let pages = ["overview", "live"] + ListArrivals.names

    private var texts: [(String, String)]
    private var parts: [(name: String, html: String)] = []
    /// Of a page whose numbers are those of now.
    private var asOf: PageTime?
    /// What came since the list was opened, if anything did.
    private let arrivals: ListCount?

    @available(*, noasync)
    init(
        _ page: String, _ query: FormValues, _ view: DaemonView, _ reader: PageReader, now: Timestamp, zone: TimeZone
    ) throws {
        let bar = StateBar(view, asOf: now)
        texts = [
            ("state", bar.word), ("good", bar.obstacle == nil ? "1" : "0"), ("backlog", bar.backlogText),
            ("quarantine", bar.quarantineText),
        ]
        let count = try ListArrivals.count(page, query, zone, reader, now: now)
        arrivals = count.flatMap { $0.count > 0 ? $0 : nil }
        // The rows of a list stay as they were.
        guard !ListArrivals.names.contains(page) else { return }
        asOf = PageTime(now, zone)
        var html = HTMLText()
        if page == "live" {
            texts += LivePage.values(view)
            LivePage.write(view, try LiveReport(reader, now: now), zone, &html)
        } else {
            let numbers = try OverviewNumbers(at: now, zone: zone) { request in
                let answers = try reader.metrics().answers(to: request, now: now, backlogs: view.replies.backlogs)
                return Dictionary(answers.map { ($0.definition.name, $0) }) { $1 }
            }
            let hero = OverviewHero(numbers)
            let refused = try RefusedMessages(in: MetricWindow(days: 7, endingAt: now), days: 7, reader)
            texts += [
                ("headline", hero.headline), ("acceptance.7d", hero.share), ("acceptance.7d.of", hero.fraction),
                ("refused", refused.text),
            ]
            OverviewPage.write(numbers, &html)
        }
        parts = html.partTexts
    }

    /// What is compared to find out whether anything has changed: all but the time.
    var content: String { json(withTime: false) }

    func json(withTime: Bool = true) -> String {
        var json = JSONText()
        json.object { json in
            for (name, text) in texts { json.member(name, text) }
            if withTime, let asOf {
                json.member("as_of", asOf.full)
                json.member("as_of_utc", asOf.datetime)
                json.member("as_of_title", "\(PageTime(asOf.time, .utc).full) UTC")
            }
            if withTime, arrivals != nil { json.object("new", writeArrivals) }
            json.object("parts") { json in for part in parts { json.member(part.name, part.html) } }
        }
        return json.text
    }

    /// The data of `event: new`; nil where nothing is new.
    var newEvents: String? {
        guard arrivals != nil else { return nil }
        var json = JSONText()
        json.object(writeArrivals)
        return json.text
    }

    private func writeArrivals(to json: inout JSONText) {
        guard let arrivals else { return }
        json.member("count", Int64(arrivals.count))
        json.member("or_more", arrivals.isAtLeast)
        json.member("text", ListArrivals.words(arrivals))
    }
}
