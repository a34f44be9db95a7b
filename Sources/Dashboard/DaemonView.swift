package import Ingest
package import Replies

/// Where the pages get their facts from. Everything is asked for at the moment of the request, and nothing of it may block.
package struct DaemonView: Sendable {
    package var ingest: IngestStatus
    package var topology: TopologyStatus
    package var replies: ReplyStatus
    /// The store's file; beside it lies its write-ahead log.
    package var storePath: String
    package var operation: @Sendable () -> OperationFigures
    /// Labels of `alidade_build_info`.
    package var build: [(name: String, value: String)]

    package init(
        ingest: IngestStatus, topology: TopologyStatus, replies: ReplyStatus, storePath: String,
        build: [(name: String, value: String)], operation: @escaping @Sendable () -> OperationFigures
    ) {
        self.ingest = ingest
        self.topology = topology
        self.replies = replies
        self.storePath = storePath
        self.build = build
        self.operation = operation
    }
}
