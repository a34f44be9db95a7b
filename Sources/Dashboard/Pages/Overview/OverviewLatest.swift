internal import HTML
internal import Store

/// The last things that happened.
struct OverviewLatest {
    private let recommendations: [RecommendationRow]
    private let outcomes: [OutcomeRow]
    private let views: [ViewRow]

    /// Of before the time that the page is of.
    @available(*, noasync)
    init(_ desk: PageDesk, before time: Int64) throws {
        let limit = ReadLimit(deadline: desk.reader.deadline, rows: 2000)
        do throws(ListError) {
            let lists = try desk.reader.lists()
            var (events, ends, looks) = (RecommendationFilter(), OutcomeFilter(), ViewFilter())
            (events.to, ends.to, looks.to) = (time, time, time)
            recommendations = try lists.recommendations(events, ListOrder(.date), .first, count: 10, limit).rows
            outcomes = try lists.outcomes(ends, ListOrder(.date), .first, count: 10, limit).rows
            views = try lists.views(looks, ListOrder(.date), .first, count: 10, limit).rows
        } catch { throw ListFault.make(error, desk.request.url) }
    }

    func write(to html: inout HTMLText, _ request: PageRequest) {
        html.element("h2", [.class("section-title")], "The latest")
        html.element("div", [.class("grid")]) { html in
            panel(
                "Recommendations", .events, recommendations, [0, 1, 2, 4], RecommendationListing.columns, request, &html
            )
            panel("Outcomes", .outcomes, outcomes, [0, 1, 2], OutcomeListing.columns, request, &html)
            panel("Activity", .activity, views, [0, 1, 2], ViewListing.columns, request, &html)
        }
    }

    private func panel<Row>(
        _ title: String, _ section: Section, _ rows: [Row], _ places: [Int], _ columns: [ListColumn<Row>],
        _ request: PageRequest, _ html: inout HTMLText
    ) {
        let shown = places.map { columns[$0] }
        html.panel(title) { html in
            guard !rows.isEmpty else { return html.empty("There is nothing yet.") }
            html.table(
                "The latest: \(title.lowercased())", shown.map { TableHead($0.title ?? "", number: $0.isNumber) }
            ) { html in
                for row in rows {
                    html.element("tr") { html in
                        for column in shown {
                            if case .time(let time) = column.value(row) {
                                html.element("td", [.class("t")]) { $0.time(time, request, \.short) }
                            } else {
                                column.write(row, request, to: &html)
                            }
                        }
                    }
                }
            }
            html.element("p", [.class("pages")]) { $0.link("All", section.path) }
        }
    }
}
