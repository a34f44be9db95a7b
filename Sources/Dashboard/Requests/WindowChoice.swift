package import Events
package import MetricsCatalogue
package import TimeZones

/// Which time a page is about, as its URL says: `days` or `from` and `to`, `until`, `complete`, `tz`.
package struct WindowChoice: Sendable, Equatable {
    package static let offered = [1, 7, 30, 90, 365]

    package var window: MetricWindow
    package var zone: TimeZone
    /// Ends the window, in place of the moment: nothing moves any more.
    package var isFrozen: Bool
    /// What the window ends at: `now` for a metric.
    package var now: Timestamp
    /// Nil where the URL names both ends.
    package var days: Int?
    package var isComplete: Bool
    /// The URL says by whose clocks.
    package var isZoneChosen: Bool

    /// `days` is what is shown where the URL does not say.
    package init(_ parameters: inout Parameters, days: Int, _ request: PageRequest) {
        let zone = parameters.zone() ?? request.zone
        let until = parameters.value("until") { text throws(ParameterError) in try Self.time(text, "until") }
        let given = parameters.integer("days", in: 1...365).map(Int.init)
        let complete = parameters.flag("complete")
        let (from, to) = (parameters.text("from", longest: 40), parameters.text("to", longest: 40))
        let now = until ?? request.now
        if let until, until > request.now + 60_000_000 {
            parameters.fault("until", "until is \(RFC3339.text(until)), which is still to come")
        }
        self.zone = zone
        self.now = now
        isFrozen = until != nil
        isComplete = complete
        isZoneChosen = request.url.query["tz"] != nil
        self.days = given ?? days
        window = MetricWindow(days: given ?? days, endingAt: now)
        if complete {
            let today = zone.day(at: now / 1_000_000)
            window = MetricWindow(
                from: zone.startOfDay(today - Int64(given ?? days)) * 1_000_000, to: zone.startOfDay(today) * 1_000_000)
        }
        guard from != nil || to != nil else { return }
        do throws(MetricRequestError) {
            self.days = nil
            window = try MetricSpan(days: given, from: from, to: to, in: zone).window(at: now)
        } catch { parameters.fault(from == nil ? "to" : "from", error.message) }
    }

    package var span: MetricSpan {
        if let days, !isComplete { .days(days) } else { .times(from: window.from, to: window.to) }
    }

    /// `last 7 days`, or both ends.
    package var title: String {
        if let days {
            let word = days == 1 ? "day" : "days"
            return isComplete ? "\(days) whole \(word)" : "last \(days) \(word)"
        }
        return "\(PageTime(window.from, zone).date) to \(PageTime(window.to, zone).date)"
    }

    /// A time, or a date, which begins in the zone.
    package static func moment(_ text: String, _ name: String, _ zone: TimeZone) throws(ParameterError) -> Timestamp {
        if let date = CivilDate(text) { return zone.startOfDay(date.days) * 1_000_000 }
        return try time(text, name)
    }

    /// The parameters that make another page show the same window.
    package static func carried(_ choice: WindowChoice) -> [FormValues.Pair] {
        var pairs: [FormValues.Pair] = []
        if let days = choice.days {
            pairs.append(FormValues.Pair("days", "\(days)"))
        } else {
            pairs.append(FormValues.Pair("from", RFC3339.text(choice.window.from)))
            pairs.append(FormValues.Pair("to", RFC3339.text(choice.window.to)))
        }
        if choice.isComplete { pairs.append(FormValues.Pair("complete", "1")) }
        if choice.isZoneChosen { pairs.append(FormValues.Pair("tz", choice.zone.name)) }
        if choice.isFrozen { pairs.append(FormValues.Pair("until", RFC3339.text(choice.now))) }
        return pairs
    }

    /// The same moment with so many days.
    static func with(_ days: Int, _ choice: WindowChoice, _ url: PageURL) -> PageURL {
        url.with("days", "\(days)").with("until", choice.isFrozen ? RFC3339.text(choice.now) : nil)
    }

    private static func time(_ text: String, _ name: String) throws(ParameterError) -> Timestamp {
        switch RFC3339.parse(text) {
        case .success(let time): return time
        case .failure(let failure):
            throw ParameterError("\(name) is \(Parameters.quoted(text)), which \(failure.explanation)")
        }
    }
}

/// What is wrong with a parameter, as a sentence without its full stop.
package struct ParameterError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
