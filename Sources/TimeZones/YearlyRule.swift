/// Which offset holds in each year from some year on: the TZ string of POSIX that ends a file of the IANA database, such as
/// `CET-1CEST,M3.5.0,M10.5.0/3`. See RFC 8536, 3.3, and POSIX.1-2017, 8.3.
struct YearlyRule: Sendable, Equatable {
    /// A moment of each year, by the clocks that change at it.
    struct Change: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// From 1 to 365; 29 February is not counted.
            case julian(Int64)
            /// From 0 to 365.
            case ofYear(Int64)
            /// The `week`th `weekday` of a month; the fifth is the last. 0 is Sunday.
            case weekday(month: Int64, week: Int64, weekday: Int64)
        }

        var day: Day
        /// Seconds after midnight; up to a week before and after.
        var time: Int64

        /// Seconds since the epoch as if the clocks were those of UTC.
        func seconds(in year: Int64) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).days
            let day: Int64
            switch self.day {
            case .ofYear(let number): day = newYear + number
            case .julian(let number): day = newYear + number - 1 + (CivilDate.isLeap(year) && number >= 60 ? 1 : 0)
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1)
                let next = first.firstOfNextMonth().days
                var found = first.days + (weekday - CivilDate.weekday(first.days) + 7) % 7 + (week - 1) * 7
                while found >= next { found -= 7 }
                day = found
            }
            return day * 86_400 + time
        }
    }

    struct Summer: Sendable, Equatable {
        var offset: Int64
        var begins: Change
        var ends: Change
    }

    /// Seconds east of UTC.
    var standard: Int64
    var summer: Summer?

    func period(at second: Int64) -> TimeZone.Period {
        guard let summer else { return TimeZone.Period(start: .min, end: .max, offset: standard) }
        let year = CivilDate(days: (second + standard).dividedDown(by: 86_400)).year
        // Of five years, so that there is a change before and after whatever second it is, and however far from its day it lies.
        var changes: [(at: Int64, offset: Int64, isBeginning: Bool)] = []
        for year in year - 2...year + 2 {
            changes.append((summer.begins.seconds(in: year) - standard, summer.offset, true))
            changes.append((summer.ends.seconds(in: year) - summer.offset, standard, false))
        }
        // Where summer never ends, it begins at the second at which it ends.
        changes.sort { ($0.at, $0.isBeginning ? 1 : 0) < ($1.at, $1.isBeginning ? 1 : 0) }
        let next = changes.partitioningIndex { $0.at > second }
        return TimeZone.Period(start: changes[next - 1].at, end: changes[next].at, offset: changes[next - 1].offset)
    }
}

extension YearlyRule {
    /// Nil where the text is no such rule.
    init?(_ text: String) {
        var reader = RuleReader(text)
        guard reader.skipName(), let west = reader.time(upTo: 24) else { return nil }
        standard = -west
        summer = nil
        guard !reader.isAtEnd else { return }
        guard reader.skipName() else { return nil }
        var offset = standard + 3600
        if !reader.isNext(",") {
            guard let west = reader.time(upTo: 24) else { return nil }
            offset = -west
        }
        guard reader.skip(","), let begins = reader.change(), reader.skip(","), let ends = reader.change(),
            reader.isAtEnd
        else { return nil }
        summer = Summer(offset: offset, begins: begins, ends: ends)
    }
}

private struct RuleReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    func isNext(_ letter: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: letter) }

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
        guard isNext(letter) else { return false }
        rest.removeFirst()
        return true
    }

    /// `CET`, or `<+0330>`.
    mutating func skipName() -> Bool {
        if skip("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { (65...90).contains($0 & 0xDF) }
        rest = rest.dropFirst(name.count)
        return name.count >= 3
    }

    mutating func number() -> Int64? {
        let digits = rest.prefix { (48...57).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count <= 4 ? Int64(Substring(digits)) : nil
    }

    /// `3`, `-3:30`, `+03:30:15` in seconds.
    mutating func time(upTo hours: Int64) -> Int64? {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        guard let first = number(), first <= hours else { return nil }
        var seconds = first * 3600
        for unit: Int64 in [60, 1] where skip(":") {
            guard let part = number(), part < 60 else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    mutating func change() -> YearlyRule.Change? {
        let day: YearlyRule.Change.Day
        if skip("M") {
            guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
                (1...5).contains(week),
                skip("."), let weekday = number(), (0...6).contains(weekday)
            else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else if skip("J") {
            guard let number = number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(), (0...365).contains(number) else { return nil }
            day = .ofYear(number)
        }
        guard skip("/") else { return YearlyRule.Change(day: day, time: 7200) }
        guard let time = time(upTo: 167) else { return nil }
        return YearlyRule.Change(day: day, time: time)
    }
}
