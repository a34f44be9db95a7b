internal import Events
internal import HTML
internal import MetricsCatalogue
internal import TimeZones

/// Whether recommendations are taken, whether that is better than before, and how sure that is; then everything else in brief.
enum OverviewPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var desk = desk
        var parameters = desk.parameters
        let choice = WindowChoice(&parameters, days: 7, desk.request)
        for name in ["days", "from", "to", "complete"] where desk.request.url.query[name] != nil {
            parameters.fault(name, "the overview is always of 7 and 30 days; choose a metric for \(name)")
        }
        try parameters.finish()
        desk = try desk.of(choice)
        let numbers = try OverviewNumbers(at: choice.now, zone: choice.zone) { [desk] in
            try desk.answers(to: $0, at: choice.now)
        }
        let latest = try OverviewLatest(desk, before: choice.now)
        return desk.layout.page(
            "Overview", in: .overview, asOf: choice.now, live: choice.isFrozen ? nil : "overview"
        ) { html in
            // Where alerts are told, and read out when one comes.
            html.element("div", [.id("alerts"), .attribute("role", "status")], "")
            guard !numbers.isEmpty else { return welcome(&html) }
            write(numbers, &html)
            latest.write(to: &html, desk.request)
            html.element("p", [.class("note")]) { html in
                html.text("The numbers as files: ")
                for days in [7, 30] {
                    for format in [PageFormat.json, .csv] {
                        html.link(
                            "\(format.rawValue.uppercased()) of \(days) days",
                            WindowChoice.with(days, choice, PageURL("/telemetry/metrics/")).format(format))
                        html.text(" ")
                    }
                }
            }
        }
    }

    /// All that is computed; what is live of it stands in parts.
    static func write(_ numbers: OverviewNumbers, _ html: inout HTMLText) {
        OverviewHero(numbers).write(to: &html)
        OverviewCards(numbers).write(to: &html)
        html.element("h2", [.class("section-title")], "Learners")
        OverviewLearners(numbers).write(to: &html)
        OverviewVersions(numbers).write(to: &html)
    }

    private static func welcome(_ html: inout HTMLText) {
        html.element("section", [.class("panel")]) { html in
            html.element("h1", "Nothing has arrived yet")
            html.element(
                "p", [.class("note")],
                "Alidade is waiting for events. Send it one, and this page shows what became of it:")
            html.element("pre", "alidade send events.jsonl --kind intelligence")
            html.element(
                "p", [.class("note")],
                "The documentation has programs for Django, FastAPI and Celery.")
        }
    }
}
