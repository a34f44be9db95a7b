internal import Events
internal import HTML
internal import JSON
internal import Staff
internal import Store

/// Messages that were refused: in groups of one fault, or one by one.
enum QuarantinePage {
    /// That a group's small chart shows.
    private static let hours = 24

    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        let choice = QuarantineChoice(&parameters, desk.request.url, zone: desk.request.zone)
        let group = parameters.word("group", of: QuarantineGrouping.allCases.map(\.rawValue) + ["none"])
        let sort = parameters.word("sort", of: ["count", "last", "first"]) ?? "count"
        let (after, before) = (parameters.text("after", longest: 4096), parameters.text("before", longest: 4096))
        parameters.ignore("until")
        try parameters.finish()
        let isList = group == "none" || choice.filter.ids != nil
        if isList {
            return try QuarantineListPage.make(
                desk, choice, after.map { .after($0) } ?? before.map { .before($0) } ?? .first)
        }
        let grouping = group.flatMap { QuarantineGrouping(rawValue: $0) } ?? .fault
        let found: QuarantineFaults
        do throws(ListError) {
            found = try desk.reader.lists().quarantineFaults(
                choice.filter, by: grouping, now: desk.request.now, hours: hours, deadline: desk.reader.deadline)
        } catch { throw ListFault.make(error, desk.request.url) }
        switch desk.request.format {
        case .json: return .json(200, json(found))
        case .csv: return csv(found)
        default: break
        }
        let faults = sorted(found.faults, by: sort)
        return desk.layout.page("Quarantine", in: .quarantine, formats: [.json, .csv]) { html in
            head(desk, choice, isList: false, &html)
            html.element("section", [.class("panel")]) { html in
                guard !faults.isEmpty else {
                    return html.empty(
                        choice.query.pairs.isEmpty
                            ? "Nothing is in quarantine. Every message was stored." : "No message is like this.")
                }
                let url = desk.request.url.without("after", "before")
                html.table(
                    "Faults",
                    [
                        TableHead(title(grouping)), TableHead("What is wrong"), TableHead("Of"),
                        TableHead(
                            "Open", number: true, sort: (url.with("sort", "count"), sort == "count" ? .descending : nil)
                        ),
                        TableHead("All", number: true), TableHead("24 hours"),
                        TableHead("First", sort: (url.with("sort", "first"), sort == "first" ? .descending : nil)),
                        TableHead("Last", sort: (url.with("sort", "last"), sort == "last" ? .descending : nil)),
                        TableHead(""),
                    ]
                ) { html in
                    for fault in faults { row(fault, desk, choice, &html) }
                }
                if found.leftOut > 0 {
                    html.element(
                        "p", [.class("note")],
                        "\(Words.count(found.leftOut)) more groups with \(Words.count(found.leftOutMessages, "message")) are not shown; a filter finds them."
                    )
                }
            }
        }
    }

    static func head(_ desk: PageDesk, _ choice: QuarantineChoice, isList: Bool, _ html: inout HTMLText) {
        let url = desk.request.url.without("after", "before")
        html.element("div", [.class("head")]) { html in
            html.element("div") { html in
                html.element("h1", "Quarantine")
                html.element(
                    "p",
                    "Messages that could not be stored. Each is kept whole, and can be replayed once its producer or Alidade is mended."
                )
            }
            html.choices(
                "View",
                [
                    ("by fault", url.without("group"), !isList && url.query["group"] == nil),
                    ("reason", url.with("group", "reason"), url.query["group"] == "reason"),
                    ("queue", url.with("group", "queue"), url.query["group"] == "queue"),
                    ("pointer", url.with("group", "pointer"), url.query["group"] == "pointer"),
                    (
                        "version", url.with("group", "explanation_version"),
                        url.query["group"] == "explanation_version"
                    ),
                    ("producer", url.with("group", "app_id"), url.query["group"] == "app_id"),
                    ("one by one", url.with("group", "none"), isList),
                ])
        }
        html.element("details", [.class("filter"), .flag("open", choice.query.pairs.contains { $0.name != "shape" })]) {
            html in
            html.element("summary", "Filter")
            html.element("form", [.class("filters"), .attribute("method", "get"), .attribute("action", url.path)]) {
                html in
                if isList { html.hidden("group", "none") }
                html.select(
                    "state", "State", QuarantineFilter.State.allCases.map(\.rawValue), desk.request, all: "open")
                html.select("reason", "Reason", Rejection.Reason.allCases.map(\.rawValue), desk.request)
                html.select("queue", "Queue", IngestQueue.allCases.map(\.name), desk.request)
                html.field("pointer", "Pointer begins with", desk.request, hint: "/action_taken", size: 16)
                html.field("text", "Sentence has", desk.request, size: 16)
                html.field("version", "Version", desk.request, size: 8)
                html.field("app_id", "Producer", desk.request, size: 12)
                html.field("from", "From", desk.request, hint: "2026-02-09", size: 11)
                html.field("to", "To", desk.request, hint: "2026-02-10", size: 11)
                html.element("button", "Filter")
            }
        }
        if desk.request.visitor.may(.operator) {
            html.element("p", [.class("filters")]) { html in
                html.link(
                    "Work on \(choice.query.pairs.isEmpty ? "all open messages" : "these")",
                    PageURL("/telemetry/quarantine/selection/", choice.query), class: "button quiet")
            }
        }
    }

    private static func row(
        _ fault: QuarantineFault, _ desk: PageDesk, _ choice: QuarantineChoice, _ html: inout HTMLText
    ) {
        let url = selection(fault, choice)
        html.element("tr") { html in
            html.element("td") { html in
                html.element("a", [.href(PageURL("/telemetry/quarantine/", url).with("group", "none").text)]) { html in
                    name(fault, &html)
                }
                if fault.reason != nil, let queue = fault.queue { html.element("div", [.class("note")], queue) }
            }
            html.element("td") { html in
                html.link(
                    fault.sampleDetail, "/telemetry/quarantine/\(fault.sampleID)/", for: .operator, desk.request)
            }
            html.element("td") { html in types(fault.eventTypes, &html) }
            html.number(Words.count(fault.unresolved))
            html.number(Words.count(fault.total))
            html.element("td", [.class("w")]) { html in
                html.spark(
                    fault.hours.map { Double($0) },
                    title: "\(Words.count(fault.hours.reduce(0, +))) came in the last \(hours) clock hours")
            }
            html.element("td", [.class("t")]) { $0.time(fault.firstReceivedAt, desk.request, \.short) }
            html.element("td", [.class("t")]) { $0.time(fault.lastReceivedAt, desk.request, \.short) }
            html.element("td") { html in
                guard desk.request.visitor.may(.operator), fault.unresolved > 0 else { return }
                html.link("Work on it", PageURL("/telemetry/quarantine/selection/", url))
            }
        }
    }

    private static func name(_ fault: QuarantineFault, _ html: inout HTMLText) {
        if let reason = fault.reason { html.element("b", reason) }
        if let shape = fault.shape {
            if fault.reason != nil { html.text(" ") }
            html.element("span", [.class("mono")], shape.isEmpty && fault.reason == nil ? "the whole body" : shape)
        }
        if fault.reason == nil, let queue = fault.queue { html.element("b", queue) }
        if let version = fault.version { html.element("b", version.isEmpty ? "no version" : version) }
        if let appID = fault.appID { html.element("b", appID.isEmpty ? "producers without a name" : appID) }
    }

    /// Some of them, and how many there are.
    private static func types(_ types: [String], _ html: inout HTMLText) {
        guard types.count > 2 else { return html.text(types.isEmpty ? "–" : types.joined(separator: ", ")) }
        html.element(
            "span", [.attribute("title", types.joined(separator: ", "))], "\(types[0]), \(types.count - 1) more")
    }

    private static func title(_ grouping: QuarantineGrouping) -> String {
        switch grouping {
        case .fault: "Fault"
        case .reason: "Reason"
        case .queue: "Queue"
        case .pointer: "Pointer"
        case .explanationVersion: "Version"
        case .appID: "Producer"
        }
    }

    /// The query that means exactly the messages of a fault, or of a group of faults, of those that are shown.
    private static func selection(_ fault: QuarantineFault, _ choice: QuarantineChoice) -> FormValues {
        let parts = [
            "reason": fault.reason, "queue": fault.queue,
            "shape": fault.shape.map { $0.isEmpty ? QuarantineChoice.wholeBody : $0 },
            "version": fault.version.map { $0.isEmpty ? QuarantineChoice.noVersion : $0 },
            "app_id": fault.appID.map { $0.isEmpty ? QuarantineChoice.noAppID : $0 },
        ].compactMapValues { $0 }
        let kept = choice.query.pairs.filter { parts[$0.name] == nil }
        return FormValues(kept + parts.sorted { $0.key < $1.key }.map { FormValues.Pair($0.key, $0.value) })
    }

    private static func sorted(_ faults: [QuarantineFault], by sort: String) -> [QuarantineFault] {
        switch sort {
        case "last": faults.sorted { $0.lastReceivedAt > $1.lastReceivedAt }
        case "first": faults.sorted { $0.firstReceivedAt > $1.firstReceivedAt }
        default:
            faults.sorted {
                ($0.unresolved, $0.total, $0.lastReceivedAt) > ($1.unresolved, $1.total, $1.lastReceivedAt)
            }
        }
    }

    private static let columns: [ListColumn<QuarantineFault>] = [
        ListColumn("queue", nil) { .text($0.queue) }, ListColumn("reason", nil) { .text($0.reason) },
        ListColumn("pointer", nil) { .text($0.shape) }, ListColumn("explanation_version", nil) { .text($0.version) },
        ListColumn("app_id", nil) { .text($0.appID) },
        ListColumn("event_types", nil) { .text($0.eventTypes.joined(separator: " ")) },
        ListColumn("unresolved", nil) { .integer($0.unresolved) }, ListColumn("total", nil) { .integer($0.total) },
        ListColumn("replayed", nil) { .integer($0.replayed) }, ListColumn("discarded", nil) { .integer($0.discarded) },
        ListColumn("first_received_at", nil) { .time($0.firstReceivedAt) },
        ListColumn("last_received_at", nil) { .time($0.lastReceivedAt) },
        ListColumn("sample_id", nil) { .integer($0.sampleID) }, ListColumn("sample", nil) { .text($0.sampleDetail) },
    ]

    private static func json(_ found: QuarantineFaults) -> String {
        var json = JSONText()
        json.object { json in
            json.array("faults") { json in
                for fault in found.faults {
                    json.object { json in
                        for column in columns { column.value(fault).write(to: &json, as: column.name) }
                    }
                }
            }
            json.member("left_out", found.leftOut)
        }
        return json.text
    }

    private static func csv(_ found: QuarantineFaults) -> PageAnswer {
        let rows = [columns.map(\.name)] + found.faults.map { fault in columns.map { $0.value(fault).csv } }
        return PageAnswer(
            status: 200, contentType: CSVText.contentType, bytes: Array(rows.map(CSVText.row).joined().utf8))
    }
}
