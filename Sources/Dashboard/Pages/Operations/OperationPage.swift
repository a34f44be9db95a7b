internal import Staff
internal import Events
internal import HTML
internal import JSON
internal import Store

/// One operation: how far it is, what became of each message, and what may be done next.
enum OperationPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        let after = parameters.integer("after", in: 0...Int64.max) ?? 0
        let word = parameters.word("outcome", of: OperationOutcome.Word.allCases.map(\.rawValue)).flatMap {
            OperationOutcome.Word(rawValue: $0)
        }
        parameters.ignore("until")
        try parameters.finish()
        let reader = try desk.reader.reader()
        guard let id = desk.request.name.flatMap({ Int64($0) }), let entry = try reader.operation(id) else {
            throw PageFault.notFound("There is no operation of this number.")
        }
        if desk.request.format == .csv { return OperationFile.csv(id, word) }
        let progress = try reader.progress(of: id)
        let outcomes = entry.expected == nil ? [] : try reader.outcomes(of: id, word, after: after, count: 100)
        if desk.request.format == .json { return OperationFile.json(entry, progress, outcomes) }
        return desk.layout.page(
            "Operation \(id)", in: .quarantine, formats: [.json, .csv], refresh: entry.isUnfinished ? 2 : nil
        ) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", title(entry, progress))
                    html.element("p") { html in
                        html.text("\(entry.actor)\(entry.peer.map { " (\($0))" } ?? "") began it at ")
                        html.time(entry.at, desk.request)
                        if let note = entry.note { html.text(": \(note)") }
                        let what = OperationDetail.words(entry.detail)
                        if !what.isEmpty { html.text(" · \(what)") }
                    }
                }
                if entry.isUnfinished, desk.request.visitor.way != .token, desk.request.visitor.may(.operator) {
                    html.element(
                        "form",
                        [.attribute("method", "post"), .attribute("action", "/telemetry/operations/\(id)/stop")]
                    ) { $0.element("button", [.class("quiet")], "Stop") }
                }
            }
            if entry.isUnfinished, let delay = desk.work.delay(of: id) {
                html.element("p", [.class("alert")], "It waits: \(delay). It goes on by itself.")
            }
            if let expected = entry.expected { state(entry, progress, expected, &html) }
            next(entry, progress, desk, &html)
            if !outcomes.isEmpty { rows(outcomes, desk, id, &html) }
        }
    }

    private static func title(_ entry: OperationEntry, _ progress: OperationProgress) -> String {
        let name = ["dry_run": "Dry run", "replay": "Replay", "discard": "Discard"][entry.action] ?? entry.action
        guard let expected = entry.expected else { return name }
        if entry.isUnfinished { return "\(name): \(Words.count(progress.total)) of \(Words.count(expected))" }
        return "\(name) of \(Words.count(progress.total, "message")): \(entry.end?.state.rawValue ?? "done")"
    }

    private static func state(
        _ entry: OperationEntry, _ progress: OperationProgress, _ expected: Int64, _ html: inout HTMLText
    ) {
        html.panel(entry.action == "dry_run" ? "What would become of them" : "What became of them", class: "block") {
            html in
            html.element("div", [.attribute("role", "status")]) { html in
                html.bar(expected > 0 ? Double(progress.total) / Double(expected) : 1)
                html.element("p", [.class("note")], "\(Words.count(progress.total)) of \(Words.count(expected))")
            }
            html.table("Outcomes", [TableHead("Outcome"), TableHead("Why"), TableHead("Messages", number: true)]) {
                html in
                for count in progress.counts {
                    html.element("tr") { html in
                        html.element("td") {
                            $0.element(
                                "span", [.class("tag \(tags[count.outcome] ?? "")")], words(count.outcome, entry.action)
                            )
                        }
                        html.cell(count.detail ?? "")
                        html.number(Words.count(count.count))
                    }
                }
            }
            if let end = entry.end, let note = end.note { html.element("p", [.class("alert")], note) }
        }
    }

    private static let tags: [OperationOutcome.Word: String] = [
        .stored: "good", .duplicate: "good", .refused: "bad", .discarded: "warn",
    ]

    static func words(_ outcome: OperationOutcome.Word, _ action: String) -> String {
        let would = action == "dry_run" ? "would be " : ""
        switch outcome {
        case .stored: return "\(would)stored"
        case .duplicate: return "\(would)a duplicate: its event is stored already"
        case .discarded: return "discarded"
        case .refused: return action == "dry_run" ? "would still be refused" : "still refused"
        case .resolvedBefore: return "resolved before, by somebody else"
        case .unknownQueue: return "left: this version does not know its queue"
        }
    }

    /// After a dry run: what is good may be replayed, what is not is left.
    private static func next(
        _ entry: OperationEntry, _ progress: OperationProgress, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        guard entry.action == "dry_run", !entry.isUnfinished, desk.request.visitor.may(.operator) else { return }
        let good = progress.counts.filter { $0.outcome == .stored || $0.outcome == .duplicate }.reduce(0) {
            $0 + $1.count
        }
        guard good > 0, let selection = OperationDetail.selection(entry.detail),
            let query = FormValues(encoded: selection)
        else { return }
        let url = PageURL(SelectionPage.path, FormValues(query.pairs.filter { $0.name != "dry" })).with(
            "dry", "\(entry.id)")
        html.element("p", [.class("filters")]) {
            $0.link("Go on with the \(Words.count(good)) that are good", url, class: "button")
        }
    }

    private static func rows(_ outcomes: [OperationOutcome], _ desk: PageDesk, _ id: Int64, _ html: inout HTMLText) {
        html.panel("Message by message", class: "block") { html in
            html.table(
                "Message by message", [TableHead("Message", number: true), TableHead("Outcome"), TableHead("Why")]
            ) { html in
                for outcome in outcomes {
                    html.element("tr") { html in
                        html.element("td", [.class("n")]) {
                            $0.link(
                                "\(outcome.quarantineID)", "/telemetry/quarantine/\(outcome.quarantineID)/",
                                for: .operator, desk.request)
                        }
                        html.cell(outcome.outcome.rawValue.replacing("_", with: " "))
                        html.cell(outcome.detail ?? "")
                    }
                }
            }
            if outcomes.count == 100, let last = outcomes.last {
                html.element("p", [.class("pages")]) {
                    $0.link("More", desk.request.url.with("after", "\(last.quarantineID)"))
                }
            }
        }
    }
}

/// The column `detail` of an operation on quarantined messages.
package enum OperationDetail {
    /// `selection` is what finds the messages again.
    package static func text(selection: String) -> String {
        var json = JSONText()
        json.object { $0.member("selection", selection) }
        return json.text
    }

    /// The members as people read them: `session_id 17`.
    static func words(_ detail: String) -> String {
        guard let value = try? JSONReader.read(Array(detail.utf8)), let members = try? value.members() else {
            return ""
        }
        return members.map { name, value in
            let text =
                switch value.content {
                case .string(let text) where name == "selection":
                    (FormValues(encoded: text)?.pairs ?? []).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
                case .string(let text): text
                case .number(let number) where number == number.rounded() && abs(number) < 1e15: "\(Int64(number))"
                default: value.shown
                }
            return "\(name.replacing("_", with: " ")) \(text)"
        }.joined(separator: ", ")
    }

    package static func selection(_ detail: String) -> String? {
        guard let value = try? JSONReader.read(Array(detail.utf8)), let members = try? value.members(),
            case .string(let text)? = members.first(where: { $0.name == "selection" })?.value.content
        else { return nil }
        return text
    }
}
