internal import MetricsCatalogue
internal import Terminal
internal import TimeZones

/// Results over time: a row for each part of the window.
extension MetricTable {
    func blocks(_ series: MetricSeries, _ shape: MetricShape) -> [OutputText] {
        let zone = (try? TimeZoneDatabase.zone(named: series.zone)) ?? .utc
        let rows = series.parts.map { part in
            MetricValue.Member(
                Self.name(of: part.window.from, series.interval, zone) + (part.isPartial ? " …" : ""), part.result)
        }
        let title: OutputText = "by \(series.interval.rawValue), \(series.zone)"
        return ["", "  \(title)"] + table(.object(rows), .map(of: series.interval.rawValue, shape.withoutInner))
    }

    /// By the clocks of the zone.
    private static func name(of time: Int64, _ interval: MetricInterval, _ zone: TimeZone) -> String {
        let second = time.dividedDown(by: 1_000_000)
        let local = second + zone.period(at: second).offset
        let date = CivilDate(days: local.dividedDown(by: 86_400))
        let day = "\(twoDigits(date.year))-\(twoDigits(date.month))-\(twoDigits(date.day))"
        switch interval {
        case .month: return String(day.dropLast(3))
        case .day, .week: return day
        case .hour:
            let minute = (local - local.dividedDown(by: 86_400) * 86_400) / 60
            return "\(day) \(twoDigits(minute / 60)):\(twoDigits(minute % 60))"
        }
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension MetricShape {
    /// Of an object with single values only these: a table in each row of a table can be read by nobody.
    fileprivate var withoutInner: MetricShape {
        guard case .object(let members) = self else { return self }
        let single = members.filter(\.shape.isSingle)
        return single.isEmpty ? self : .object(single)
    }
}
