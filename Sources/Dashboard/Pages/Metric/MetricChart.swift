internal import MetricsCatalogue
internal import TimeZones

/// The chart of a metric over time: its first rate, or its counts by name, or else its first number.
enum MetricChart {
    static func make(_ answer: MetricAnswer, _ zone: TimeZone) -> Chart? {
        guard let series = answer.series else { return nil }
        let title = answer.definition.name.replacing("_", with: " ")
        let name = "\(title.prefix(1).uppercased())\(title.dropFirst()) by \(series.interval.rawValue)"
        guard case .object(let members) = answer.definition.shape else {
            return stacked(answer, series, name, zone)
        }
        if let path = firstRate(members, answer.result) {
            var chart = RateChart.make(
                series, path, name: name, of: "in all", zone: zone, threshold: answer.result["target"]?.number)
            chart.legend = [
                ("first", "\(words(path)), with the range it lies in with 95 %"), ("", "of how many"),
            ]
            return chart
        }
        guard let member = first(members, answer.result) else { return nil }
        return line(series, member, members, name, zone)
    }

    private static func words(_ path: [String]) -> String {
        path.joined(separator: " ").replacing("_", with: " ")
    }

    private static func slot(_ series: MetricSeries, _ part: MetricAnswer.Part, _ zone: TimeZone) -> Chart.Slot {
        let time = PageTime(part.window.from, zone)
        let label = series.interval == .hour ? time.short : time.shortDate
        return Chart.Slot(title: label, label: label, isPartial: part.isPartial || part.isCut)
    }

    // MARK: A number

    private static func line(
        _ series: MetricSeries, _ member: MetricShape.Member, _ members: [MetricShape.Member], _ name: String,
        _ zone: TimeZone
    ) -> Chart? {
        let counted = members.first { if case .count = $0.shape { true } else { false } }
        var most = 0.0
        let slots = series.parts.map { part in
            var slot = slot(series, part, zone)
            if let count = counted.flatMap({ part.result[$0.name]?.number }) {
                slot.bars = [count]
                slot.title += "\n\(Words.count(Int64(count))) \(words([counted?.name ?? ""]))"
            }
            if let value = part.result[member.name], let number = value.number {
                slot.line = number
                most = max(most, number)
                slot.title += "\n\(words([member.name])) \(Words.metric.text(value, member.shape) ?? "")"
            }
            return slot
        }
        guard most > 0 || slots.contains(where: { !$0.bars.isEmpty }) else { return nil }
        return Chart(
            name: name, slots: slots, lineMaximum: most * 1.1,
            top: Words.metric.text(.number(most * 1.1), member.shape) ?? Words.metric.oneDecimal(most * 1.1),
            legend: [("first", words([member.name]))] + (counted.map { [("", words([$0.name]))] } ?? []))
    }

    // MARK: Counts by name

    private static let colours = ["first", "accepted", "overridden", "viewed", "bad", "ignored"]

    /// The names with most in the whole window, and all others together.
    private static func stacked(_ answer: MetricAnswer, _ series: MetricSeries, _ name: String, _ zone: TimeZone)
        -> Chart?
    {
        guard let column = MetricNames(answer.definition.shape) else { return nil }
        let names = column.names(answer.result)
        guard !names.isEmpty else { return nil }
        let shown = Array(names.prefix(colours.count - (names.count > colours.count ? 1 : 0)))
        let slots = series.parts.map { part in
            var slot = slot(series, part, zone)
            slot.bars = shown.map { column.amount($0, part.result) }
            for (name, amount) in zip(shown, slot.bars) where amount > 0 {
                slot.title += "\n\(name) \(Words.metric.oneDecimal(amount))"
            }
            if shown.count < names.count {
                slot.bars.append(names.dropFirst(shown.count).reduce(0) { $0 + column.amount($1, part.result) })
            }
            return slot
        }
        let most = slots.map { $0.bars.reduce(0, +) }.max() ?? 0
        guard most > 0 else { return nil }
        return Chart(
            name: name, slots: slots, barClasses: colours, top: Words.count(Int64(most.rounded())),
            legend: zip(colours, shown + (shown.count < names.count ? ["others"] : [])).map { ($0, $1) })
    }

    private static func firstRate(_ members: [MetricShape.Member], _ result: MetricValue, _ path: [String] = [])
        -> [String]?
    {
        // Cases before events: their rate never passes 1.
        for member in members {
            guard case .object(let inner) = member.shape, let value = result[member.name] else { continue }
            if let found = firstRate(inner, value, path + [member.name]) { return found }
        }
        return members.first { result[$0.name]?.fraction != nil }.map { path + [$0.name] }
    }

    private static func first(_ members: [MetricShape.Member], _ result: MetricValue) -> MetricShape.Member? {
        members.first { member in
            if case .number(let unit) = member.shape, unit != "ratio" { member.name.contains("p50") } else { false }
        } ?? members.first { if case .number = $0.shape { true } else { false } }
    }
}

/// Of a result whose members are names: how much each has.
struct MetricNames {
    private let beside: Set<String>
    /// The member of each that counts; nil where each is a count itself.
    private let member: String?

    /// Nil for other shapes, and where nothing is counted by name.
    init?(_ shape: MetricShape) {
        let inner: MetricShape
        switch shape {
        case .map(_, let of), .words(_, let of): (inner, beside) = (of, [])
        case .mapWith(_, let of, let more), .wordsBeside(_, let of, let more):
            (inner, beside) = (of, Set(more.map(\.name)))
        default: return nil
        }
        switch inner {
        case .count: member = nil
        case .object(let members):
            guard let counted = members.first(where: { if case .count = $0.shape { true } else { false } }) else {
                return nil
            }
            member = counted.name
        default: return nil
        }
    }

    /// Who has most comes first.
    func names(_ result: MetricValue) -> [String] {
        result.members.map(\.name).filter { !beside.contains($0) && amount($0, result) > 0 }
            .sorted { (amount($1, result), $0) < (amount($0, result), $1) }
    }

    func amount(_ name: String, _ result: MetricValue) -> Double {
        result[path: path(name)]?.number ?? 0
    }

    func path(_ name: String) -> [String] { [name] + (member.map { [$0] } ?? []) }
}
