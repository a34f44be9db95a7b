import Dashboard
import Events
import MetricsCatalogue
import Staff
import Testing
import TimeZones

@Suite struct WindowChoiceTests {
    private static func time(_ text: String) -> Timestamp { (try? RFC3339.parse(text).get()) ?? 0 }

    private func choice(
        _ query: String, now: String = "2026-06-10T12:34:56Z", zone: TimeZone = .utc, days: Int = 7
    ) throws -> WindowChoice {
        let url = PageURL("/telemetry/", FormValues(encoded: query) ?? FormValues())
        let visitor = Visitor(name: "a", roles: [.analyst], way: .session, peer: "::1", formKey: FormKey())
        let request = PageRequest(url, visitor: visitor, now: Self.time(now), zone: zone)
        var parameters = Parameters(url)
        let choice = WindowChoice(&parameters, days: days, request)
        try parameters.finish()
        return choice
    }

    private func hours(_ choice: WindowChoice) -> Int64 { (choice.window.to - choice.window.from) / 3_600_000_000 }

    @Test func `without words it is the days of the page, until now`() throws {
        let choice = try choice("", days: 30)
        #expect(choice.window == MetricWindow(days: 30, endingAt: Self.time("2026-06-10T12:34:56Z")))
        #expect(choice.days == 30)
        #expect(!choice.isFrozen)
        #expect(choice.title == "last 30 days")
        #expect(choice.span == .days(30))
    }

    @Test func `until ends it, and nothing moves any more`() throws {
        let choice = try choice("days=1&until=2026-02-09T12:00:00%2B02:00")
        #expect(choice.isFrozen)
        #expect(choice.now == Self.time("2026-02-09T10:00:00Z"))
        #expect(choice.window == MetricWindow(days: 1, endingAt: choice.now))
        #expect(choice.title == "last 1 day")
        let later = try self.choice("days=1&until=2026-02-09T10:00:00Z", now: "2027-01-01T00:00:00Z")
        #expect(later.window == choice.window)
    }

    @Test(arguments: [
        // Clocks go forward on 29 March, and back on 25 October.
        ("2026-03-30T10:00:00Z", 2, "2026-03-27T23:00:00Z", "2026-03-29T22:00:00Z", Int64(47)),
        ("2026-10-26T10:00:00Z", 2, "2026-10-23T22:00:00Z", "2026-10-25T23:00:00Z", 49),
        ("2026-03-28T22:59:59Z", 1, "2026-03-26T23:00:00Z", "2026-03-27T23:00:00Z", 24),
        ("2026-03-28T23:00:00Z", 1, "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", 24),
    ])
    func `whole days are those of the zone, with 23 and 25 hours`(
        now: String, days: Int, from: String, to: String, hours: Int64
    ) throws {
        let zone = try TimeZoneDatabase.zone(named: "Europe/Vienna")
        let choice = try choice("days=\(days)&complete=1", now: now, zone: zone)
        #expect(choice.window == MetricWindow(from: Self.time(from), to: Self.time(to)))
        #expect(self.hours(choice) == hours)
        #expect(choice.title == (days == 1 ? "1 whole day" : "\(days) whole days"))
        #expect(choice.span == .times(from: choice.window.from, to: choice.window.to))
        let other = try self.choice("days=\(days)&complete=1&tz=Europe/Vienna", now: now)
        #expect(other.window == choice.window, "the zone of the address is as good as that of the settings")
    }

    @Test func `dates begin in the zone, and times where they say`() throws {
        let choice = try choice("from=2026-02-09&to=2026-02-10T00:00:00Z&tz=Pacific/Kiritimati")
        #expect(choice.window.from == Self.time("2026-02-08T10:00:00Z"))
        #expect(choice.window.to == Self.time("2026-02-10T00:00:00Z"))
        #expect(choice.days == nil)
        #expect(choice.title == "2026-02-09 to 2026-02-10")
    }

    @Test(arguments: [
        ("from=2026-02-09", "to is missing beside from."), ("to=2026-02-09", "from is missing beside to."),
        ("days=3&from=2026-02-09&to=2026-02-10", "days and from or to are both there; one is enough."),
        ("from=2026-02-10&to=2026-02-09", "from is 2026-02-10, which is not before to, 2026-02-09."),
        ("from=2026-02-10&to=2026-02-10", "from is 2026-02-10, which is not before to, 2026-02-10."),
        ("from=2010-01-01&to=2026-01-01", "from 2010-01-01 to 2026-01-01 is more than"),
        ("days=366", "days is “366”, not a whole number from 1 to 365."),
        ("complete=2", "complete is “2”, not one of 0, 1."),
    ])
    func `a window that cannot be is told`(query: String, line: String) throws {
        let fault = #expect(throws: PageFault.self) { try choice(query) }
        #expect(fault?.lines.count == 1)
        #expect(fault?.lines.first?.hasPrefix(line) == true, "\(fault?.lines ?? [])")
    }

    @Test func `several faults of a window are told at once`() throws {
        let fault = #expect(throws: PageFault.self) { try choice("days=0&until=yesterday&tz=Europe/Wien&from=x&to=y") }
        #expect(fault?.lines.count == 4, "\(fault?.lines ?? [])")
        #expect(fault?.links.first?.url == "/telemetry/?to=y")
    }

    @Test(arguments: ["days=30", "days=2&complete=1&until=2026-03-30T10:00:00Z", "from=2026-02-09&to=2026-02-10"])
    func `another page gets the same window`(query: String) throws {
        let choice = try choice(query)
        let carried = FormValues(WindowChoice.carried(choice)).encoded
        #expect(try self.choice(carried, days: 90).window == choice.window)
    }
}

@Suite struct PageTimeTests {
    @Test(arguments: [
        ("UTC", "2026-02-09", "23:30:15", "9 Feb 23:30"), ("America/St_Johns", "2026-02-09", "20:00:15", "9 Feb 20:00"),
        ("Pacific/Kiritimati", "2026-02-10", "13:30:15", "10 Feb 13:30"),
        ("Asia/Kathmandu", "2026-02-10", "05:15:15", "10 Feb 05:15"),
        ("Pacific/Pago_Pago", "2026-02-09", "12:30:15", "9 Feb 12:30"),
    ])
    func `a time is shown by the clocks of its zone`(name: String, date: String, clock: String, short: String) throws {
        let moment = try RFC3339.parse("2026-02-09T23:30:15.999999Z").get()
        let time = PageTime(moment, try TimeZoneDatabase.zone(named: name))
        #expect(time.date == date)
        #expect(time.clock == clock)
        #expect(time.short == short)
        #expect(time.full == "\(date) \(clock)")
        #expect(time.datetime == "2026-02-09T23:30:15.999999Z")
    }

    @Test func `an hour that comes twice is shown twice`() throws {
        let zone = try TimeZoneDatabase.zone(named: "Europe/Vienna")
        for text in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            #expect(PageTime(try RFC3339.parse(text).get(), zone).clock == "02:30:00")
        }
        #expect(PageTime(try RFC3339.parse("2026-03-29T01:00:00Z").get(), zone).clock == "03:00:00")
    }

    @Test func `a time before 1970 and an early year have all their digits`() throws {
        #expect(PageTime(-1, .utc).full == "1969-12-31 23:59:59")
        #expect(PageTime(try RFC3339.parse("0099-01-02T03:04:05Z").get(), .utc).full == "0099-01-02 03:04:05")
    }
}
