internal import Events
internal import HTML
internal import JSON
internal import MetricsCatalogue
internal import Store

/// Sessions of the profiler, each as it stands.
enum SessionsPage {
    static let columns: [ListColumn<SessionRow>] = [
        ListColumn("occurred_at", "Last", order: "date", { .time($0.occurredAt) }) { row, request, html in
            html.time(row.occurredAt, request, \.short)
        },
        ListColumn("started_at", "Started", { .time($0.startedAt) }) { row, request, html in
            // Two times with UTC beside each would make a page of rows too large.
            guard let started = row.startedAt else { return html.text("–") }
            let time = PageTime(started, request.zone)
            html.element("time", [.attribute("datetime", time.datetime)], time.short)
        },
        ListColumn("session_id", "Session", { .text($0.session) }) { row, _, html in
            html.link(
                row.session.count > 13 ? "\(row.session.prefix(12))…" : row.session, url(of: row.session), class: "mono"
            )
        },
        ListColumn("user_id", "Learner") { .text(Masked.user($0.user)) },
        ListColumn("completion_status", "Status", order: "status", { .text($0.status) }) { row, _, html in
            html.element(
                "span", [.class("tag \(["finished": "good", "locked": "good"][row.status] ?? "")")],
                row.status.replacing("_", with: " "))
        },
        ListColumn("aptitude_score", "Aptitude", number: true, order: "aptitude") { .number($0.aptitude) },
        ListColumn("technical_exposure_score", "Exposure", number: true, order: "exposure") { .number($0.exposure) },
        ListColumn("work_style_cluster", nil) { .text($0.workStyle) },
        ListColumn("difficulty_selection", nil) { .text($0.difficulty) },
        ListColumn("recommended_track_id", "Recommended") { .text($0.recommendedTrack) },
        ListColumn("top_track", "Best match") { .text($0.topTrack) },
        ListColumn("agrees", "Agree", { $0.agrees.map { .flag($0) } ?? .missing }) { row, _, html in
            html.text(row.agrees.map { $0 ? "yes" : "no" } ?? "–")
        },
        ListColumn("result_accepted", "Accepted", { $0.isAccepted.map { .flag($0) } ?? .missing }) { row, _, html in
            guard let accepted = row.isAccepted else { return html.text("–") }
            html.element("span", [.class("tag \(accepted ? "good" : "warn")")], accepted ? "yes" : "no")
        },
        ListColumn("attempt_count", "Attempts", number: true) { .integer($0.attempts) },
        ListColumn("was_reset", nil) { .flag($0.wasReset) },
        ListColumn("time_spent_seconds", "Time", number: true, order: "duration", { .integer($0.seconds) }) {
            row, _, html in
            html.text(Words.duration(seconds: row.seconds.map(Double.init)))
        },
        ListColumn("drift", "Drift", number: true, order: "drift") { .number($0.drift) },
        ListColumn("completed_at", nil) { .time($0.completedAt) },
        ListColumn("warnings", "▲", { .list($0.warnings) }) { row, _, html in html.warnings(row.warnings) },
    ]

    /// Where one session is. Browsers take `.` and `..` out of a path, however they are written.
    static func url(of id: String) -> PageURL {
        isPath(id)
            ? PageURL("/telemetry/sessions/\(URLText.encoded(id))/") : PageURL("/telemetry/sessions/", ["session": id])
    }

    /// Where its personal values are asked for; which one is said in the form, too.
    static func revealing(_ id: String) -> String {
        "/telemetry/sessions/\(isPath(id) ? URLText.encoded(id) : "session")/reveal"
    }

    private static func isPath(_ id: String) -> Bool { ![".", "..", ""].contains(id) }

