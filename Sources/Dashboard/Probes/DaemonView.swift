package import Status
package import Store

/// Where the pages get their facts from. Everything is asked for at the moment of the request, and nothing of it may block.
package struct DaemonView: Sendable {
    package var ingest: IngestStatus
    package var topology: TopologyStatus
    package var replies: ReplyStatus
    package var storeSizes: @Sendable () -> [StoreSize]
    package var operation: @Sendable () -> OperationFigures
    /// Where the alignment of a message comes from, by the model of the settings; nil where there is none. For one page, not for many rows.
    package var explain: @Sendable (_ payload: String) -> ExplainedAlignment? = { _ in nil }
    /// Labels of `alidade_build_info`.
    package var build: [(name: String, value: String)]

    package init(
        ingest: IngestStatus, topology: TopologyStatus, replies: ReplyStatus, build: [(name: String, value: String)],
        storeSizes: @escaping @Sendable () -> [StoreSize], operation: @escaping @Sendable () -> OperationFigures
    ) {
        self.ingest = ingest
        self.topology = topology
        self.replies = replies
        self.storeSizes = storeSizes
        self.build = build
        self.operation = operation
    }
}
