package import Events

/// Where a page of a list begins. A list has an order; what comes later in it comes after.
package enum ListPlace: Sendable, Equatable {
    case first
    case last
    /// Behind a place, as a page gave it: ``ListPage/after``.
    case after(String)
    /// In front of a place, as a page gave it: ``ListPage/before``.
    case before(String)
    /// In the order of time: with what occurred then or next in the list.
    case around(Timestamp)
}

/// How far a call may read. What it has found by then it gives back, and where to go on.
package struct ReadLimit: Sendable {
    package var deadline: ContinuousClock.Instant
    /// Rows that are looked at, whether they are shown or not.
    package var rows: Int

    package init(deadline: ContinuousClock.Instant, rows: Int = 200_000) {
        self.deadline = deadline
        self.rows = rows
    }
}

/// Some rows of a list, in its order.
///
/// Rows are only ever added to a list: whoever goes from page to page by `after` or `before` sees each row that was there when he began once.
package struct ListPage<Row: Sendable>: Sendable {
    package var rows: [Row]
    /// Where the page before it ends; nil where nothing comes before.
    package var before: String?
    /// Where the next page begins; nil where nothing comes after.
    package var after: String?
    /// Set where the limit ended the reading before the page was full: everything between the first row and here was looked at. `after` goes on
    /// from there, or `before`, for a page that was asked for by `before` or as the last one.
    package var stoppedAt: Timestamp?
    /// What has arrived by now: see `arrivals`.
    package var mark: Int64

    package init(rows: [Row], before: String?, after: String?, stoppedAt: Timestamp?, mark: Int64) {
        self.rows = rows
        self.before = before
        self.after = after
        self.stoppedAt = stoppedAt
        self.mark = mark
    }

    package func map<Other: Sendable>(_ transform: ([Row]) -> [Other]) -> ListPage<Other> {
        ListPage<Other>(rows: transform(rows), before: before, after: after, stoppedAt: stoppedAt, mark: mark)
    }
}

/// How many rows there are, or have come to a list.
package struct ListCount: Sendable, Equatable {
    package var count: Int
    /// The limit ended the counting: there may be more.
    package var isAtLeast: Bool

    package init(count: Int, isAtLeast: Bool) {
        self.count = count
        self.isAtLeast = isAtLeast
    }
}

/// The greatest number of rows of a page.
package enum ListLimit {
    package static let rows = 200
    /// More rows than this are not counted.
    package static let counted = 100_000
    /// The longest window of an order that has no index and must sort what is in the window.
    package static let sortedDays: Int64 = 31
    package static let sortedMicroseconds: Timestamp = sortedDays * 86_400_000_000
}

/// Why there is no page.
package enum ListError: Error, Sendable {
    /// The key is none of this list, in this order, of this store.
    case staleKey
    /// This order needs a window of at most ``ListLimit/sortedDays``, or a filter by one signal or one administrator.
    case windowTooWide
    /// The deadline came before what was to be sorted was read.
    case tooSlow
    case store(StoreError)
}
