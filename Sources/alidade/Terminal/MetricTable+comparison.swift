internal import Events
internal import MetricsCatalogue
internal import Terminal

/// A result beside that of the window before.
extension MetricTable {
    func comparison(of answer: MetricAnswer, with previous: MetricAnswer.Part) -> [OutputText] {
        guard case .object(let members) = answer.definition.shape else { return [] }
        let single = members.flatMap(Self.single)
        guard !single.isEmpty else { return [] }
        let window = "\(RFC3339.text(previous.window.from).toMinute) to \(RFC3339.text(previous.window.to).toMinute)"
        var columns = MetricColumns(keys: [""], values: ["now", "before", "change"])
        for (path, shape) in single {
            let (now, before) = (answer.result[path], previous.result[path])
            columns.append(
                keys: [OutputText(path.joined(separator: " "))],
                values: [
                    format.text(now, shape) ?? "", format.text(before, shape) ?? "",
                    change(from: before, to: now),
                ], bar: nil)
        }
        return ["", "  against \(window)"] + columns.lines
    }

    /// The values of a member, those of an object inside as well.
    private static func single(_ member: MetricShape.Member) -> [(path: [String], shape: MetricShape)] {
        switch member.shape {
        case .constant: []
        case .object(let inner): inner.flatMap(single).map { ([member.name] + $0.path, $0.shape) }
        default: member.shape.isSingle ? [([member.name], member.shape)] : []
        }
    }

    private func change(from old: MetricValue?, to new: MetricValue?) -> OutputText {
        if let change = RateChange(from: old, to: new) {
            let certainty = change.isMoreThanChance ? "more than chance" : "may be chance"
            return "\(arrow(change.points)) \(format.signed(change.points)) points, \(certainty)"
        }
        guard let old = old?.amount, let new = new?.amount else { return "" }
        guard old != 0 else { return new == 0 ? "=" : arrow(new) }
        return "\(arrow(new - old)) \(format.signed(100 * (new - old) / abs(old))) %"
    }

    private func arrow(_ difference: Double) -> OutputText {
        if difference == 0 { return "=" }
        return difference > 0 ? (style.drawsBlocks ? "▲" : "up") : (style.drawsBlocks ? "▼" : "down")
    }
}

extension MetricValue {
    fileprivate subscript(path: [String]) -> MetricValue? {
        path.reduce(self as MetricValue?) { value, name in value?[name] }
    }

    /// Of what has one.
    fileprivate var amount: Double? {
        switch self {
        case .integer(let count): Double(count)
        case .number(let number): number
        default: nil
        }
    }
}
