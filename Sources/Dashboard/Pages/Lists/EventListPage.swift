internal import Events
internal import HTML
internal import JSON
internal import Store

/// A list of events as HTML, JSON and CSV.
enum EventListPage<List: EventListing> {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        if let answer = ListPlaces.withoutDoubleWindow(desk) { return answer }
        let choice = try ListChoice<List>(desk.request)
        if desk.request.format == .csv { return csv(choice, desk.request) }
        if desk.request.format == .svg {
            var chart = try List.chart(desk, choice)
            if choice.scope.isWhole { chart.name += ". \(ListScope.note)" }
            return chart.file
        }
        let limit = ReadLimit(deadline: desk.reader.deadline)
        let page: ListPage<List.Row>
        let arrived: ListCount?
        do throws(ListError) {
            let lists = try desk.reader.lists()
            page = try List.page(lists, choice.filter, choice.order, choice.place, count: choice.count, limit)
            arrived = try choice.mark.map { mark throws(ListError) in
                try List.arrivals(lists, choice.filter, since: mark, limit)
            }
        } catch { throw ListFault.make(error, desk.request.url) }
        if desk.request.format == .json { return json(page, desk.request) }
        let desk = try desk.of(choice.window)
        // What may fail is read before anything is written.
        let summary = try List.summary(desk, choice)
        let lists = try desk.reader.lists()
        let total = ListPlaces.total(List.total(summary, choice), page, desk.reader.deadline) {
            limit throws(ListError) in
            try List.count(lists, choice.filter, limit)
        }
        let table = ListTable(
            caption: "\(List.section.rawValue), \(choice.window.title)", page: page, columns: List.columns,
            sort: choice.order.text, mark: choice.mark ?? page.mark,
            total: ListPlaces.words(total, choice.isWhole ? "event" : "match", choice.isWhole ? nil : "match")
        ) { key in List.Order(rawValue: key).map { choice.isShown(by: $0) } ?? true }
        return desk.layout.page(
            List.section.rawValue, in: List.section, asOf: choice.window.now,
            live: choice.window.isFrozen ? nil : ListArrivals.name(List.self), mark: choice.mark ?? page.mark,
            formats: [.json, .csv, .svg]
        ) { html in
            head(choice, summary, desk, &html)
            List.write(summary, desk, choice, &html)
            html.element("section", [.class("panel")]) { html in
                ListArrivals.write(arrived, desk.request, &html)
                table.write(desk.request, &html)
            }
        }
    }

    // MARK: HTML

    private static func head(
        _ choice: ListChoice<List>, _ summary: List.Summary, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        html.element("div", [.class("head")]) { html in
            html.element("div") { html in
                html.element("h1", List.section.rawValue)
                html.element("p", List.intro)
            }
            ListWindows.write(desk.request, choice.window.days, &html) {
                choice.isShown(by: choice.order.key, days: $0)
            }
        }
        html.element("details", [.class("filter"), .flag("open", !choice.isWhole)]) { html in
            html.element("summary", "Filter, or go to a time")
            var form = FilterForm(desk.request)
            List.form(summary, &form)
            form.rest()
            form.write(to: &html) { html in
                guard !choice.isWhole else { return }
                let kept = ["days", "from", "to", "until", "complete", "tz", "sort", "limit", "anonymous"]
                let url = desk.request.url
                html.link(
                    "Without filters",
                    PageURL(url.path, FormValues(url.query.pairs.filter { kept.contains($0.name) })),
                    class: "button quiet")
            }
        }
    }

    // MARK: Files

    private static func json(_ page: ListPage<List.Row>, _ request: PageRequest) -> PageAnswer {
        var json = JSONText()
        json.object { json in
            json.array("rows") { json in
                for row in page.rows {
                    json.object { json in
                        for column in List.columns {
                            column.value(row, hiding: request.pseudonyms).write(to: &json, as: column.name)
                        }
                    }
                }
            }
            json.member("before", page.before)
            json.member("after", page.after)
            json.member("stopped_at", page.stoppedAt.map { RFC3339.text($0) })
        }
        return .json(200, json.text)
    }

    private static func csv(_ choice: ListChoice<List>, _ request: PageRequest) -> PageAnswer {
        PageAnswer(
            contentType: CSVText.contentType, pieces: ListFile<List>(choice, hiding: request.pseudonyms),
            fields: ["Content-Disposition": "attachment; filename=\"\(List.section.rawValue.lowercased()).csv\""])
    }
}
