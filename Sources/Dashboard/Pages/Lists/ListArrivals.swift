internal import Events
internal import HTML
internal import Staff
internal import Store
internal import TimeZones

/// How many events came since a list was opened, for the stream of its page: rows never move by themselves.
enum ListArrivals {
    /// So many rows are read each time at most; of what is beyond, it is said that there may be more.
    private static let most = 20_000

    /// The streams; their parameters are those of the list, and `mark`.
    static let names = [name(RecommendationListing.self), name(OutcomeListing.self), name(ViewListing.self)]

    static func name<List: EventListing>(_ list: List.Type) -> String { "\(list.section)" }

    /// Nil where nobody says since when.
    @available(*, noasync)
    static func count(_ name: String, _ query: FormValues, _ zone: TimeZone, _ reader: PageReader, now: Timestamp)
        throws -> ListCount?
    {
        // Who asks has been let in; a count names nobody.
        let visitor = Visitor(name: "", roles: [.analyst], way: .session, peer: "", formKey: FormKey())
        let url = PageURL("/telemetry/\(name)/", query).without("page")
        let request = PageRequest(url, visitor: visitor, now: now, zone: zone)
        return switch name {
        case self.name(RecommendationListing.self): try count(RecommendationListing.self, request, reader)
        case self.name(OutcomeListing.self): try count(OutcomeListing.self, request, reader)
        case self.name(ViewListing.self): try count(ViewListing.self, request, reader)
        default: nil
        }
    }

    @available(*, noasync)
    private static func count<List: EventListing>(_ list: List.Type, _ request: PageRequest, _ reader: PageReader)
        throws -> ListCount?
    {
        let choice = try ListChoice<List>(request)
        guard let mark = choice.mark else { return nil }
        return try List.arrivals(
            reader.lists(), choice.filter, since: mark, ReadLimit(deadline: reader.deadline, rows: most))
    }

    static func words(_ count: ListCount) -> String {
        "\(Words.count(Int64(count.count)))\(count.isAtLeast ? " or more" : "") new \(count.count == 1 ? "event" : "events")"
    }

    /// The link to them; it stands aside, so that no row moves when it appears.
    static func write(_ count: ListCount?, _ request: PageRequest, _ html: inout HTMLText) {
        let text = count.flatMap { $0.count > 0 ? words($0) : nil }
        html.element(
            "a",
            [
                .id("new"), .class("button new"), .href(ListPlaces.beginning(request.url).text),
                .flag("hidden", text == nil),
            ],
            text ?? "")
    }
}
