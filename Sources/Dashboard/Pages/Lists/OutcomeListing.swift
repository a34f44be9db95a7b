internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Rollups
internal import Store

/// How signals ended.
enum OutcomeListing: EventListing {
    static let section = Section.outcomes
    static let intro = "How risk signals ended, and what had been recommended before."
    static let firstOrder = OutcomeOrder.date
    static let sortedOrders: [OutcomeOrder] = [.signal, .resolution, .received]

    static let columns: [ListColumn<OutcomeRow>] = [
        ListColumn("occurred_at", "Time", order: "date") { .time($0.occurredAt) },
        ListColumn("risk_signal_id", "Signal", number: true, order: "signal", { .integer($0.signal) }) {
            row, request, html in
            html.signal(row.signal, request)
        },
        ListColumn("outcome_status", "Outcome", order: "status", { .text($0.status) }) { row, _, html in
            html.element(
                "span", [.class("tag \(tags[row.status] ?? "")")], row.status.lowercased().replacing("_", with: " "))
        },
        ListColumn(
            "resolution_time_hours", "Resolution", number: true, order: "resolution", { .number($0.resolutionHours) }
        ) { row, _, html in
            html.text(Words.duration(seconds: row.resolutionHours.map { $0 * 3600 }))
        },
        ListColumn("last_recommendation", "Recommended") { .text($0.lastRecommendation?.type) },
        ListColumn("last_action", "Then", { .text($0.lastAction?.action) }) { row, _, html in
            if let action = row.lastAction?.action {
                html.element("span", [.class("tag \(action.lowercased())")], action.lowercased())
            } else {
                html.text("–")
            }
        },
        ListColumn("admin_note_id", "Note", number: true, { .integer($0.noteID) }) { row, _, html in
            html.text(row.noteID.map { "\($0)" } ?? "–")
        },
        ListColumn("explanation_version", "Version", order: "version") { .text($0.version) },
        ListColumn("received_at", nil, order: "received") { .time($0.receivedAt) },
        ListColumn("warnings", "▲", { .list($0.warnings) }) { row, _, html in html.warnings(row.warnings) },
        ListColumn("event_id", "Event", { .text($0.eventID) }) { row, request, html in
            html.eventLink(row.eventID, request)
        },
        ListColumn("seq", nil) { .integer($0.seq) },
    ]

    private static let tags = ["RESOLVED": "good", "FALSE_POSITIVE": "bad", "ESCALATED": "warn"]

    static func filter(_ parameters: inout Parameters, _ window: WindowChoice) -> OutcomeFilter {
        var filter = OutcomeFilter()
        filter.statuses = parameters.words("status", of: OutcomeStatus.allCases.map(\.rawValue))
        filter.versions = parameters.texts("version")
        filter.signal = parameters.integer("signal", in: 1...Int64.max)
        filter.minimumHours = parameters.number("min_hours", in: 0...1e9)
        filter.maximumHours = parameters.number("max_hours", in: 0...1e9)
        filter.warning = parameters.word("warning", of: Warning.Code.allCases.map(\.rawValue))
        (filter.from, filter.to) = (window.window.from, window.window.to)
        return filter
    }

    static func isNarrow(_ filter: OutcomeFilter) -> Bool { filter.signal != nil }

    static func scope(_ filter: OutcomeFilter) -> ListScope {
        ListScope(
            [],
            isAll: filter.versions.isEmpty && filter.signal == nil && filter.minimumHours == nil
                && filter.maximumHours == nil && filter.warning == nil)
    }

    static func seq(_ row: OutcomeRow) -> Int64 { row.seq }

    static func page(
        _ lists: any EventLists, _ filter: OutcomeFilter, _ order: ListOrder<OutcomeOrder>, _ place: ListPlace,
        count: Int, _ limit: ReadLimit
    ) throws(ListError) -> ListPage<OutcomeRow> {
        try lists.outcomes(filter, order, place, count: count, limit)
    }

    static func count(_ lists: any EventLists, _ filter: OutcomeFilter, _ limit: ReadLimit) throws(ListError)
        -> ListCount
    { try lists.count(of: filter, limit) }

    static func arrivals(
        _ lists: any EventLists, _ filter: OutcomeFilter, since mark: Int64, _ limit: ReadLimit
    ) throws(ListError) -> ListCount {
        var filter = filter
        filter.to = nil
        return try lists.arrivals(of: filter, since: mark, limit)
    }
}
