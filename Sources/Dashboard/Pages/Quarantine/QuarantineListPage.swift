internal import Events
internal import HTML
internal import JSON
internal import Staff
internal import Store

/// Quarantined messages one by one.
enum QuarantineListPage {
    private static let columns: [ListColumn<QuarantineRow>] = [
        ListColumn("id", "Message", number: true, { .integer($0.id) }) { row, request, html in
            html.link("\(row.id)", "/telemetry/quarantine/\(row.id)/", for: .operator, request)
        },
        ListColumn("received_at", "Received") { .time($0.receivedAt) },
        ListColumn("queue", "Queue") { .text($0.queue) },
        ListColumn("reason", "Reason", { .text($0.reason) }) { row, _, html in
            html.link(row.reason, "/telemetry/definitions/#\(row.reason)")
            html.text(" ")
            html.element("span", [.class("mono")], row.pointer)
        },
        ListColumn("pointer", nil) { .text($0.pointer) },
        ListColumn("detail", "What is wrong", { .text($0.detail) }) { row, _, html in
            html.text(row.detail + (row.errorCount > 1 ? " (and \(Words.count(row.errorCount - 1)) more)" : ""))
        },
        ListColumn("error_count", nil) { .integer($0.errorCount) },
        ListColumn("event_id", "Event", { .text($0.eventID) }) { row, _, html in html.eventLink(row.eventID) },
        ListColumn("resolution", "State", { .text($0.resolution?.action) }) { row, _, html in
            guard let resolution = row.resolution else { return html.element("span", [.class("tag bad")], "open") }
            html.element(
                "span", [.class("tag"), .attribute("title", resolution.note)],
                "\(resolution.action)\(resolution.actor.map { " by \($0)" } ?? "")")
        },
    ]

    static func make(_ desk: PageDesk, _ choice: QuarantineChoice, _ place: ListPlace) throws -> PageAnswer {
        let page: ListPage<QuarantineRow>
        do throws(ListError) {
            let limit = ReadLimit(deadline: desk.reader.deadline)
            page = try desk.reader.lists().quarantineRows(
                choice.filter, place, count: desk.request.format == .html ? 50 : ListLimit.rows, limit)
        } catch { throw ListFault.make(error, desk.request.url) }
        switch desk.request.format {
        case .json:
            var json = JSONText()
            json.object { json in
                json.array("rows") { json in
                    for row in page.rows {
                        json.object { json in
                            for column in columns { column.value(row).write(to: &json, as: column.name) }
                        }
                    }
                }
                json.member("before", page.before)
                json.member("after", page.after)
            }
            return .json(200, json.text)
        case .csv: return PageAnswer(contentType: CSVText.contentType, pieces: QuarantineFile(choice.filter, columns))
        default: break
        }
        return desk.layout.page("Quarantine", in: .quarantine, formats: [.json, .csv]) { html in
            QuarantinePage.head(desk, choice, isList: true, &html)
            html.element("section", [.class("panel")]) { html in
                guard !page.rows.isEmpty else { return html.empty("No message is like this.") }
                let isOperator = desk.request.visitor.may(.operator)
                html.element(
                    isOperator ? "form" : "div",
                    isOperator
                        ? [.attribute("method", "get"), .attribute("action", "/telemetry/quarantine/selection/")] : []
                ) { html in
                    let shown = columns.filter { $0.title != nil }
                    html.table(
                        "Messages",
                        (isOperator ? [TableHead("")] : [])
                            + shown.map { TableHead($0.title ?? "", number: $0.isNumber) }
                    ) { html in
                        for row in page.rows {
                            html.element("tr") { html in
                                if isOperator {
                                    html.element("td") { html in
                                        html.void(
                                            "input",
                                            [
                                                .attribute("type", "checkbox"), .attribute("name", "id"),
                                                .attribute("value", "\(row.id)"),
                                                .attribute("aria-label", "Choose message \(row.id)"),
                                                .flag("disabled", row.resolution != nil),
                                            ])
                                    }
                                }
                                for column in shown { column.write(row, desk.request, to: &html) }
                            }
                        }
                    }
                    html.element("div", [.class("pages")]) { html in
                        if isOperator { html.element("button", [.class("quiet")], "Work on the chosen") }
                        let url = desk.request.url.without("after", "before")
                        if let before = page.before { html.link("Newer", url.with("before", before)) }
                        if let after = page.after { html.link("Older", url.with("after", after)) }
                    }
                }
            }
        }
    }
}

/// All of a filter as comma-separated values.
private final class QuarantineFile: PieceSource, @unchecked Sendable {
    private let filter: QuarantineFilter
    private let columns: [ListColumn<QuarantineRow>]
    private var place: ListPlace? = .first
    private var isBegun = false

    init(_ filter: QuarantineFilter, _ columns: [ListColumn<QuarantineRow>]) {
        self.filter = filter
        self.columns = columns
    }

    func next(_ reader: PageReader) throws -> [UInt8]? {
        guard let here = place else { return nil }
        let page = try reader.lists().quarantineRows(
            filter, here, count: ListLimit.rows, ReadLimit(deadline: reader.deadline))
        place = page.after.map { .after($0) }
        let head = isBegun ? "" : CSVText.row(columns.map(\.name))
        isBegun = true
        return Array((head + page.rows.map { row in CSVText.row(columns.map { $0.value(row).csv }) }.joined()).utf8)
    }
}
