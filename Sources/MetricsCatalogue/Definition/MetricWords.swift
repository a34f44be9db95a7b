/// Writes single values for people: rates as percentages, times in the unit that fits them, null as a dash.
package struct MetricWords: Sendable {
    /// Between the thousands.
    package var separator: String
    package var null: String

    package init(separator: String, null: String) {
        self.separator = separator
        self.null = null
    }

    /// Nil for what is no single value.
    package func text(_ value: MetricValue?, _ shape: MetricShape) -> String? {
        switch (shape, value) {
        case (.object, _), (.map, _), (.mapWith, _), (.words, _), (.wordsBeside, _), (.array, _): nil
        case (.rate, .rate(let numerator, let denominator)?),
            (.number("ratio"), .rate(let numerator, let denominator)?):
            denominator == 0 ? null : percent(Double(numerator) / Double(denominator))
        case (.number("ratio"), .number(let rate?)?): percent(rate)
        case (.number("milliseconds"), .number(let number?)?): duration(number / 1000)
        case (.number("seconds"), .number(let number?)?): duration(number)
        case (.number("hours"), .number(let number?)?): duration(number * 3600)
        case (.number("percent"), .number(let number?)?): "\(oneDecimal(number)) %"
        case (.number, .number(let number?)?): oneDecimal(number)
        case (.identifier, .integer(let id)?): "\(id)"
        case (_, .integer(let count)?): grouped(count)
        case (_, .number(let number?)?): "\(number)"
        case (_, .text(let text)?): text
        case (_, .boolean(let flag?)?): flag ? "yes" : "no"
        default: null
        }
    }

    /// Of a ratio.
    package func percent(_ ratio: Double) -> String { "\(oneDecimal(100 * ratio)) %" }

    package func grouped(_ count: Int64) -> String {
        let digits = Array("\(count.magnitude)")
        var text = count < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += separator }
            text.append(digit)
        }
        return text
    }

    /// With its sign and one decimal.
    package func signed(_ number: Double) -> String { (number > 0 ? "+" : "") + oneDecimal(number) }

    package func oneDecimal(_ number: Double) -> String {
        let tenths = (number * 10).rounded()
        guard abs(tenths) < 1e15 else { return "\(number)" }
        let whole = Int64(tenths)
        return (whole < 0 ? "-" : "") + grouped(abs(whole / 10)) + ".\(abs(whole % 10))"
    }

    /// The largest two units, or one with a decimal: `850 ms`, `4.2 s`, `12 min 25 s`, `3 h 30 min`, `2 d 4 h`.
    package func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e15 else { return "\(seconds) s" }
        guard seconds >= 0 else { return "-" + duration(-seconds) }
        if seconds < 0.9995 { return "\(grouped(Int64((seconds * 1000).rounded()))) ms" }
        if seconds < 59.95 { return "\(oneDecimal(seconds)) s" }
        let whole = Int64(seconds.rounded())
        if whole < 3600 { return Self.pair(whole / 60, "min", whole % 60, "s") }
        let minutes = (whole + 30) / 60
        if minutes < 2880 { return Self.pair(minutes / 60, "h", minutes % 60, "min") }
        let hours = (minutes + 30) / 60
        return hours / 24 < 10 ? Self.pair(hours / 24, "d", hours % 24, "h") : "\(grouped((hours + 12) / 24)) d"
    }

    private static func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
    }
}
