internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Rollups
internal import Store

/// Who is most active, and how many are.
extension ViewListing {
    /// Administrators where all are asked for.
    private static let mostShown = 200

    struct Summary {
        let answer: MetricAnswer?
        let isAll: Bool
        /// The most active, with how many events.
        let top: [(id: Int64, count: Int64)]
        /// What they did; of a filtered list nobody knows.
        let activity: [AdminActivity]

        var events: [MetricValue.Member] { answer?.result["events"]?.members ?? [] }
        var total: Int64 { events.reduce(0) { $0 + ($1.value.integer ?? 0) } }
        var active: Int64 { answer?.result["active_admins"]?.integer ?? 0 }
    }

    static func summary(_ desk: PageDesk, _ choice: ListChoice<ViewListing>) throws -> Summary {
        let answer = try answer(desk, choice)
        let isAll = desk.request.url.query["all"] == "1" && choice.scope.filter.isEmpty
        guard choice.scope.filter.isEmpty else {
            let top = (answer?.result["top_admins"]?.elements ?? []).compactMap { admin in
                admin["admin_user_id"]?.integer.map { (id: $0, count: admin["events"]?.integer ?? 0) }
            }
            return Summary(answer: answer, isAll: false, top: top, activity: [])
        }
        let window = choice.window.window
        let top = try desk.reader.metrics().mostActiveAdmins(isAll ? mostShown : 10, over: window)
        do throws(ListError) {
            let activity = try desk.reader.lists().viewActivity(
                of: top.map(\.id), from: window.from, to: window.to, deadline: desk.reader.deadline)
            return Summary(answer: answer, isAll: isAll, top: top.map { ($0.id, $0.events) }, activity: activity)
        } catch { throw ListFault.make(error, desk.request.url) }
    }

    private static func answer(_ desk: PageDesk, _ choice: ListChoice<ViewListing>) throws -> MetricAnswer? {
        let window = choice.window
        return try desk.answers(
            to: MetricRequest(
                ["admin_engagement"], span: window.span, interval: ChartInterval.fitting(window), zone: window.zone,
                filter: choice.scope.filter), at: window.now)["admin_engagement"]
    }

    static func total(_ summary: Summary, _ choice: ListChoice<ViewListing>) -> Int64? {
        choice.scope.isWhole ? nil : summary.total
    }

    static func form(_ summary: Summary, _ form: inout FilterForm) {
        form.boxes("type", "Opened", ViewType.allCases.map(\.rawValue))
        form.field("admin", "Administrator", size: 8)
        form.field("signal", "Signal", size: 8)
        form.field("version", "Version", size: 6)
        form.select("warning", "Warning", WarningCodes.intelligence, all: "any")
        form.flag("anonymous", "Hide who")
    }

    static func chart(_ desk: PageDesk, _ choice: ListChoice<ViewListing>) throws -> Chart {
        admins(try answer(desk, choice), choice.window)
    }

    private static func admins(_ answer: MetricAnswer?, _ window: WindowChoice) -> Chart {
        let interval = ChartInterval.fitting(window)
        let slots = (answer?.series?.parts ?? []).map { part in
            let count = part.result["active_admins"]?.integer ?? 0
            let time = PageTime(part.window.from, window.zone)
            let label = interval == .hour ? time.short : time.shortDate
            return Chart.Slot(
                title: "\(label)\n\(Words.count(count, "administrator"))", label: label, isPartial: part.isPartial,
                bars: [Double(count)])
        }
        return Chart(
            name: "Active administrators by \(interval.rawValue)", slots: slots, barClasses: ["first"],
            top: Words.count(Int64(slots.map { $0.bars[0] }.max() ?? 0)))
    }

    static func write(_ summary: Summary, _ desk: PageDesk, _ choice: ListChoice<ViewListing>, _ html: inout HTMLText) {
        let others = choice.scope.isWhole ? ListScope.note : nil
        html.element("div", [.class("grid wide")]) { html in
            html.panel(
                "The most active",
                note:
                    "\(Words.count(summary.active, "administrator")) opened something, \(Words.count(summary.total, "time")) in all\(others.map { ". " + $0 } ?? "")",
                // The page of the metric names everybody.
                metric: desk.request.pseudonyms == nil ? "admin_engagement" : nil
            ) { html in
                guard !summary.top.isEmpty else { return html.empty("Nobody opened anything in this window.") }
                table(summary, desk, &html)
                if summary.active > 10, choice.scope.filter.isEmpty { more(summary, desk, &html) }
            }
            html.panel("Active administrators by \(ChartInterval.fitting(choice.window).rawValue)", note: others) {
                html in
                admins(summary.answer, choice.window).write(to: &html)
                html.element("ul", [.class("legend")]) { html in
                    for event in summary.events where event.value.integer ?? 0 > 0 {
                        html.element("li") { html in
                            html.text(event.name.lowercased().replacing("_", with: " ") + " ")
                            html.element("b", Words.count(event.value.integer ?? 0))
                        }
                    }
                }
            }
        }
    }

    private static func table(_ summary: Summary, _ desk: PageDesk, _ html: inout HTMLText) {
        let knowsMore = !summary.activity.isEmpty
        let types = knowsMore ? summary.events.filter { $0.value.integer ?? 0 > 0 }.map(\.name) : []
        html.table(
            "The most active",
            [TableHead("Administrator", number: true), TableHead("Share"), TableHead("Events", number: true)]
                + types.map { TableHead($0.lowercased().replacing("_", with: " "), number: true) }
                + (knowsMore ? [TableHead("Last seen")] : [])
        ) { html in
            for (id, count) in summary.top {
                let seen = summary.activity.first { $0.admin == id }
                html.element("tr") { html in
                    html.element("td", [.class("n")]) { $0.admin(id, desk.request) }
                    html.element("td", [.class("w")]) {
                        $0.bar(summary.total > 0 ? Double(count) / Double(summary.total) : 0)
                    }
                    html.number(Words.count(count))
                    for type in types {
                        html.number(Words.count(seen?.counts.first { $0.type == type }?.count ?? 0))
                    }
                    guard knowsMore else { return }
                    html.element("td", [.class("t")]) { html in
                        if let last = seen?.lastAt { html.time(last, desk.request, \.shortDate) }
                    }
                }
            }
        }
    }

    private static func more(_ summary: Summary, _ desk: PageDesk, _ html: inout HTMLText) {
        html.element("p", [.class("note")]) { html in
            let url = ListPlaces.beginning(desk.request.url).without("all")
            if summary.isAll {
                html.link("The ten most active", url)
            } else {
                html.link(
                    summary.active > mostShown ? "The \(mostShown) most active" : "All \(Words.count(summary.active))",
                    url.with("all", "1"))
            }
        }
    }
}
