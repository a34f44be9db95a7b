internal import Events
internal import HTML
internal import Store

/// A list of events as a page: what it filters by, its columns, and where its rows come from.
protocol EventListing {
    associatedtype Row: Sendable
    associatedtype Filter: Sendable
    associatedtype Order: RawRepresentable & CaseIterable & Sendable where Order.RawValue == String
    /// What stands above the list.
    associatedtype Summary

    static var section: Section { get }
    static var intro: String { get }
    static var columns: [ListColumn<Row>] { get }
    /// The first order, whose key needs no words in the address.
    static var firstOrder: Order { get }
    /// Orders that sort what is in the window: see ``EventLists``.
    static var sortedOrders: [Order] { get }

    static func filter(_ parameters: inout Parameters, _ window: WindowChoice) -> Filter
    /// Whether the filter names one signal or one administrator, of whom any number of rows may be sorted.
    static func isNarrow(_ filter: Filter) -> Bool
    /// What metrics can count by of the filter.
    static func scope(_ filter: Filter) -> ListScope
    static func seq(_ row: Row) -> Int64

    @available(*, noasync)
    static func page(
        _ lists: any EventLists, _ filter: Filter, _ order: ListOrder<Order>, _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<Row>
    @available(*, noasync)
    static func count(_ lists: any EventLists, _ filter: Filter, _ limit: ReadLimit) throws(ListError) -> ListCount
    @available(*, noasync)
    static func arrivals(_ lists: any EventLists, _ filter: Filter, since mark: Int64, _ limit: ReadLimit)
        throws(ListError) -> ListCount

    /// The chart of the window, also as a file.
    @available(*, noasync)
    static func chart(_ desk: PageDesk, _ choice: ListChoice<Self>) throws -> Chart
    /// Charts and counts of the window.
    @available(*, noasync)
    static func summary(_ desk: PageDesk, _ choice: ListChoice<Self>) throws -> Summary
    /// How many rows the list has, where the summary knows.
    static func total(_ summary: Summary, _ choice: ListChoice<Self>) -> Int64?
    /// The fields of the filter form.
    static func form(_ summary: Summary, _ form: inout FilterForm)
    static func write(_ summary: Summary, _ desk: PageDesk, _ choice: ListChoice<Self>, _ html: inout HTMLText)
}
