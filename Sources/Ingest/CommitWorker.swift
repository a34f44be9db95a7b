internal import Logging
internal import Status
internal import Store
internal import Threads

/// The commit thread's work: takes a batch, makes it durable, hands the result back; waits out whatever waiting can cure.
struct CommitWorker {
    private let store: any EventStore
    private let handover: Handover
    private let logger: Logger
    private let recorder: FlightRecorder
    private let status: IngestStatus
    private let onCommit: (@Sendable (BatchResult) -> Void)?
    private var writer: (any EventWriter)?
    private var pause: StorePause

    /// Takes over a writer that has been opened (and checked) before the thread started.
    init(
        store: any EventStore, writer: any EventWriter, recorder: FlightRecorder, handover: Handover,
        status: IngestStatus, logger: Logger,
        onCommit: (@Sendable (BatchResult) -> Void)?
    ) {
        self.store = store
        self.recorder = recorder
        self.status = status
        pause = StorePause(saying: "paused: the broker keeps the messages", status: status, logger: logger)
        self.onCommit = onCommit
        writer.willWrite = { [recorder] in recorder.note($0, by: .commit) }
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
        writer?.finish()
    }

    private enum Ending {
        case done(BatchResult)
        case failed(StoreError)
        case closed
    }

    /// Tries until it works, unless trying cannot help.
    private mutating func commit(_ decided: DecidedBatch) -> Ending {
        var retrying = Retrying(longest: .seconds(5))
        while true {
            do {
                status.appendBegins()
                let result = try append(decided)
                status.committed(decided.batch, result)
                pause.end()
                return .done(result)
            } catch {
                status.appendFailed()
                guard error.isRetriable else { return .failed(error) }
                if error.kind == .inputOutput || error.kind == .readOnly { writer = nil }
                pause.goesOn(error)
                retrying.failed()
                guard handover.rest(retrying.pause()) else { return .closed }
            }
        }
    }

    private mutating func append(_ decided: DecidedBatch) throws(StoreError) -> BatchResult {
        let models = decided.alignment.storedModels
        let writer: any EventWriter
        if let open = self.writer {
            writer = open
        } else {
            writer = try store.writerAgain(models)
            writer.willWrite = { [recorder] in recorder.note($0, by: .commit) }
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
