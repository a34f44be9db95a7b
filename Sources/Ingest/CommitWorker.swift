internal import Events
internal import Logging
internal import Store

/// The commit thread's work: takes a batch, makes it durable, hands the result back; waits out whatever waiting can cure.
struct CommitWorker {
    private let location: StoreLocation
    private let handover: Handover
    private let logger: Logger
    private let recorder: FlightRecorder
    private let status: IngestStatus
    private let onCommit: (@Sendable (BatchResult) -> Void)?
    private var writer: StoreWriter?

    /// Takes over a writer that has been opened (and checked) before the thread started.
    init(
        writer: StoreWriter, recorder: FlightRecorder, handover: Handover, status: IngestStatus, logger: Logger,
        onCommit: (@Sendable (BatchResult) -> Void)?
    ) {
        location = writer.location
        self.recorder = recorder
        self.status = status
        self.onCommit = onCommit
        writer.recorder = recorder
        writer.onFinding = { Self.say($0, logger) }
        self.writer = writer
        self.handover = handover
        self.logger = logger
    }

    /// Runs until the hand-over is closed or the store cannot go on.
    mutating func run() {
        while let decided = handover.nextBatch() {
            switch commit(decided) {
            case .done(let result):
                onCommit?(result)
                handover.deliver(.committed(decided.batch, result))
            case .failed(let error):
                handover.deliver(.failed(error))
                return
            case .closed: return
            }
        }
        writer?.emptyLog()
    }

    private enum Ending {
        case done(BatchResult)
        case failed(StoreError)
        case closed
    }

    /// Tries until it works, unless trying cannot help. Says once that it pauses and once that it resumes.
    private mutating func commit(_ decided: DecidedBatch) -> Ending {
        var backoff = Backoff(longest: .seconds(5))
        var cause: String?
        while true {
            do {
                status.appendBegins()
                let result = try append(decided)
                status.committed(decided.batch, result)
                if let cause {
                    logger.notice("resumed", metadata: ["after": "\(cause)"])
                    handover.setPause(nil)
                    status.resumed(after: PauseCause(cause))
                }
                return .done(result)
            } catch {
                status.appendFailed()
                guard error.isRetriable else { return .failed(error) }
                if error.kind == .inputOutput || error.kind == .readOnly { writer = nil }
                // A disk that was full is low until there is more room: the same trouble still.
                if cause != error.cause, cause != "disk_full" || error.kind != .diskLow {
                    if let cause { status.resumed(after: PauseCause(cause)) }
                    status.paused(for: PauseCause(error.cause))
                    cause = error.cause
                    handover.setPause(error.cause)
                    logger.error(
                        "paused: the broker keeps the messages",
                        metadata: ["cause": "\(error.cause)", "error": "\(error)"])
                }
                guard handover.rest(backoff.next()) else { return .closed }
            }
        }
    }

    private mutating func append(_ decided: DecidedBatch) throws(StoreError) -> BatchResult {
        let models = decided.alignment.storedModels
        let writer: StoreWriter
        if let open = self.writer {
            writer = open
        } else {
            writer = try StoreWriter.reopen(location, models: models)
            writer.recorder = recorder
            writer.onFinding = { [logger] in Self.say($0, logger) }
            self.writer = writer
        }
        // Made known to the store only when the first batch is there that was scored by them.
        try writer.use(models)
        return try writer.append(decided.batch)
    }

    private static func say(_ finding: StoreFinding, _ logger: Logger) {
        logger.log(
            level: finding.isTrouble ? .warning : .notice, "\(finding.message)",
            metadata: finding.why.isEmpty
                ? ["cause": "\(finding.cause)"] : ["cause": "\(finding.cause)", "error": "\(finding.why)"])
    }
}
