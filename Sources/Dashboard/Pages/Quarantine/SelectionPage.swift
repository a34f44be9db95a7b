internal import Events
internal import HTML
internal import Staff
internal import Store

/// A selection of quarantined messages that does not grow: what is in it, and what can be done with it.
enum SelectionPage {
    static let path = "/telemetry/quarantine/selection/"
    /// From so many on the number has to be typed.
    private static let many: Int64 = 100

    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        var choice = QuarantineChoice(&parameters, desk.request.url, zone: desk.request.zone)
        let shown = parameters.integer("expected", in: 0...Int64.max)
        let since = parameters.integer("since", in: 0...Int64.max)
        parameters.ignore("until")
        try parameters.finish()
        let reader = try desk.reader.reader()
        // From here on the selection has an end: what comes later is not in it.
        guard choice.filter.greatestID != nil, let shown, let since else {
            let max = try choice.filter.greatestID ?? reader.greatestQuarantineID()
            choice.filter.greatestID = max
            let count = try reader.quarantineCount(choice.filter)
            let frozen = PageURL(path, FormValues(choice.query.pairs.filter { $0.name != "max" })).with([
                "max": "\(max)", "expected": "\(count)", "since": "\(desk.request.now)",
            ])
            return .redirect(to: frozen.text)
        }
        let count = try reader.quarantineCount(choice.filter)
        var later = choice.filter
        later.greatestID = nil
        let come = try reader.quarantineCount(later) - count
        let resolved = try reader.resolved(choice.filter, since: since)
        return desk.layout.page("Selection", in: .quarantine) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", Words.count(count, "message"))
                    html.element("p") { html in
                        html.text("Selected are \(choice.sentence). ")
                        html.link("See them", PageURL("/telemetry/quarantine/", choice.query).with("group", "none"))
                    }
                }
            }
            if count != shown || come > 0 || !resolved.isEmpty {
                html.element("div", [.class("banner")]) { html in
                    for entry in resolved {
                        html.element("p") { html in
                            html.text(
                                "\(Words.count(entry.count)) of these \(entry.count == 1 ? "was" : "were") resolved (\(entry.action)) by \(entry.actor ?? "somebody") at "
                            )
                            html.time(entry.lastAt, desk.request)
                            html.text(".")
                        }
                    }
                    if come > 0 {
                        html.element(
                            "p",
                            "\(Words.count(come, "message")) like these came since. They are not in this selection.")
                    }
                }
            }
            guard count > 0 else {
                return html.panel("Nothing is left to do", class: "block") {
                    $0.empty("All messages of this selection are resolved.")
                }
            }
            // What is resolved stays so.
            guard choice.filter.state == .open else {
                return html.panel("Nothing can be done with these", class: "block") { html in
                    html.element("p") { html in
                        html.text("Only open messages can be replayed or discarded. ")
                        html.link(
                            "The open ones among them",
                            PageURL(
                                path, FormValues(choice.query.pairs.filter { !["state", "max"].contains($0.name) })))
                    }
                }
            }
            form(
                .dryRun, "Try it", "What today’s checks would make of each. Nothing is changed.", "Dry run", count,
                choice, desk, &html)
            form(
                .replay, "Replay",
                "Checks each again, with its first identity, and stores what passes. What is still refused stays here.",
                "Replay", count, choice, desk, &html)
            form(
                .discard, "Discard",
                "Says that nobody wants them. They stay in the store, marked as discarded, and cannot be replayed any more.",
                "Discard", count, choice, desk, &html)
        }
    }

    private static func form(
        _ action: QuarantineTask.Action, _ title: String, _ note: String, _ label: String, _ count: Int64,
        _ choice: QuarantineChoice,
        _ desk: PageDesk, _ html: inout HTMLText
    ) {
        html.panel(title, class: "block", note: note) { html in
            html.element("form", [.class("filters"), .attribute("method", "post"), .attribute("action", path)]) {
                html in
                for pair in choice.query.pairs { html.hidden(pair.name, pair.value) }
                html.hidden("action", action.rawValue)
                html.hidden("expected", "\(count)")
                html.hidden(
                    "token",
                    FormToken.make(
                        desk.request.visitor.formKey, route: path, selection: seal(action, choice, count),
                        now: desk.request.now))
                if action != .dryRun {
                    html.element("label") { html in
                        html.text(action == .discard ? "Why (needed)" : "Note")
                        html.void(
                            "input",
                            [
                                .attribute("name", "note"), .attribute("size", "40"), .attribute("maxlength", "500"),
                                .flag("required", action == .discard),
                            ])
                    }
                    if count > many {
                        html.element("label") { html in
                            html.text("Type \(count) to confirm")
                            html.void(
                                "input",
                                [
                                    .attribute("name", "typed"), .attribute("size", "10"),
                                    .attribute("inputmode", "numeric"), .flag("required"),
                                ])
                        }
                    }
                }
                html.element(
                    "button", [.class(action == .discard ? "danger" : action == .dryRun ? "quiet" : nil)],
                    "\(label) \(Words.count(count, "message"))")
            }
        }
    }

    /// What a form's token is about.
    private static func seal(_ action: QuarantineTask.Action, _ choice: QuarantineChoice, _ count: Int64) -> String {
        "\(action.rawValue) \(count) \(choice.query.encoded)"
    }

    /// What the form asks for; throws what is told instead.
    static func task(_ request: PageRequest) throws -> QuarantineTask {
        guard let form = request.form else { throw PageFault.notFound("This is a form.") }
        let extra = ["action", "expected", "token", "note", "typed"]
        let url = PageURL(path, FormValues(form.pairs.filter { !extra.contains($0.name) }))
        let back = url.with(["expected": form["expected"], "since": "\(request.now)"])
        func fault(_ status: Int, _ title: String, _ line: String) -> PageFault {
            PageFault(
                status, title, [line, "Nothing was done."], links: [PageFault.Link("Back to the selection", back.text)])
        }
        var parameters = Parameters(url)
        let choice = QuarantineChoice(&parameters, url, zone: request.zone)
        try parameters.finish()
        guard choice.filter.state == .open else {
            throw fault(400, "Nothing can be done with these", "Only open messages can be replayed or discarded.")
        }
        guard let action = form["action"].flatMap(QuarantineTask.Action.init),
            let expected = form["expected"].flatMap({ Int64($0) }), choice.filter.greatestID != nil
        else { throw fault(400, "This form is incomplete", "It does not say what to do with which messages.") }
        let token = form["token"] ?? ""
        switch FormToken.check(
            token, request.visitor.formKey, route: path, selection: seal(action, choice, expected), now: request.now)
        {
        case .valid: break
        case .outdated: throw fault(400, "This page is too old", "It was open for more than half an hour.")
        case .forged:
            throw fault(
                403, "This form is not for this selection", "Its token belongs to another selection, page or session.")
        }
        let note = form["note"].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : String($0.prefix(500)) }
        if action == .discard, note == nil {
            throw fault(400, "A reason is needed", "Say why nobody wants these messages.")
        }
        if action != .dryRun, expected > many, form["typed"]?.filter(\.isNumber) != "\(expected)" {
            throw fault(400, "The number is needed", "Type \(expected) to confirm that you mean so many messages.")
        }
        return QuarantineTask(
            action, choice.filter, selection: choice.query.encoded, note: note, expected: expected,
            by: request.visitor.asOperator,
            token: token)
    }
}

extension Visitor {
    /// As whom the store knows the visitor.
    var asOperator: Operator { Operator(name: name, way: way == .proxy ? .proxy : .staff, peer: peer) }
}
