internal import Events
internal import MetricsCatalogue
internal import Store
internal import TimeZones

/// What the address of a list asks for.
struct ListChoice<List: EventListing> {
    let window: WindowChoice
    let filter: List.Filter
    let order: ListOrder<List.Order>
    let place: ListPlace
    let count: Int
    /// What had arrived when somebody opened the list: how many are newer is said.
    let mark: Int64?
    /// Nothing but the window is asked for.
    let isWhole: Bool
    let scope: ListScope

    init(_ request: PageRequest) throws {
        var parameters = Parameters(request.url)
        window = WindowChoice(&parameters, days: 30, request)
        filter = List.filter(&parameters, window)
        let keys = List.Order.allCases.map(\.rawValue)
        let sort = parameters.word("sort", of: keys + keys.map { "-\($0)" }) ?? List.firstOrder.rawValue
        let key = List.Order(rawValue: sort.hasPrefix("-") ? String(sort.dropFirst()) : sort) ?? List.firstOrder
        order = ListOrder(key, isReversed: sort.hasPrefix("-"))
        let rows = parameters.word("limit", of: ListRows.offered)
        count = rows.flatMap { Int($0) } ?? ListRows.usual
        mark = parameters.integer("mark", in: 0...Int64.max)
        place = ListPlaces.read(&parameters, window.zone, isReversed: order.isReversed)
        try parameters.finish()
        let plain = [
            "days", "from", "to", "until", "complete", "tz", "sort", "limit", "after", "before", "around", "mark",
            "last", "anonymous", "all",
        ]
        isWhole = request.url.query.pairs.allSatisfy { plain.contains($0.name) || $0.value.isEmpty }
        scope = List.scope(filter).fitting(window.window)
    }

    /// Whether the list would be shown in this order; over so many days, or over its own window.
    func isShown(by order: List.Order, days: Int? = nil) -> Bool {
        guard List.sortedOrders.contains(where: { $0.rawValue == order.rawValue }), !List.isNarrow(filter) else {
            return true
        }
        let length = days.map { Int64($0) * 86_400_000_000 } ?? window.window.to - window.window.from
        return length <= ListLimit.sortedMicroseconds
    }
}

/// How many rows of a list may be on a page.
enum ListRows {
    static let offered = ["25", "50", "100", "200"]
    static let usual = 50
}

/// Links between the pages of a list, and its form.
enum ListPlaces {
    /// Where a page begins.
    static func read(_ parameters: inout Parameters, _ zone: TimeZone, isReversed: Bool) -> ListPlace {
        let (after, before) = (parameters.text("after", longest: 8192), parameters.text("before", longest: 8192))
        // Of a day the newest is shown first, or the oldest where that is the order.
        let around = parameters.value("around") { text throws(ParameterError) -> Timestamp in
            if !isReversed, let date = CivilDate(text) { return zone.startOfDay(date.days + 1) * 1_000_000 }
            return try WindowChoice.moment(text, "around", zone)
        }
        let isLast = parameters.flag("last")
        let places = [
            after.map { ListPlace.after($0) }, before.map { .before($0) }, around.map { .around($0) },
            isLast ? .last : nil,
        ].compactMap { $0 }
        if places.count > 1 {
            parameters.fault("after", "after, before, around and last are alternatives; one is enough")
        }
        return places.first ?? .first
    }

    /// The address of the list from its beginning.
    static func beginning(_ url: PageURL) -> PageURL { url.without("after", "before", "around", "mark", "last") }

    /// A form sends both ends of the window beside its days; whoever writes ends means them.
    static func withoutDoubleWindow(_ desk: PageDesk) -> PageAnswer? {
        let url = desk.request.url
        let names = ["from", "to"].filter { !(url.query[$0] ?? "").isEmpty }
        guard desk.request.format == .html, !names.isEmpty, url.query["days"] != nil else { return nil }
        return .redirect(to: url.without("days").text)
    }

    /// How many rows a list has: from its counts, from its only page, or counted as far as may be read.
    static func total<Row>(
        _ known: Int64?, _ page: ListPage<Row>, _ deadline: ContinuousClock.Instant,
        _ count: (ReadLimit) throws(ListError) -> ListCount
    ) -> ListCount? {
        if let known { return ListCount(count: Int(known), isAtLeast: false) }
        if page.before == nil, page.after == nil { return ListCount(count: page.rows.count, isAtLeast: false) }
        return try? count(ReadLimit(deadline: min(deadline, .now + .milliseconds(100)), rows: 50_000))
    }

    static func words(_ total: ListCount?, _ name: String, _ many: String? = nil) -> String? {
        guard let total else { return nil }
        let count = Words.count(Int64(total.count), name, many)
        return total.isAtLeast ? "≥ \(count) in what was read" : count
    }
}
