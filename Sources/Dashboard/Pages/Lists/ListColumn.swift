internal import HTML

/// A column of a list: what it is called in files, what its head says, and what stands in it.
struct ListColumn<Row>: Sendable {
    /// In JSON and CSV.
    var name: String
    /// On the page; nil for what only files have.
    var title: String?
    var isNumber = false
    /// Words that stay in one line.
    var isLine = false
    /// The key that sorts by it.
    var order: String?
    var value: @Sendable (Row) -> CellValue
    /// On the page, where it is not simply the value.
    var show: (@Sendable (Row, PageRequest, inout HTMLText) -> Void)?

    init(
        _ name: String, _ title: String?, number: Bool = false, line: Bool = false, order: String? = nil,
        _ value: @escaping @Sendable (Row) -> CellValue,
        show: (@Sendable (Row, PageRequest, inout HTMLText) -> Void)? = nil
    ) {
        self.name = name
        self.title = title
        isNumber = number
        isLine = line
        self.order = order
        self.value = value
        self.show = show
    }

    /// What files have; with another name in place of an administrator's number where there are `names`.
    func value(_ row: Row, hiding names: Pseudonyms?) -> CellValue {
        guard let names, name == "admin_user_id", case .integer(let id) = value(row) else { return value(row) }
        return .text(names.name(of: id))
    }

    func write(_ row: Row, _ request: PageRequest, to html: inout HTMLText) {
        html.element("td", [.class(isNumber ? "n" : isLine ? "t" : nil)]) { html in
            if let show { return show(row, request, &html) }
            switch value(row) {
            case .time(let time): html.time(time, request)
            case let other: html.text(other.shown)
            }
        }
    }
}
