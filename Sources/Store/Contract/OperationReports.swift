/// Reads the log of operations.
package protocol OperationReports: AnyObject {
    /// The newest first, or from the last on by `before`: by when they were written.
    @available(*, noasync)
    func operations(_ filter: OperationFilter, _ place: ListPlace, count: Int, _ limit: ReadLimit) throws(ListError)
        -> ListPage<OperationEntry>

    @available(*, noasync)
    func operation(_ id: Int64) throws(StoreError) -> OperationEntry?

    /// Those that last and have not ended, the oldest first.
    @available(*, noasync)
    func unfinishedOperations() throws(StoreError) -> [OperationEntry]

    @available(*, noasync)
    func progress(of operation: Int64) throws(StoreError) -> OperationProgress

    /// By message, from `after` on; those of one outcome or of all.
    @available(*, noasync)
    func outcomes(of operation: Int64, _ outcome: OperationOutcome.Word?, after id: Int64, count: Int)
        throws(StoreError) -> [OperationOutcome]
}
