/// Times of the wire and times for people: RFC 3339 text to microseconds since the epoch and back.
package enum RFC3339 {
    /// Why a text is no time, as the end of a sentence.
    package enum Failure: Error {
        case malformed
        case offsetMissing
        case noSuchDay
        case noSuchTime
        case tooManyDigits

        package var explanation: String {
            switch self {
            case .malformed: "is not an RFC 3339 time such as 2026-02-09T12:00:00Z"
            case .offsetMissing: "has no offset; an RFC 3339 time ends in Z or an offset such as +03:00"
            case .noSuchDay: "names a day that does not exist"
            case .noSuchTime: "names a time of day or an offset that does not exist"
            case .tooManyDigits: "has more than 9 fractional digits"
            }
        }
    }

    /// Microseconds since the epoch; digits beyond microseconds are cut off.
    ///
    /// `T` may be `t` or a space, `Z` may be `z`. A leap second (`:60`, only at 23:59 UTC) is read as the last microsecond of its minute,
    /// so that it stays within its day and before the next second.
    package static func parse(_ text: UnsafeRawBufferPointer) -> Result<Timestamp, Failure> {
        guard text.count >= 19, let start = text.baseAddress else { return .failure(.malformed) }
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        let day = pair(bytes, 8)
        let between = bytes[10]
        guard let date = Fields(start, shape: Fields.date), let clock = Fields(start + 11, shape: Fields.clock),
            day >= 0,
            between == UInt8(ascii: "T") || between == UInt8(ascii: "t") || between == UInt8(ascii: " ")
        else { return .failure(.malformed) }

        let year = date[0] * 100 + date[2]
        let month = date[5]
        let (hour, minute, second) = (clock[0], clock[3], clock[6])
        guard year >= 1, month >= 1, month <= 12, day >= 1, day <= daysInMonth(month, year) else {
            return .failure(.noSuchDay)
        }
        guard hour <= 23, minute <= 59, second <= 60 else { return .failure(.noSuchTime) }

        var next = 19
        var fraction = 0
        if next < text.count, bytes[next] == UInt8(ascii: ".") {
            next += 1
            let first = next
            while next < text.count, let digit = digit(bytes[next]) {
                if next - first < 6 { fraction = fraction * 10 + digit }
                next += 1
            }
            guard next > first else { return .failure(.malformed) }
            guard next - first <= 9 else { return .failure(.tooManyDigits) }
            for _ in 0..<max(0, 6 - (next - first)) { fraction *= 10 }
        }
        guard next < text.count else { return .failure(.offsetMissing) }
        let offset: Int
        switch parseOffset(bytes + next, text.count - next) {
        case .success(let minutes): offset = minutes
        case .failure(let failure): return .failure(failure)
        }

        let minutes = (daysFromCivil(year, month, day) * 24 + hour) * 60 + minute - offset
        if second == 60 {
            guard (minutes + 1) % 1440 == 0 else { return .failure(.noSuchTime) }
            return .success(Timestamp(minutes * 60 + 60) * 1_000_000 - 1)
        }
        return .success(Timestamp(minutes * 60 + second) * 1_000_000 + Timestamp(fraction))
    }

    package static func parse(_ text: String) -> Result<Timestamp, Failure> {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// All that the year a text begins with can mean, whatever follows and whatever the offset.
    static func year(of text: UnsafeRawBufferPointer) -> Range<Timestamp>? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = UnsafeRawBufferPointer(rebasing: isNegative ? text.dropFirst() : text[...])
        guard digits.count > 4, digits[4] == UInt8(ascii: "-"), let start = digits.baseAddress else { return nil }
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        guard pair(bytes, 0) | pair(bytes, 2) >= 0 else { return nil }
        let year = (pair(bytes, 0) * 100 + pair(bytes, 2)) * (isNegative ? -1 : 1)
        let day: Timestamp = 24 * 3600 * 1_000_000
        return Timestamp(daysFromCivil(year, 1, 1) - 1) * day..<Timestamp(daysFromCivil(year + 1, 1, 1) + 1) * day
    }

    /// Minutes east of UTC.
    private static func parseOffset(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Result<Int, Failure> {
        let sign = bytes[0]
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") {
            return count == 1 ? .success(0) : .failure(.malformed)
        }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), count == 6, bytes[3] == UInt8(ascii: ":") else {
            return .failure(.malformed)
        }
        let (hours, minutes) = (pair(bytes, 1), pair(bytes, 4))
        guard hours | minutes >= 0 else { return .failure(.malformed) }
        guard hours <= 23, minutes <= 59 else { return .failure(.noSuchTime) }
        let offset = hours * 60 + minutes
        return .success(sign == UInt8(ascii: "-") ? -offset : offset)
    }

    /// Eight bytes of digits and of what is between them, checked and read together.
    private struct Fields {
        /// In each byte ten times its digit and the digit of the next one.
        private let pairs: UInt64

        /// `0000-00-` and `00:00:00`, the first character lowest.
        static var date: UInt64 { 0x2D30_302D_3030_3030 }
        static var clock: UInt64 { 0x3030_3A30_303A_3030 }

        /// Nil where a digit of `shape` is none in the text, or anything else differs.
        @inline(__always)
        init?(_ text: UnsafeRawPointer, shape: UInt64) {
            let values = text.loadUnaligned(as: UInt64.self).littleEndian ^ shape
            // Of a digit at most 9, of anything else 0: then nothing is carried into the highest bit of its byte.
            let isDigit = ~(shape >> 3) & 0x0101_0101_0101_0101
            let limits = 0x7F7F_7F7F_7F7F_7F7F - isDigit * 9
            guard (values | (values &+ limits)) & 0x8080_8080_8080_8080 == 0 else { return nil }
            pairs = values &* 10 &+ values >> 8
        }

        /// The number of the two digits at `place`.
        @inline(__always)
        subscript(_ place: Int) -> Int { Int(truncatingIfNeeded: pairs >> UInt64(place * 8) & 0xFF) }
    }

    /// The two digits at `place` as a number; negative where they are not digits.
    @inline(__always)
    private static func pair(_ bytes: UnsafePointer<UInt8>, _ place: Int) -> Int {
        let (tens, ones) = (Int(bytes[place]) - 48, Int(bytes[place + 1]) - 48)
        return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? -1 : tens * 10 + ones
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> Int? {
        byte >= 48 && byte <= 57 ? Int(byte) - 48 : nil
    }

    private static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar; years count from 1 March, so that the leap day comes last.
    private static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
