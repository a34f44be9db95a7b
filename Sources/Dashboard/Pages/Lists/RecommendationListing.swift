internal import Rollups
internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Store

/// Recommendation events.
enum RecommendationListing: EventListing {
    static let section = Section.events
    static let intro = "What administrators saw and what they did, event by event."
    static let firstOrder = RecommendationOrder.date
    static let sortedOrders: [RecommendationOrder] = [.signal, .admin, .decisionTime, .received]

    static let columns: [ListColumn<RecommendationRow>] = [
        ListColumn("occurred_at", "Time", order: "date") { .time($0.occurredAt) },
        ListColumn("action_taken", "Action", order: "action", { .text($0.action) }) { row, _, html in
            html.element("span", [.class("tag \(row.action.lowercased())")], row.action.lowercased())
        },
        ListColumn("risk_signal_id", "Signal", number: true, order: "signal", { .integer($0.signal) }) {
            row, request, html in
            html.signal(row.signal, request)
        },
        ListColumn("admin_user_id", "Administrator", number: true, order: "admin", { .integer($0.admin) }) {
            row, request, html in
            html.link(
                "\(row.admin)",
                HTMLText.listURL(section, request).with("admin", "\(row.admin)"))
        },
        ListColumn("recommendation_type", "Type", order: "type") { .text($0.type) },
        ListColumn("confidence_at_time", "Confidence") { .text($0.confidence) },
        ListColumn(
            "decision_time_ms", "Decision time", number: true, order: "decision_time",
            { .integer($0.decisionMilliseconds) }
        ) { row, _, html in
            html.text(Words.duration(seconds: row.decisionMilliseconds.map { Double($0) / 1000 }))
        },
        ListColumn("explanation_version", "Version", order: "version") { .text($0.version) },
        ListColumn("received_at", "Received", line: true, order: "received", { .time($0.receivedAt) }) {
            row, request, html in
            let lag = Double(row.receivedAt - row.occurredAt) / 1e6
            html.element(
                "span", [.attribute("title", PageTime(row.receivedAt, request.zone).full)],
                lag < 0 ? "before" : "+\(Words.metric.duration(lag))")
        },
        ListColumn("propensity", nil) { .number($0.propensity) },
        ListColumn("warnings", "▲", { .list($0.warnings) }) { row, _, html in html.warnings(row.warnings) },
        ListColumn("event_id", "Event", { .text($0.eventID) }) { row, request, html in
            html.eventLink(row.eventID, request)
        },
        ListColumn("seq", nil) { .integer($0.seq) },
    ]

    static func filter(_ parameters: inout Parameters, _ window: WindowChoice) -> RecommendationFilter {
        var filter = RecommendationFilter()
        filter.actions = parameters.words("action", of: RecommendationAction.allCases.map(\.rawValue))
        filter.types = parameters.texts("type")
        filter.confidences = parameters.texts("confidence")
        filter.versions = parameters.texts("version")
        filter.signal = parameters.integer("signal", in: 1...Int64.max)
        filter.admin = parameters.integer("admin", in: 1...Int64.max)
        filter.minimumMilliseconds = parameters.integer("min_ms", in: 0...Int64.max)
        filter.maximumMilliseconds = parameters.integer("max_ms", in: 0...Int64.max)
        filter.isLate = parameters.flag("late")
        filter.warning = parameters.word("warning", of: Warning.Code.allCases.map(\.rawValue))
        (filter.from, filter.to) = (window.window.from, window.window.to)
        return filter
    }

    static func isNarrow(_ filter: RecommendationFilter) -> Bool { filter.signal != nil || filter.admin != nil }

    static func scope(_ filter: RecommendationFilter) -> ListScope {
        let isAll =
            filter.signal == nil && filter.minimumMilliseconds == nil && filter.maximumMilliseconds == nil
            && !filter.isLate && filter.warning == nil
        return ListScope(
            [
                (.recommendationType, filter.types), (.confidence, filter.confidences),
                (.explanationVersion, filter.versions), (.admin, filter.admin.map { ["\($0)"] } ?? []),
            ], isAll: isAll)
    }

    static func seq(_ row: RecommendationRow) -> Int64 { row.seq }

    static func page(
        _ lists: any EventLists, _ filter: RecommendationFilter, _ order: ListOrder<RecommendationOrder>,
        _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<RecommendationRow> {
        try lists.recommendations(filter, order, place, count: count, limit)
    }

    static func count(_ lists: any EventLists, _ filter: RecommendationFilter, _ limit: ReadLimit) throws(ListError)
        -> ListCount
    { try lists.count(of: filter, limit) }

    static func arrivals(
        _ lists: any EventLists, _ filter: RecommendationFilter, since mark: Int64, _ limit: ReadLimit
    ) throws(ListError) -> ListCount {
        var filter = filter
        filter.to = nil
        return try lists.arrivals(of: filter, since: mark, limit)
    }

    struct Summary {
        let counts: ActionCounts
        let facets: EventFacets
    }

    static func chart(_ desk: PageDesk, _ choice: ListChoice<RecommendationListing>) throws -> Chart {
        try ActionCounts(desk, choice).chart
    }

    static func summary(_ desk: PageDesk, _ choice: ListChoice<RecommendationListing>) throws -> Summary {
        Summary(counts: try ActionCounts(desk, choice), facets: try EventFacets(desk, choice.window))
    }

    static func total(_ summary: Summary, _ choice: ListChoice<RecommendationListing>) -> Int64? {
        choice.scope.isWhole ? nil : summary.counts.total
    }

    static func form(_ summary: Summary, _ form: inout FilterForm) {
        form.boxes("action", "Action", summary.facets.actions)
        form.boxes("type", "Type", summary.facets.types)
        form.boxes("confidence", "Confidence", summary.facets.confidences)
        form.boxes("version", "Version", summary.facets.versions)
        form.field("signal", "Signal", size: 8)
        form.field("admin", "Administrator", size: 8)
        form.field("min_ms", "At least, ms", size: 7)
        form.field("max_ms", "At most, ms", size: 7)
        form.flag("late", "Came an hour late")
        form.select("warning", "Warning", WarningCodes.intelligence, all: "any")
    }

    static func write(
        _ summary: Summary, _ desk: PageDesk, _ choice: ListChoice<RecommendationListing>, _ html: inout HTMLText
    ) {
        let counts = summary.counts
        let interval = ChartInterval.fitting(choice.window).rawValue
        html.panel(
            "\(Words.count(counts.total, "event")), \(choice.window.title)", class: "block",
            note: choice.scope.isWhole ? ListScope.note : "By \(interval) and action"
        ) { html in
            counts.chart.write(to: &html)
            html.element("ul", [.class("legend")]) { html in
                for (name, count) in counts.totals {
                    html.element("li") { html in
                        html.element("i", [.class(name)], "")
                        html.link(name, ListPlaces.beginning(desk.request.url).with("action", name.uppercased()))
                        html.text(" ")
                        html.element("b", Words.count(count))
                    }
                }
            }
        }
    }
}

extension ActionCounts {
    /// As far as the filter of the list can be followed.
    @available(*, noasync)
    fileprivate init(_ desk: PageDesk, _ choice: ListChoice<RecommendationListing>) throws {
        try self.init(
            desk, choice.window, choice.scope.filter, only: choice.scope.isWhole ? [] : choice.filter.actions)
    }
}
