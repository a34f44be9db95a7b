package import Events

/// What pages show of quarantined messages. See ``StoreReader`` for the rest.
package protocol QuarantineReports: AnyObject {
    /// The messages that the filter lets through, whatever its limit, in groups; each counts its messages in every state. `hours` are the clock
    /// hours, up to that of `now`, of which each says how many came.
    @available(*, noasync)
    func quarantineFaults(
        _ filter: QuarantineFilter, by grouping: QuarantineGrouping, now: Timestamp, hours: Int,
        deadline: ContinuousClock.Instant
    ) throws(ListError) -> QuarantineFaults

    /// A page of the messages, the newest first.
    @available(*, noasync)
    func quarantineRows(_ filter: QuarantineFilter, _ place: ListPlace, count: Int, _ limit: ReadLimit)
        throws(ListError) -> ListPage<QuarantineRow>

    /// The greatest id there is: what a selection that is made now reaches up to. 0 where there is none.
    @available(*, noasync)
    func greatestQuarantineID() throws(StoreError) -> Int64

    /// All ids that the filter lets through, behind `id`, in their order, whatever its own.
    @available(*, noasync)
    func quarantineIDs(_ filter: QuarantineFilter, after id: Int64, count: Int) throws(StoreError) -> [Int64]

    /// Who has resolved messages of a selection since then, and how: the filter's state is not looked at.
    @available(*, noasync)
    func resolved(_ filter: QuarantineFilter, since time: Timestamp) throws(StoreError) -> [ResolvedMeanwhile]

    /// Nil where it is unresolved, or does not exist.
    @available(*, noasync)
    func resolution(ofQuarantined id: Int64) throws(StoreError) -> QuarantineResolution?

    /// Of the newest stored messages, the one that a refused one of this queue should have been most like: of its kind, what it says that happened
    /// and its version, as far as these can be told. Costs some hundred rows at most.
    @available(*, noasync)
    func neighbour(ofRefused body: [UInt8], queue: String) throws(StoreError) -> StoredNeighbour?
}
