internal import Events
internal import Logging
internal import Store

/// The commit thread's work: takes a batch, makes it durable, hands the result back; waits out whatever waiting can cure.
struct CommitWorker {
    private let location: StoreLocation
    private let models: StoreModels
    private let handover: Handover
    private let logger: Logger
    private let recorder: FlightRecorder
    private let onCommit: (@Sendable (BatchResult) -> Void)?
    private var writer: StoreWriter?

    /// Takes over a writer that has been opened (and checked) before the thread started.
    init(
        writer: StoreWriter, recorder: FlightRecorder, handover: Handover, logger: Logger,
        onCommit: (@Sendable (BatchResult) -> Void)?
    ) {
        location = writer.location
        models = writer.models
        self.recorder = recorder
        self.onCommit = onCommit
        writer.recorder = recorder
        self.writer = writer
        self.handover = handover
        self.logger = logger
    }

    /// Runs until the hand-over is closed or the store cannot go on.
    mutating func run() {
        while let batch = handover.nextBatch() {
            switch commit(batch) {
            case .done(let result):
                onCommit?(result)
                handover.deliver(.committed(batch, result))
            case .failed(let error):
                handover.deliver(.failed(error))
                return
            case .closed: return
            }
        }
    }

    private enum Ending {
        case done(BatchResult)
        case failed(StoreError)
        case closed
    }

    /// Tries until it works, unless trying cannot help. Says once that it pauses and once that it resumes.
    private mutating func commit(_ batch: DeliveryBatch) -> Ending {
        var backoff = Backoff(longest: .seconds(5))
        var cause: String?
        while true {
            do {
                let result = try append(batch)
                if let cause {
                    logger.notice("resumed", metadata: ["after": "\(cause)"])
                    handover.setPause(nil)
                }
                return .done(result)
            } catch {
                guard error.isRetriable else { return .failed(error) }
                if error.kind == .inputOutput || error.kind == .readOnly { writer = nil }
                if cause != error.cause {
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

    private mutating func append(_ batch: DeliveryBatch) throws(StoreError) -> BatchResult {
        let writer: StoreWriter
        if let open = self.writer {
            writer = open
        } else {
            writer = try StoreWriter.reopen(location, models: models)
            writer.recorder = recorder
            self.writer = writer
        }
        return try writer.append(batch)
    }
}
