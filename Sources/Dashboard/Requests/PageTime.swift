package import Events
package import TimeZones

/// A time as people read it in a zone.
package struct PageTime: Sendable {
    let time: Timestamp
    private let local: (date: CivilDate, seconds: Int64)

    package init(_ time: Timestamp, _ zone: TimeZone) {
        self.time = time
        let second = time.dividedDown(by: 1_000_000)
        let shifted = second + zone.period(at: second).offset
        let day = shifted.dividedDown(by: 86_400)
        local = (CivilDate(days: day), shifted - day * 86_400)
    }

    /// For the attribute of that name: `2026-02-09T12:00:00.000000Z`.
    package var datetime: String { RFC3339.text(time) }

    /// `2026-02-09`
    package var date: String {
        "\(Self.padded(local.date.year, 4))-\(Self.padded(local.date.month, 2))-\(Self.padded(local.date.day, 2))"
    }

    /// `12:00:00`
    package var clock: String {
        "\(Self.padded(local.seconds / 3600, 2)):\(Self.padded(local.seconds / 60 % 60, 2)):\(Self.padded(local.seconds % 60, 2))"
    }

    /// `9 Feb`
    package var shortDate: String { "\(local.date.day) \(Self.months[Int(local.date.month) - 1])" }

    /// `9 Feb 12:00`
    package var short: String { "\(shortDate) \(clock.prefix(5))" }

    /// `2026-02-09 12:00:00`
    package var full: String { "\(date) \(clock)" }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func padded(_ number: Int64, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
