/// Pages of sessions of the profiler, each in its latest state.
///
/// They keep the promises of ``EventLists``, but for this: a session moves to the front of the order of time with each newer message. Orders other
/// than by date and status sort what is in the window, unless the filter names one user.
package protocol SessionLists: AnyObject {
    @available(*, noasync)
    func sessions(
        _ filter: SessionListFilter, _ order: ListOrder<SessionOrder>, _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<SessionRow>

    /// How many sessions the filter lets through: see ``EventLists``.
    @available(*, noasync)
    func count(of filter: SessionListFilter, _ limit: ReadLimit) throws(ListError) -> ListCount

    /// The session and at most `messages` of its messages; nil where there is none of this id.
    @available(*, noasync)
    func session(_ id: String, messages: Int) throws(StoreError) -> SessionStory?
}
