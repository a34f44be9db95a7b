internal import Store

/// The rows of a list as comma-separated values, some at a time: what had arrived when it began, and at most a million.
///
/// Used by one piece after the other: the thread of the pages makes each.
final class ListFile<List: EventListing>: PieceSource, @unchecked Sendable {
    private static var most: Int { 1_000_000 }
    private static var rowsOfPiece: Int { 1000 }

    private let filter: List.Filter
    private let order: ListOrder<List.Order>
    private let names: Pseudonyms?
    private var place: ListPlace? = .first
    private var mark: Int64?
    private var count = 0
    private var isBegun = false

    /// With other names of administrators, the same all through the file, where there are `names`.
    init(_ choice: ListChoice<List>, hiding names: Pseudonyms?) {
        self.names = names
        filter = choice.filter
        order = choice.order
    }

    func next(_ reader: PageReader) throws -> [UInt8]? {
        var text = ""
        if !isBegun {
            isBegun = true
            text = CSVText.row(List.columns.map(\.name))
        }
        let end = count + Self.rowsOfPiece
        while let here = place, count < min(end, Self.most) {
            let page = try List.page(
                try reader.lists(), filter, order, here, count: ListLimit.rows, ReadLimit(deadline: reader.deadline))
            mark = mark ?? page.mark
            for row in page.rows where List.seq(row) <= mark ?? .max {
                text += CSVText.row(List.columns.map { $0.value(row, hiding: names).csv })
            }
            count += page.rows.count
            place = page.after.map { .after($0) }
            if page.stoppedAt != nil { break }
        }
        if count >= Self.most { place = nil }
        return text.isEmpty && place == nil ? nil : Array(text.utf8)
    }
}
