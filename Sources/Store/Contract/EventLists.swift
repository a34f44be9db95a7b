/// Pages of events, whatever their number.
///
/// A page has at most ``ListLimit/rows`` rows. Pages put together by their keys are the whole list in its order, in both directions; a filter leaves
/// rows out and moves none. The order of time, and those by what has few values, are found at any depth; the others sort what is in the window, which must not be longer than
/// ``ListLimit/sortedDays``, unless the filter names one signal or one administrator. So does `received` where the filter has a `to`.
package protocol EventLists: AnyObject {
    @available(*, noasync)
    func recommendations(
        _ filter: RecommendationFilter, _ order: ListOrder<RecommendationOrder>, _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<RecommendationRow>

    @available(*, noasync)
    func outcomes(
        _ filter: OutcomeFilter, _ order: ListOrder<OutcomeOrder>, _ place: ListPlace, count: Int, _ limit: ReadLimit
    ) throws(ListError) -> ListPage<OutcomeRow>

    @available(*, noasync)
    func views(
        _ filter: ViewFilter, _ order: ListOrder<ViewOrder>, _ place: ListPlace, count: Int, _ limit: ReadLimit
    ) throws(ListError) -> ListPage<ViewRow>

    /// How many events the filter lets through, as far as the limit lets it read: at most ``ListLimit/counted``.
    @available(*, noasync)
    func count(of filter: RecommendationFilter, _ limit: ReadLimit) throws(ListError) -> ListCount
    @available(*, noasync)
    func count(of filter: OutcomeFilter, _ limit: ReadLimit) throws(ListError) -> ListCount
    @available(*, noasync)
    func count(of filter: ViewFilter, _ limit: ReadLimit) throws(ListError) -> ListCount

    /// How many events that the filter lets through have been stored since a page was read: since its ``ListPage/mark``.
    @available(*, noasync)
    func arrivals(of filter: RecommendationFilter, since mark: Int64, _ limit: ReadLimit) throws(ListError)
        -> ListCount
    @available(*, noasync)
    func arrivals(of filter: OutcomeFilter, since mark: Int64, _ limit: ReadLimit) throws(ListError) -> ListCount
    @available(*, noasync)
    func arrivals(of filter: ViewFilter, since mark: Int64, _ limit: ReadLimit) throws(ListError) -> ListCount
}
