internal import MetricsCatalogue
internal import Events
internal import Store

/// What the address of the list of sessions asks for.
struct SessionsChoice {
    let window: WindowChoice
    let filter: SessionListFilter
    let order: ListOrder<SessionOrder>
    let place: ListPlace
    let count: Int
    /// Of one whose id cannot stand in a path.
    let session: String?
    /// Nothing but the window is asked for.
    let isWhole: Bool
    let unfiltered: PageURL

    init(_ desk: PageDesk) throws {
        var parameters = desk.parameters
        window = WindowChoice(&parameters, days: 30, desk.request)
        filter = Self.filter(&parameters, window)
        let keys = SessionOrder.allCases.map(\.rawValue)
        let sort = parameters.word("sort", of: keys + keys.map { "-\($0)" }) ?? "date"
        order = ListOrder(
            SessionOrder(rawValue: sort.hasPrefix("-") ? String(sort.dropFirst()) : sort) ?? .date,
            isReversed: sort.hasPrefix("-"))
        let rows = parameters.word("limit", of: ListRows.offered)
        count = rows.flatMap { Int($0) } ?? ListRows.usual
        place = ListPlaces.read(&parameters, window.zone, isReversed: order.isReversed)
        session = parameters.text("session", longest: 1024)
        try parameters.finish()
        let plain = ["days", "from", "to", "until", "complete", "tz", "sort", "limit"]
        let url = ListPlaces.beginning(desk.request.url)
        isWhole = url.query.pairs.allSatisfy { plain.contains($0.name) || $0.value.isEmpty }
        unfiltered = PageURL(url.path, FormValues(url.query.pairs.filter { plain.contains($0.name) }))
    }

    private static func filter(_ parameters: inout Parameters, _ window: WindowChoice) -> SessionListFilter {
        var filter = SessionListFilter()
        filter.statuses = parameters.texts("status")
        filter.tracks = parameters.texts("track")
        filter.workStyles = parameters.texts("work_style")
        filter.difficulties = parameters.texts("difficulty")
        filter.isAccepted = parameters.word("accepted", of: ["1", "0"]).map { $0 == "1" }
        filter.isViolation = parameters.flag("violation")
        filter.driftAbove = parameters.number("drift_above", in: 0...100)
        filter.user = parameters.text("user")
        filter.warning = parameters.word("warning", of: Warning.Code.allCases.map(\.rawValue))
        (filter.from, filter.to) = (window.window.from, window.window.to)
        return filter
    }

    /// Whether the list would be shown in this order; over so many days, or over its own window.
    func isShown(by order: SessionOrder, days: Int? = nil) -> Bool {
        if [.date, .status].contains(order) || filter.user != nil { return true }
        let length = days.map { Int64($0) * 86_400_000_000 } ?? window.window.to - window.window.from
        return length <= ListLimit.sortedMicroseconds
    }
}
