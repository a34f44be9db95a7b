internal import Rollups
internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Store

/// What administrators looked at.
enum ViewListing: EventListing {
    static let section = Section.activity
    static let intro = "What administrators opened, and who is most active."
    static let firstOrder = ViewOrder.date
    static let sortedOrders: [ViewOrder] = [.admin, .signal, .received]

    static let columns: [ListColumn<ViewRow>] = [
        ListColumn("occurred_at", "Time", order: "date") { .time($0.occurredAt) },
        ListColumn("admin_user_id", "Administrator", number: true, order: "admin", { .integer($0.admin) }) {
            row, request, html in
            html.admin(row.admin, request)
        },
        ListColumn("event_type", "Opened", line: true, order: "type", { .text($0.type) }) { row, _, html in
            html.text(row.type.lowercased().replacing("_", with: " "))
        },
        ListColumn("risk_signal_id", "Signal", number: true, order: "signal", { .integer($0.signal) }) {
            row, request, html in
            if let signal = row.signal { html.signal(signal, request) } else { html.text("–") }
        },
        ListColumn("explanation_version", "Version", order: "version") { .text($0.version) },
        ListColumn("received_at", nil, order: "received") { .time($0.receivedAt) },
        ListColumn("warnings", "▲", { .list($0.warnings) }) { row, _, html in html.warnings(row.warnings) },
        ListColumn("event_id", "Event", { .text($0.eventID) }) { row, request, html in
            html.eventLink(row.eventID, request)
        },
        ListColumn("seq", nil) { .integer($0.seq) },
    ]

    static func filter(_ parameters: inout Parameters, _ window: WindowChoice) -> ViewFilter {
        var filter = ViewFilter()
        filter.types = parameters.words("type", of: ViewType.allCases.map(\.rawValue))
        filter.versions = parameters.texts("version")
        filter.admin = parameters.integer("admin", in: 1...Int64.max)
        parameters.ignore("anonymous")
        _ = parameters.flag("all")
        filter.signal = parameters.integer("signal", in: 1...Int64.max)
        filter.warning = parameters.word("warning", of: Warning.Code.allCases.map(\.rawValue))
        (filter.from, filter.to) = (window.window.from, window.window.to)
        return filter
    }

    static func isNarrow(_ filter: ViewFilter) -> Bool { filter.signal != nil || filter.admin != nil }

    static func scope(_ filter: ViewFilter) -> ListScope {
        ListScope(
            [(.explanationVersion, filter.versions), (.admin, filter.admin.map { ["\($0)"] } ?? [])],
            isAll: filter.types.isEmpty && filter.signal == nil && filter.warning == nil)
    }

    static func seq(_ row: ViewRow) -> Int64 { row.seq }

    static func page(
        _ lists: any EventLists, _ filter: ViewFilter, _ order: ListOrder<ViewOrder>, _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<ViewRow> {
        try lists.views(filter, order, place, count: count, limit)
    }

    static func count(_ lists: any EventLists, _ filter: ViewFilter, _ limit: ReadLimit) throws(ListError) -> ListCount
    {
        try lists.count(of: filter, limit)
    }

    static func arrivals(
        _ lists: any EventLists, _ filter: ViewFilter, since mark: Int64, _ limit: ReadLimit
    ) throws(ListError) -> ListCount {
        var filter = filter
        filter.to = nil
        return try lists.arrivals(of: filter, since: mark, limit)
    }
}
