internal import HTML
internal import MetricsCatalogue

/// A form that filters a page. What the address says and no field does is carried on, so that nothing is dropped without a word.
struct FilterForm {
    /// Where somebody is in a list: a form begins anew.
    private static let places: Set<String> = ["after", "before", "around", "mark", "last"]

    private let request: PageRequest
    private var html = HTMLText()
    private var names: Set<String> = []

    init(_ request: PageRequest) { self.request = request }

    /// One for each value that the address has; at least one.
    mutating func field(_ name: String, _ label: String, hint: String? = nil, size: Int = 10) {
        names.insert(name)
        let values = request.url.query.all(name).filter { !$0.isEmpty }
        for value in values.isEmpty ? [""] : values {
            html.field(name, label, value: value.isEmpty ? nil : value, hint: hint, size: size)
        }
    }

    mutating func boxes(_ name: String, _ label: String, _ words: [String]) {
        boxes(name, label, words.map { Choice($0) })
    }

    /// Values of the address that are none of these are there, too.
    mutating func boxes(_ name: String, _ label: String, _ choices: [Choice]) {
        names.insert(name)
        let values = request.url.query.all(name).filter { !$0.isEmpty }
        let others = values.filter { value in !choices.contains { $0.word == value } }
        html.boxes(name, label, choices + others.map { Choice($0, $0) }, chosen: Set(values))
    }

    /// A box alone.
    mutating func flag(_ name: String, _ label: String) { boxes(name, label, [Choice("1")]) }

    mutating func select(_ name: String, _ label: String, _ words: [String], all: String = "all") {
        names.insert(name)
        html.select(name, label, words, request, all: all)
    }

    /// One of these, each with what it is called.
    mutating func select(_ name: String, _ label: String, named choices: [(word: String, title: String)]) {
        names.insert(name)
        html.select(name, label, named: choices, chosen: request.url.query[name])
    }

    /// What every list has: both ends of the window, in place of its days; a time to go to; rows of a page.
    mutating func rest() {
        field("from", "From", hint: "2026-02-09", size: 11)
        field("to", "To", hint: "2026-02-10", size: 11)
        field("around", "Go to", hint: "2026-02-09", size: 11)
        select("limit", "Rows", ListRows.offered, all: "\(ListRows.usual) rows")
    }

    func write(to page: inout HTMLText, _ button: String = "Filter", _ more: (inout HTMLText) -> Void = { _ in }) {
        page.element("form", [.class("filters"), .attribute("method", "get"), .attribute("action", request.url.path)]) {
            page in
            for pair in request.url.query.pairs where !names.contains(pair.name) && !Self.places.contains(pair.name) {
                page.hidden(pair.name, pair.value)
            }
            page.append(html)
            page.element("button", button)
            more(&page)
        }
    }

    /// A box to tick.
    struct Choice {
        var word: String
        var title: String
        /// How many there are; nil where it is not known.
        var count: Int64?

        init(_ word: String, _ title: String? = nil, count: Int64? = nil) {
            self.word = word
            self.title = title ?? (word == "1" ? "yes" : word.lowercased().replacing("_", with: " "))
            self.count = count
        }
    }
}
