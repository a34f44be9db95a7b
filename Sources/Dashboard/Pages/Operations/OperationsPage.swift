internal import Events
internal import HTML
internal import JSON
internal import Staff
internal import Store

/// Who did and saw what, and who is signed in. For auditors.
enum OperationsPage {
    static let columns: [ListColumn<OperationEntry>] = [
        ListColumn("id", "No.", number: true, { .integer($0.id) }) { row, _, html in
            html.link("\(row.id)", "/telemetry/operations/\(row.id)/")
        },
        ListColumn("at", "Time") { .time($0.at) },
        ListColumn("actor", "Who") { .text($0.actor) },
        ListColumn("via", "From where", { .text($0.via) }) { row, _, html in
            html.text("\(row.via.replacing("_", with: " "))\(row.peer.map { ", \($0)" } ?? "")")
        },
        ListColumn("peer", nil) { .text($0.peer) },
        ListColumn("action", "What", { .text($0.action) }) { row, _, html in
            html.element(
                "span", [.class("tag \(row.action == "login_failed" ? "bad" : "")")],
                row.action.replacing("_", with: " "))
            if row.isUnfinished { html.element("span", [.class("tag warn")], "goes on") }
        },
        ListColumn("note", "Why") { .text($0.note) },
        ListColumn("expected", "Messages", number: true) { .integer($0.expected) },
        ListColumn("state", "State") { .text($0.end?.state.rawValue) },
        ListColumn("detail", "Of what", { .text($0.detail) }) { row, _, html in
            html.text(OperationDetail.words(row.detail))
        },
    ]

    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        var filter = OperationFilter()
        filter.actor = parameters.text("actor")
        filter.actions = parameters.words("action", of: OperationAction.allCases.map(\.rawValue))
        filter.from = parameters.value("from") { text in try WindowChoice.moment(text, "from", desk.request.zone) }
        filter.to = parameters.value("to") { text in try WindowChoice.moment(text, "to", desk.request.zone) }
        let (after, before) = (parameters.text("after", longest: 4096), parameters.text("before", longest: 4096))
        parameters.ignore("until")
        try parameters.finish()
        let place: ListPlace = after.map { .after($0) } ?? before.map { .before($0) } ?? .first
        let page: ListPage<OperationEntry>
        do throws(ListError) {
            page = try desk.reader.lists().operations(
                filter, place, count: desk.request.format == .html ? 50 : ListLimit.rows,
                ReadLimit(deadline: desk.reader.deadline))
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
                json.member("after", page.after)
            }
            return .json(200, json.text)
        case .csv:
            let rows = [columns.map(\.name)] + page.rows.map { row in columns.map { $0.value(row).csv } }
            return PageAnswer(
                status: 200, contentType: CSVText.contentType, bytes: Array(rows.map(CSVText.row).joined().utf8))
        default: break
        }
        return desk.layout.page("Operations", in: .operations, formats: [.json, .csv]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Operations")
                    html.element(
                        "p",
                        "Who replayed, discarded, revealed and exported what, and who signed in. Nothing here is ever changed or deleted."
                    )
                }
            }
            sessions(desk, &html)
            html.element(
                "form", [.class("filters"), .attribute("method", "get"), .attribute("action", desk.request.url.path)]
            ) { html in
                html.field("actor", "Who", desk.request, size: 14)
                html.boxes("action", "What", OperationAction.allCases.map(\.rawValue), desk.request)
                html.field("from", "From", desk.request, hint: "2026-02-09", size: 11)
                html.field("to", "To", desk.request, hint: "2026-02-10", size: 11)
                html.element("button", "Filter")
            }
            html.element("section", [.class("panel")]) { html in
                guard !page.rows.isEmpty else { return html.empty("Nobody did anything like this.") }
                let shown = columns.filter { $0.title != nil }
                html.table("Operations", shown.map { TableHead($0.title ?? "", number: $0.isNumber) }) { html in
                    for row in page.rows {
                        html.element("tr") { html in for column in shown { column.write(row, desk.request, to: &html) }
                        }
                    }
                }
                html.element("nav", [.class("pages"), .attribute("aria-label", "Pages of the list")]) { html in
                    if let before = page.before {
                        html.link("Newer", desk.request.url.without("after", "before").with("before", before))
                    }
                    if let after = page.after {
                        html.link("Older", desk.request.url.without("after", "before").with("after", after))
                    }
                }
            }
        }
    }

    private static func sessions(_ desk: PageDesk, _ html: inout HTMLText) {
        let sessions = desk.signedIn()
        html.panel("Signed in", class: "block", note: "Sessions live in memory: a restart ends them.") { html in
            guard !sessions.isEmpty else {
                return html.empty("Nobody has a session here; who comes through a proxy has none.")
            }
            html.table(
                "Sessions",
                [TableHead("Who"), TableHead("From where"), TableHead("Since"), TableHead("Last seen"), TableHead("")]
            ) { html in
                for session in sessions {
                    html.element("tr") { html in
                        html.cell(session.name)
                        html.cell(session.peer)
                        html.element("td") { $0.time(session.began, desk.request) }
                        html.element("td") { $0.time(session.lastUse, desk.request) }
                        html.element("td") { html in
                            html.element(
                                "form",
                                [
                                    .attribute("method", "post"),
                                    .attribute("action", "/telemetry/operations/sessions/end"),
                                ]
                            ) { html in
                                html.hidden("session", session.id)
                                html.element("button", [.class("quiet")], "End")
                            }
                        }
                    }
                }
            }
        }
    }
}
