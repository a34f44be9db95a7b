internal import HTML
internal import Store

/// The rows of a list as a table, with heads that sort, and the links between its pages.
struct ListTable<Row: Sendable> {
    let caption: String
    let page: ListPage<Row>
    let columns: [ListColumn<Row>]
    /// As in the address.
    let sort: String
    /// What had arrived when the list was opened; nil where nobody counts what came since.
    let mark: Int64?
    let total: String?
    /// Orders that show their greatest first.
    var falling = ["date", "received", "drift"]
    /// Whether the list would be shown in the order of a key.
    let isSortable: (String) -> Bool

    func write(_ request: PageRequest, _ html: inout HTMLText) {
        let shown = columns.filter { $0.title != nil }
        guard !page.rows.isEmpty else {
            html.empty(page.stoppedAt == nil ? "Nothing matches in this window." : "Nothing was found so far.")
            return links(request, &html)
        }
        html.table(caption, shown.map { head($0, request) }) { html in
            for row in page.rows {
                html.element("tr") { html in for column in shown { column.write(row, request, to: &html) } }
            }
        }
        links(request, &html)
    }

    private func head(_ column: ListColumn<Row>, _ request: PageRequest) -> TableHead {
        let title = column.title ?? ""
        guard let key = column.order else { return TableHead(title, number: column.isNumber) }
        let isChosen = sort == key || sort == "-\(key)"
        guard isSortable(key) else {
            return TableHead(
                title, number: column.isNumber, tip: "Sorts windows of at most \(ListLimit.sortedDays) days")
        }
        let falls = falling.contains(key) != sort.hasPrefix("-")
        return TableHead(
            title, number: column.isNumber,
            sort: (
                ListPlaces.beginning(request.url).with("sort", sort == key ? "-\(key)" : key),
                isChosen ? (falls ? .descending : .ascending) : nil
            ))
    }

    private func links(_ request: PageRequest, _ html: inout HTMLText) {
        let beginning = ListPlaces.beginning(request.url)
        let url = beginning.with("mark", mark.map { "\($0)" })
        html.element("nav", [.class("pages"), .attribute("aria-label", "Pages of the list")]) { html in
            html.element("span") { html in
                if let before = page.before {
                    html.link("← First", beginning)
                    html.text(" · ")
                    html.link("Previous", url.with("before", before))
                }
            }
            html.element("span") { html in
                if let stopped = page.stoppedAt {
                    html.text("Read back to ")
                    html.time(stopped, request)
                } else {
                    html.text(Words.count(Int64(page.rows.count), "row"))
                }
                if let total { html.text(" · \(total)") }
            }
            html.element("span") { html in
                if let after = page.after {
                    html.link(page.stoppedAt == nil ? "Next" : "Go on", url.with("after", after))
                    html.text(" · ")
                    html.link("Last →", url.with("last", "1"))
                }
            }
        }
    }
}

/// Links to the list over other windows.
enum ListWindows {
    /// - Parameter isShown: Whether the list is shown in its present order over so many days; else the link takes the order of time.
    static func write(_ request: PageRequest, _ chosen: Int?, _ html: inout HTMLText, isShown: (Int) -> Bool) {
        let url = ListPlaces.beginning(request.url).without("from", "to")
        html.choices(
            "Window",
            WindowChoice.offered.map { days in
                let link = (isShown(days) ? url : url.without("sort")).with("days", "\(days)")
                return (days == 1 ? "24 h" : "\(days) days", link, chosen == days)
            })
    }
}
