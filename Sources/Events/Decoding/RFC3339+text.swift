extension RFC3339 {
    /// `2026-02-09T12:00:00.000000Z`: always UTC, always microseconds, so that the texts sort as the times do (years 0 to 9999).
    package static func text(_ time: Timestamp) -> String {
        let (days, microseconds) = floorDivide(Int(time), 86_400_000_000)
        let (year, month, day) = civil(fromDays: days)
        let seconds = microseconds / 1_000_000
        var text = ""
        text.reserveCapacity(28)
        if year < 0 { text += "-" }
        append(abs(year), digits: 4, to: &text)
        text += "-"
        append(month, digits: 2, to: &text)
        text += "-"
        append(day, digits: 2, to: &text)
        text += "T"
        append(seconds / 3600, digits: 2, to: &text)
        text += ":"
        append(seconds / 60 % 60, digits: 2, to: &text)
        text += ":"
        append(seconds % 60, digits: 2, to: &text)
        text += "."
        append(microseconds % 1_000_000, digits: 6, to: &text)
        text += "Z"
        return text
    }

    private static func append(_ number: Int, digits: Int, to text: inout String) {
        let written = String(number)
        for _ in 0..<max(0, digits - written.utf8.count) { text += "0" }
        text += written
    }

    private static func floorDivide(_ number: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The inverse of `daysFromCivil`.
    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
