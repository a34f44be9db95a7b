package import Events
package import TimeZones

/// Which time is asked about.
package enum MetricSpan: Sendable, Equatable {
    /// So many times 24 hours, until now.
    case days(Int)
    case times(from: Timestamp, to: Timestamp)

    package func window(at now: Timestamp) -> MetricWindow {
        switch self {
        case .days(let days): MetricWindow(days: days, endingAt: now)
        case .times(let from, let to): MetricWindow(from: from, to: to)
        }
    }

    /// Nothing but one of both ways may be used; a date begins in `zone`.
    package init(days: Int?, from: String?, to: String?, in zone: TimeZone) throws(MetricRequestError) {
        switch (days, from, to) {
        case (let days?, nil, nil):
            guard MetricWindow.days.contains(days) else {
                let range = MetricWindow.days
                throw MetricRequestError(
                    .invalidDays, "days is \(days), not between \(range.lowerBound) and \(range.upperBound)")
            }
            self = .days(days)
        case (nil, let from?, let to?):
            let times = try (Self.time(from, named: "from", zone), Self.time(to, named: "to", zone))
            guard times.0 < times.1 else {
                throw MetricRequestError(.invalidWindow, "from is \(from), which is not before to, \(to)")
            }
            let days = MetricWindow.longestDays
            guard times.1 - times.0 <= Timestamp(days) * MetricWindow.microsecondsOfDay else {
                throw MetricRequestError(.invalidWindow, "from \(from) to \(to) is more than \(days) days")
            }
            self = .times(from: times.0, to: times.1)
        case (nil, nil, nil):
            throw MetricRequestError(.invalidDays, "days is missing; or say from and to")
        case (_?, _, _): throw MetricRequestError(.invalidWindow, "days and from or to are both there; one is enough")
        case (nil, _, _):
            throw MetricRequestError(
                .invalidWindow, "\(from == nil ? "from" : "to") is missing beside \(from == nil ? "to" : "from")")
        }
    }

    private static func time(_ text: String, named name: String, _ zone: TimeZone) throws(MetricRequestError)
        -> Timestamp
    {
        if let date = CivilDate(text) { return zone.startOfDay(date.days) * 1_000_000 }
        switch RFC3339.parse(text) {
        case .success(let time): return time
        case .failure(let failure):
            let isDate = text.utf8.count == 10 && failure == .malformed
            let why = isDate ? "is no date such as 2026-02-09" : failure.explanation
            throw MetricRequestError(
                .invalidWindow, "\(name) is \(MetricRequestError.quoted(text)), which \(why); a date alone will do, too"
            )
        }
    }
}
