internal import Events
package import TimeZones

/// How a window is cut into a series, by the clocks of a time zone.
package enum MetricInterval: String, Sendable, CaseIterable {
    /// From one full hour of the clocks to the next. Where they are set by less than an hour, there are shorter ones.
    case hour
    /// From midnight to midnight: 23 or 25 hours where the clocks are set.
    case day
    /// From Monday to Monday (ISO 8601).
    case week
    case month

    /// A part of a window.
    package struct Part: Sendable, Equatable {
        package var window: MetricWindow
        /// Where the hour, day, week or month that it belongs to ends.
        var end: Timestamp
    }

    /// The window in parts, in order and without gaps; the first and the last are cut where the window is. Nil where there are more than `limit`.
    package func parts(of window: MetricWindow, in zone: TimeZone, atMost limit: Int) -> [Part]? {
        var parts: [Part] = []
        var from = window.from
        while from < window.to {
            guard parts.count < limit else { return nil }
            let end = next(after: from, in: zone)
            let to = min(end, window.to)
            parts.append(Part(window: MetricWindow(from: from, to: to), end: end))
            from = to
        }
        return parts
    }

    /// Whether an hour, day, week or month begins at `time`.
    func begins(at time: Timestamp, in zone: TimeZone) -> Bool { next(after: time - 1, in: zone) == time }

    /// Where the hour, day, week or month that `time` is in ends.
    private func next(after time: Timestamp, in zone: TimeZone) -> Timestamp {
        let second = time.dividedDown(by: 1_000_000)
        return (self == .hour ? Self.nextHour(after: second, in: zone) : nextDay(after: second, in: zone)) * 1_000_000
    }

    private static func nextHour(after second: Int64, in zone: TimeZone) -> Int64 {
        let period = zone.period(at: second)
        let full = ((second + period.offset).dividedDown(by: 3600) + 1) * 3600 - period.offset
        guard period.end < full else { return full }
        // The clocks are set within this hour: by full hours it goes on where it is, otherwise another one begins.
        let moved = zone.period(at: period.end).offset - period.offset
        return moved % 3600 == 0 ? full : period.end
    }

    private func nextDay(after second: Int64, in zone: TimeZone) -> Int64 {
        var day = zone.day(at: second)
        // A day may begin twice, where the clocks are set back across midnight; it is one day.
        while true {
            day = first(after: day)
            let start = zone.startOfDay(day)
            if start > second { return start }
        }
    }

    /// The first day of what comes after what `day` is in; days are counted from 1970-01-01, a Thursday.
    private func first(after day: Int64) -> Int64 {
        switch self {
        case .hour, .day: day + 1
        case .week: (day + 3).dividedDown(by: 7) * 7 + 4
        case .month: CivilDate(days: day).firstOfNextMonth().days
        }
    }
}
