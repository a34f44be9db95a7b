package import Ingest
package import Replies

/// Where the pages get their facts from. Everything is asked for at the moment of the request, and nothing of it may block.
package struct DaemonView: Sendable {
    package var ingest: IngestStatus
    package var replies: ReplyStatus
    /// The store's file; beside it lies its write-ahead log.
    package var storePath: String
    package var operation: @Sendable () -> OperationFigures
    /// Labels of `alidade_build_info`.
    package var build: [(name: String, value: String)]

    package init(
        ingest: IngestStatus, replies: ReplyStatus, storePath: String, build: [(name: String, value: String)],
        operation: @escaping @Sendable () -> OperationFigures
    ) {
        self.ingest = ingest
        self.replies = replies
        self.storePath = storePath
        self.build = build
        self.operation = operation
    }
}
