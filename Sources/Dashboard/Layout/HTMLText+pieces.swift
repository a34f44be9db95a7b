internal import TimeZones
internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Staff

/// What pages are put together from.
extension HTMLText {
    /// A time in the zone of the page, with UTC where the pointer rests.
    mutating func time(
        _ time: Timestamp, _ request: PageRequest, _ form: KeyPath<PageTime, String> = \.full, live: String? = nil
    ) {
        let local = PageTime(time, request.zone)
        let utc = PageTime(time, .utc)
        element(
            "time",
            [
                .attribute("datetime", local.datetime), .attribute("title", "\(utc.full) UTC"),
                .attribute("data-live", live),
            ], local[keyPath: form])
    }

    mutating func link(_ text: String, _ url: String, class kind: String? = nil) {
        element("a", [.href(url), .class(kind)], text)
    }

    mutating func link(_ text: String, _ url: PageURL, class kind: String? = nil) { link(text, url.text, class: kind) }

    /// A link for whoever has the role that its page needs; to others it says the same without one.
    mutating func link(_ text: String, _ url: String, for role: StaffRole, _ request: PageRequest) {
        if request.visitor.may(role) { link(text, url) } else { self.text(text) }
    }

    mutating func hidden(_ name: String, _ value: String) {
        void("input", [.attribute("type", "hidden"), .attribute("name", name), .attribute("value", value)])
    }

    /// A link to what a metric means.
    mutating func definition(_ metric: String) {
        element(
            "a",
            [
                .href("/telemetry/definitions/#\(metric)"), .class("what"),
                .attribute("aria-label", "What \(metric) means"), .attribute("title", "What this means"),
            ], "?")
    }

    /// A titled part of a page. What is in a `part` is kept up to date where the page is live.
    mutating func panel(
        _ title: String, class kind: String = "", note: String? = nil, metric: String? = nil,
        query: FormValues = FormValues(), part: String? = nil, _ body: (inout HTMLText) -> Void
    ) {
        element("section", [.class("panel \(kind)")]) { html in
            html.element("header") { html in
                html.element("h2") { html in
                    if let metric {
                        html.link(title, PageURL("/telemetry/metrics/\(metric)/", query))
                    } else {
                        html.text(title)
                    }
                }
                if let metric { html.definition(metric) }
                if let note { html.element("p", [.class("note")], note) }
            }
            if let part { html.part(part, body) } else { body(&html) }
        }
    }

    /// Where there is nothing yet, and why.
    mutating func empty(_ text: String) { element("p", [.class("empty")], text) }

    /// A table that scrolls inside itself where it is too wide.
    mutating func table(
        _ caption: String, hidesCaption: Bool = true, _ heads: [TableHead], rows: (inout HTMLText) -> Void
    ) {
        element(
            "div",
            [
                .class("scroll"), .attribute("tabindex", "0"), .attribute("role", "group"),
                .attribute("aria-label", caption),
            ]
        ) {
            $0.element("table") { html in
                html.element("caption", [.class(hidesCaption ? "hidden" : nil)], caption)
                html.element("thead") { html in
                    html.element("tr") { html in
                        for head in heads { head.write(to: &html) }
                    }
                }
                html.element("tbody") { rows(&$0) }
            }
        }
    }

    /// A line of a list of facts.
    mutating func fact(_ name: String, _ body: (inout HTMLText) -> Void) {
        element("dt", name)
        element("dd") { body(&$0) }
    }

    mutating func cell(_ text: String, class kind: String? = nil) { element("td", [.class(kind)], text) }

    mutating func number(_ text: String) { element("td", [.class("n")], text) }

    /// Links to other states of the same page, one of them the present one.
    mutating func choices(_ label: String, _ choices: [(text: String, url: PageURL, isChosen: Bool)]) {
        element("nav", [.class("choices"), .attribute("aria-label", label)]) { html in
            for choice in choices {
                html.element(
                    "a", [.href(choice.url.text), .attribute("aria-current", choice.isChosen ? "true" : nil)],
                    choice.text)
            }
        }
    }
}

/// The head of a column; with a URL it sorts.
struct TableHead {
    var text: String
    var isNumber = false
    /// Explains; there is no room for it on a phone.
    var isNote = false
    var sort: (url: PageURL, direction: Direction?)?
    /// Why it does not sort, for one that does elsewhere.
    var tip: String?

    enum Direction: String {
        case ascending
        case descending
    }

    init(
        _ text: String, number: Bool = false, isNote: Bool = false, sort: (url: PageURL, direction: Direction?)? = nil,
        tip: String? = nil
    ) {
        self.tip = tip
        self.text = text
        isNumber = number
        self.isNote = isNote
        self.sort = sort
    }

    func write(to html: inout HTMLText) {
        // A head that says nothing is none to whoever hears the page.
        guard !text.isEmpty else { return html.element("td", "") }
        html.element(
            "th",
            [
                .attribute("scope", "col"), .class(isNumber ? "n" : isNote ? "note" : nil),
                .attribute("aria-sort", sort?.direction?.rawValue), .attribute("title", tip),
            ]
        ) { html in
            guard let sort else { return html.text(text) }
            html.element("a", [.href(sort.url.text)]) { html in
                html.text(text)
                guard let direction = sort.direction else { return }
                html.element("span", [.attribute("aria-hidden", "true")], direction == .ascending ? " ↑" : " ↓")
            }
        }
    }
}