    static func make(_ desk: PageDesk) throws -> PageAnswer {
        if let answer = ListPlaces.withoutDoubleWindow(desk) { return answer }
        let choice = try SessionsChoice(desk)
        if let id = choice.session { return try SessionPage.make(id, desk) }
        if desk.request.format == .csv {
            return csv(choice)
        }
        let page: ListPage<SessionRow>
        let lists = try desk.reader.lists()
        do throws(ListError) {
            page = try lists.sessions(
                choice.filter, choice.order, choice.place, count: choice.count,
                ReadLimit(deadline: desk.reader.deadline))
        } catch { throw ListFault.make(error, desk.request.url) }
        if desk.request.format == .json { return json(page) }
        let desk = try desk.of(choice.window)
        let summary = try SessionsSummary(desk, choice.window)
        let total = ListPlaces.total(nil, page, desk.reader.deadline) { limit throws(ListError) in
            try lists.count(of: choice.filter, limit)
        }
        let table = ListTable(
            caption: "Sessions, \(choice.window.title)", page: page, columns: columns, sort: choice.order.text,
            mark: nil, total: ListPlaces.words(total, "session")
        ) { key in SessionOrder(rawValue: key).map { choice.isShown(by: $0) } ?? true }
        return desk.layout.page("Sessions", in: .sessions, asOf: choice.window.now, formats: [.json, .csv]) { html in
            head(choice, summary, desk, &html)
            summary.write(choice.isWhole, to: &html)
            html.element("section", [.class("panel")]) { html in
                table.write(desk.request, &html)
                if Reveal.isOffered(desk.request) { revealForm(desk.request, &html) }
            }
        }
    }

    private static func head(
        _ choice: SessionsChoice, _ summary: SessionsSummary, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        html.element("div", [.class("head")]) { html in
            html.element("div") { html in
                html.element("h1", "Sessions")
                html.element("p", "Sessions of the profiler as they stand, by their last message.")
            }
            ListWindows.write(desk.request, choice.window.days, &html) {
                choice.isShown(by: choice.order.key, days: $0)
            }
        }
        html.element("details", [.class("filter"), .flag("open", !choice.isWhole)]) { html in
            html.element("summary", "Filter, or go to a time")
            var form = FilterForm(desk.request)
            summary.form(&form)
            form.rest()
            form.write(to: &html) { html in
                if !choice.isWhole { html.link("Without filters", choice.unfiltered, class: "button quiet") }
            }
        }
    }

    private static func revealForm(_ request: PageRequest, _ html: inout HTMLText) {
        let url = ListPlaces.beginning(request.url)
        html.element("details") { html in
            html.element("summary", [.class("note")], "CSV with whole ids of learners")
            Reveal(selection: url.text, page: url).form(
                PageURL("/telemetry/sessions/list/reveal", url.query).text, "list", "Download", request, &html)
        }
    }

    /// The list as a file with whole ids of learners.
    static func reveal(_ desk: PageDesk) throws -> PageAnswer {
        let page = PageURL("/telemetry/sessions/", desk.request.url.query)
        let reveal = Reveal(selection: page.text, page: page)
        let reason = try reveal.reason(desk.request)
        let choice = try SessionsChoice(desk)
        try reveal.record(reason, desk) { $0.member("list", page.text) }
        return csv(choice, isRevealed: true)
    }

    private static func csv(_ choice: SessionsChoice, isRevealed: Bool = false) -> PageAnswer {
        PageAnswer(
            contentType: CSVText.contentType,
            pieces: SessionPieces(choice.filter, choice.order, isRevealed: isRevealed),
            fields: ["Content-Disposition": "attachment; filename=\"sessions.csv\""])
    }

    private static func json(_ page: ListPage<SessionRow>) -> PageAnswer {
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
            json.member("stopped_at", page.stoppedAt.map { RFC3339.text($0) })
        }
        return .json(200, json.text)
    }
}

/// Sessions as comma-separated values, some at a time.
private final class SessionPieces: PieceSource, @unchecked Sendable {
    private let filter: SessionListFilter
    private let order: ListOrder<SessionOrder>
    private let isRevealed: Bool
    private var place: ListPlace? = .first
    private var isBegun = false

    init(_ filter: SessionListFilter, _ order: ListOrder<SessionOrder>, isRevealed: Bool) {
        self.isRevealed = isRevealed
        self.filter = filter
        self.order = order
    }

    func next(_ reader: PageReader) throws -> [UInt8]? {
        guard let here = place else { return nil }
        let page = try reader.lists().sessions(
            filter, order, here, count: ListLimit.rows, ReadLimit(deadline: reader.deadline))
        place = page.after.map { .after($0) }
        let head = isBegun ? "" : CSVText.row(SessionsPage.columns.map(\.name))
        isBegun = true
        return Array((head + page.rows.map(text).joined()).utf8)
    }

    private func text(_ row: SessionRow) -> String {
        CSVText.row(
            SessionsPage.columns.map { column in
                isRevealed && column.name == "user_id" ? CSVText.cell(row.user) : column.value(row).csv
            })
    }
}
