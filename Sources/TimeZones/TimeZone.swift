/// A zone of the IANA database: when its clocks show what.
///
/// Times are seconds since the epoch, UTC; days are counted from 1970-01-01. A value of this type is immutable and may be shared.
package struct TimeZone: Sendable, Equatable {
    /// A stretch of time during which the clocks are ahead of UTC by the same amount.
    package struct Period: Sendable, Equatable {
        /// The first second; `Int64.min` where there is none.
        package var start: Int64
        /// The first second after it; `Int64.max` where it never ends.
        package var end: Int64
        /// Seconds east of UTC.
        package var offset: Int64
    }

    package static let utc = TimeZone(name: "UTC", transitions: [], offsets: [0], rule: nil)

    /// As in the IANA database, such as `Europe/Berlin`.
    package let name: String
    /// The seconds at which another offset begins, ascending.
    private let transitions: [Int64]
    /// One more than there are transitions: the first holds before them all.
    private let offsets: [Int64]
    /// What holds after the last transition, where that is not one offset for ever.
    private let rule: YearlyRule?

    init(name: String, transitions: [Int64], offsets: [Int64], rule: YearlyRule?) {
        precondition(offsets.count == transitions.count + 1, "an offset for each stretch between two transitions")
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.rule = rule
    }

    /// The stretch that `second` is in.
    package func period(at second: Int64) -> Period {
        let next = transitions.partitioningIndex { $0 > second }
        guard next == transitions.count, let rule else {
            return Period(
                start: next == 0 ? .min : transitions[next - 1],
                end: next == transitions.count ? .max : transitions[next],
                offset: offsets[next])
        }
        var period = rule.period(at: second)
        // The rule holds from the last transition on, wherever its own year began.
        if let last = transitions.last { period.start = max(period.start, last) }
        return period
    }

    /// The first second at which the clocks show `day` or, where they skip it, a later one.
    package func startOfDay(_ day: Int64) -> Int64 {
        let midnight = day * 86_400
        // No offset was ever more than 16 hours.
        var period = period(at: midnight - 16 * 3600)
        while true {
            let first = max(period.start, midnight - period.offset)
            if first < period.end { return first }
            period = self.period(at: period.end)
        }
    }

    /// The day that the clocks show at `second`.
    package func day(at second: Int64) -> Int64 {
        (second + period(at: second).offset).dividedDown(by: 86_400)
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index from which `isAfter` holds to the end; the elements are sorted by it.
    func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Int64 {
    /// Rounded towards minus infinity.
    package func dividedDown(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
