package import Store

/// Whom a pipeline tells of its progress.
package struct IngestHooks: Sendable {
    /// Told once the store is open and the loop is about to begin, whether the source can be reached or not; on the receive thread.
    package var onStarted: (@Sendable () -> Void)?
    /// Told when the source is open and messages may come, each time; on the receive thread.
    package var onConsuming: (@Sendable () -> Void)?
    /// Told of each commit, on the commit thread, before anything of it is acknowledged.
    package var onCommit: (@Sendable (BatchResult) -> Void)?

    package init() {}
}
