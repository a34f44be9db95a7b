internal import Events
internal import JSON
internal import Store
internal import Terminal

extension QuarantineGroups {
    /// Columns, and under each line an example; at the end what is not shown.
    func table(_ style: TerminalStyle, limit: Int) -> OutputText {
        let all = all
        guard !all.isEmpty else { return "nothing is in quarantine that matches" }
        let shown = all.prefix(limit)
        let rows = shown.map(Self.columns)
        let titles: [OutputText] = ["count", "queue", "reason", "pointer", "app_id", "first", "last"]
        let widths = titles.indices.map { column in
            rows.reduce(titles[column].count) { max($0, $1[column].count) }
        }
        func line(_ columns: [OutputText]) -> OutputText {
            columns.enumerated().map { $0 == 0 ? $1.right(widths[$0]) : $1.left(widths[$0]) }
                .joined(separator: "  ").withoutTrailingSpaces
        }
        var lines = [style.bold(line(titles))]
        for (group, columns) in zip(shown, rows) {
            lines.append(line(columns))
            lines.append(
                OutputText(repeating: " ", count: widths[0] + 2) + "\(group.exampleID): \(group.exampleDetail)")
        }
        let of = all.count == 1 ? "1 group" as OutputText : "\(all.count) groups"
        lines.append("\(messages) \(messages == 1 ? "message" : "messages") in \(of)")
        if let others = others(all, limit) { lines.append(others) }
        return lines.joined(separator: "\n")
    }

    /// The last line, where there is more than is shown.
    private func others(_ all: [Group], _ limit: Int) -> OutputText? {
        let hidden = all.dropFirst(limit)
        let count = hidden.reduce(ungrouped) { $0 + $1.count }
        guard count > 0 else { return nil }
        let messages: OutputText = count == 1 ? "and 1 other message" : "and \(count) others"
        if ungrouped > 0 { return "\(messages), in more groups than are told apart" }
        return "\(messages), in \(hidden.count) more \(hidden.count == 1 ? "group" : "groups"); --limit 0 shows all"
    }

    private static func columns(_ group: Group) -> [OutputText] {
        let key = group.key
        return [
            "\(group.count)", OutputText(key.queue.text).cut(40), OutputText(key.reason.text).cut(40),
            key.shape.text.isEmpty ? "-" : OutputText(key.shape.text).cut(60), producer(key.producer).cut(40),
            OutputText(seconds(group.firstReceivedAt)), OutputText(seconds(group.lastReceivedAt)),
        ]
    }

    private static func producer(_ producer: Producer) -> OutputText {
        switch producer {
        case .unnamed: "-"
        case .named(let name): OutputText(name.text)
        case .others: "(others)"
        }
    }

    /// Without the fraction.
    private static func seconds(_ time: Timestamp) -> String { String(RFC3339.text(time).prefix(19)) + "Z" }

    func json(limit: Int) -> String {
        let all = all
        var json = JSONText()
        json.object { json in
            json.member("messages", messages)
            json.array("groups") { json in
                for group in all.prefix(limit) { Self.write(group, to: &json) }
            }
            json.object("others") { json in
                json.member("groups", max(0, all.count - limit))
                json.member("messages", all.dropFirst(limit).reduce(ungrouped) { $0 + $1.count })
            }
        }
        return json.text
    }

    private static func write(_ group: Group, to json: inout JSONText) {
        json.object { json in
            json.member("count", group.count)
            json.member("queue", group.key.queue.text)
            json.member("reason", group.key.reason.text)
            json.member("pointer", group.key.shape.text)
            switch group.key.producer {
            case .unnamed: json.member("app_id", json: "null")
            case .named(let name): json.member("app_id", name.text)
            case .others: json.member("other_app_ids", true)
            }
            json.member("first_received_at", RFC3339.text(group.firstReceivedAt))
            json.member("last_received_at", RFC3339.text(group.lastReceivedAt))
            json.object("example") { json in
                json.member("id", group.exampleID)
                json.member("detail", group.exampleDetail)
            }
        }
    }
}
