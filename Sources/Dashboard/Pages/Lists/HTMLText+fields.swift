internal import HTML

/// Fields of filter forms: each shows what the address says.
extension HTMLText {
    mutating func field(_ name: String, _ label: String, _ request: PageRequest, hint: String? = nil, size: Int = 10) {
        field(name, label, value: request.url.query[name], hint: hint, size: size)
    }

    mutating func field(_ name: String, _ label: String, value: String?, hint: String?, size: Int) {
        element("label") { html in
            html.text(label)
            html.void(
                "input",
                [
                    .attribute("name", name), .attribute("value", value), .attribute("placeholder", hint),
                    .attribute("size", "\(size)"),
                ])
        }
    }

    mutating func boxes(_ name: String, _ label: String, _ words: [String], _ request: PageRequest) {
        boxes(name, label, words.map { FilterForm.Choice($0) }, chosen: Set(request.url.query.all(name)))
    }

    mutating func boxes(_ name: String, _ label: String, _ choices: [FilterForm.Choice], chosen: Set<String>) {
        element("fieldset") { html in
            html.element("legend", label)
            for choice in choices {
                html.element("label") { html in
                    html.void(
                        "input",
                        [
                            .attribute("type", "checkbox"), .attribute("name", name), .attribute("value", choice.word),
                            .flag("checked", chosen.contains(choice.word)),
                        ])
                    html.text(choice.title)
                    if let count = choice.count { html.element("small", Words.count(count)) }
                }
            }
        }
    }

    mutating func select(
        _ name: String, _ label: String, _ words: [String], _ request: PageRequest, all: String = "all"
    ) {
        select(
            name, label, named: [("", all)] + words.filter { $0 != all }.map { ($0, $0) },
            chosen: request.url.query[name])
    }

    mutating func select(
        _ name: String, _ label: String, named choices: [(word: String, title: String)], chosen: String?
    ) {
        element("label") { html in
            html.text(label)
            html.element("select", [.attribute("name", name)]) { html in
                for (word, title) in choices {
                    html.element(
                        "option",
                        [
                            .attribute("value", word == title ? nil : word),
                            .flag("selected", word == chosen && !word.isEmpty),
                        ], title)
                }
            }
        }
    }
}

/// What stands in cells of lists.
extension HTMLText {
    /// The first page of a list: with the filters of this page where it is that list, else without any.
    static func listURL(_ section: Section, _ request: PageRequest) -> PageURL {
        request.url.path == section.path
            ? ListPlaces.beginning(request.url) : PageURL(section.path)
    }

    mutating func warnings(_ codes: [String]) {
        guard !codes.isEmpty else { return }
        element(
            "a",
            [
                .href("/telemetry/definitions/#\(codes[0])"), .class("tag warn"),
                .attribute("title", codes.joined(separator: ", ")),
            ], "▲ \(codes.count)")
    }

    /// To what an administrator looked at; with another name where the page hides who it was.
    mutating func admin(_ id: Int64, _ request: PageRequest) {
        if let pseudonyms = request.pseudonyms { return text(pseudonyms.name(of: id)) }
        link("\(id)", HTMLText.listURL(.activity, request).with("admin", "\(id)"))
    }

    /// To a signal; hidden is there, too, who decided.
    mutating func signal(_ id: Int64, _ request: PageRequest) {
        link("\(id)", PageURL("/telemetry/signals/\(id)/").with("anonymous", request.pseudonyms.map { _ in "1" }))
    }

    /// To what became of an event; where the page hides who did what, its id alone.
    mutating func eventLink(_ id: String, _ request: PageRequest? = nil) {
        guard request?.pseudonyms == nil else {
            return element("span", [.class("mono"), .attribute("title", id)], id.count > 13 ? "\(id.prefix(12))…" : id)
        }
        element(
            "a", [.href("/telemetry/where/?id=\(URLText.encoded(id))"), .class("mono"), .attribute("title", id)],
            id.count > 13 ? "\(id.prefix(12))…" : id)
    }
}
