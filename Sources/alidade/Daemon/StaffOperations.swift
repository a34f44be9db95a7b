internal import Dashboard
internal import Events
internal import Ingest
internal import Logging
internal import Store
internal import Synchronization
internal import Threads

/// Does what the staff asks for at the pages, on a thread of its own, as the commands do it: in batches, each in one transaction with the outcome
/// of each message. What a restart interrupts goes on afterwards.
final class StaffOperations: StaffWork {
    private static let batchSize = 500
    private static let mostWaiting = 200
    /// Tokens of forms that were used; more than anybody has open.
    private static let mostTokens = 1000

    private struct State {
        /// Which operation a form began: a double click begins one.
        var begun: [(token: String, operation: Int64)] = []
        /// By whom.
        var stopping: [Int64: Operator] = [:]
        /// Why they wait.
        var waiting: [Int64: String] = [:]
    }

    private let store: any EventStore
    private let options: @Sendable () -> IngestOptions
    private let queue: WorkQueue<Void>
    private let state = Mutex(State())
    private let logger: Logger

    /// - Parameter options: By what messages are decided at the moment.
    init(_ store: any EventStore, logger: Logger, options: @escaping @Sendable () -> IngestOptions) throws(ThreadError)
    {
        self.store = store
        self.options = options
        self.logger = logger
        queue = try WorkQueue(named: "operations", limit: Self.mostWaiting) {}
    }

    // MARK: What pages ask for

    func begin(_ task: QuarantineTask) async throws -> Int64 {
        let operation = try await queue.run { [self] _ in
            if let begun = state.withLock({ $0.begun.first { $0.token == task.token } }) { return begun.operation }
            let operation = try store.operations.begin(
                NewOperation(
                    task.action.operation, note: task.note, detail: OperationDetail.text(selection: task.selection),
                    expected: task.expected), by: task.by, now: wallClock())
            state.withLock { state in
                if state.begun.count >= Self.mostTokens { state.begun.removeFirst() }
                state.begun.append((task.token, operation))
            }
            logger.notice(
                "an operation begins",
                metadata: [
                    "operation": "\(operation)", "action": "\(task.action.rawValue)", "name": "\(task.by.name)",
                    "messages": "\(task.expected)",
                ])
            goOn(operation, task.action, task.filter, task.note, task.by)
            return operation
        }
        return operation
    }

    func delay(of operation: Int64) -> String? { state.withLock { $0.waiting[operation] } }

    func stop(_ operation: Int64, by operator: Operator) async throws {
        state.withLock { $0.stopping[operation] = `operator` }
        do {
            try await queue.run { [self] _ in
                // Where it goes on, its next batch finds that it should not; where it has ended, this says nothing.
                try end(operation, stoppedBy: `operator`)
            }
        } catch let error as StoreError where error.isRetriable && delay(of: operation) != nil {
            // Its next batch ends it.
        }
    }

    private func end(_ operation: Int64, stoppedBy operator: Operator) throws {
        if try store.operations.end(operation, as: .stopped, note: nil, by: `operator`, now: wallClock()) {
            logger.notice(
                "an operation was stopped", metadata: ["operation": "\(operation)", "name": "\(`operator`.name)"])
        }
    }

    func recordNow(_ operation: NewOperation, by operator: Operator) throws {
        _ = try store.operations.begin(operation, by: `operator`, now: wallClock())
    }

    func record(_ operation: NewOperation, by operator: Operator) {
        Task { [self] in
            do {
                try await queue.run { [self] _ in
                    _ = try store.operations.begin(operation, by: `operator`, now: wallClock())
                }
            } catch {
                logger.error(
                    "could not keep what somebody did",
                    metadata: [
                        "action": "\(operation.action.rawValue)", "name": "\(`operator`.name)", "reason": "\(error)",
                    ])
            }
        }
    }

    // MARK: The work

    /// Takes up what a restart has interrupted. Called once, when the store is there.
    func resume() {
        Task { [self] in
            do {
                try await queue.run { [self] _ in
                    for entry in try store.reader().unfinishedOperations() {
                        guard let action = QuarantineTask.Action(rawValue: entry.action),
                            let way = Operator.Way(rawValue: entry.via),
                            let filter = OperationDetail.selection(entry.detail).flatMap({ SelectionFilter.make($0) })
                        else { continue }
                        logger.notice(
                            "an operation goes on", metadata: ["operation": "\(entry.id)", "action": "\(entry.action)"])
                        goOn(
                            entry.id, action, filter, entry.note,
                            Operator(name: entry.actor, way: way, peer: entry.peer))
                    }
                }
            } catch { logger.error("could not take up unfinished operations", metadata: ["reason": "\(error)"]) }
        }
    }

    /// One batch after the other, each as a job of its own, so that another operation is not kept waiting.
    private func goOn(
        _ operation: Int64, _ action: QuarantineTask.Action, _ filter: QuarantineFilter, _ note: String?,
        _ operator: Operator
    ) {
        Task { [self] in
            while true {
                do {
                    let isDone = try await queue.run { [self] _ in
                        try batch(operation, action, filter, note, `operator`)
                    }
                    if state.withLock({ $0.waiting.removeValue(forKey: operation) }) != nil {
                        logger.notice(
                            "an operation goes on",
                            metadata: ["operation": "\(operation)", "action": "\(action.rawValue)"])
                    }
                    if isDone { return }
                } catch is WorkQueue<Void>.Busy {
                    try? await Task.sleep(for: .milliseconds(200))
                } catch let error as StoreError where error.isRetriable {
                    // Locked, or the disk is full: the ingest waits as well.
                    let reason = [error.why, error.hint].compactMap { $0 }.joined(separator: "; ")
                    if state.withLock({ $0.waiting.updateValue(reason, forKey: operation) }) == nil {
                        logger.warning(
                            "an operation waits",
                            metadata: [
                                "operation": "\(operation)", "action": "\(action.rawValue)", "cause": "\(error.cause)",
                                "reason": "\(error)",
                            ])
                    }
                    try? await Task.sleep(for: .seconds(2))
                } catch {
                    state.withLock { $0.waiting[operation] = nil }
                    logger.error("an operation failed", metadata: ["operation": "\(operation)", "reason": "\(error)"])
                    try? await queue.run { [self] _ in
                        _ = try store.operations.end(
                            operation, as: .failed, note: "\(error)", by: nil, now: wallClock())
                    }
                    return
                }
            }
        }
    }

    /// True where nothing is left.
    private func batch(
        _ operation: Int64, _ action: QuarantineTask.Action, _ filter: QuarantineFilter, _ note: String?,
        _ operator: Operator
    ) throws -> Bool {
        if let stopper = state.withLock({ $0.stopping[operation] }) {
            try end(operation, stoppedBy: stopper)
            return true
        }
        let reader = try store.reader()
        let last = try reader.progress(of: operation).last ?? 0
        let ids = try reader.quarantineIDs(filter, after: last, count: Self.batchSize)
        guard !ids.isEmpty else {
            if try store.operations.end(operation, as: .done, note: nil, by: nil, now: wallClock()) {
                logger.notice(
                    "an operation is done", metadata: ["operation": "\(operation)", "action": "\(action.rawValue)"])
            }
            return true
        }
        switch action {
        case .discard:
            _ = try store.writerAgain(options().alignment.storedModels)
                .discard(ids, note: note ?? "", by: `operator`, operation: operation, now: wallClock())
        case .replay, .dryRun:
            var outcomes: [OperationOutcome] = []
            try Replay(store: store, options: options()).run(
                QuarantineFilter(ids: ids), note: note, by: `operator`, isDryRun: action == .dryRun,
                operation: operation
            ) { id, _, outcome in outcomes.append(OperationOutcome(of: id, after: outcome)) }
            // A replay notes what it decides; what it does not come to decide is noted here, as all of a dry run.
            let seen = Set(outcomes.map(\.quarantineID))
            let gone = ids.filter { !seen.contains($0) }.map { OperationOutcome($0, .resolvedBefore) }
            let unplaced = outcomes.filter { $0.outcome == .unknownQueue }
            try store.operations.add(action == .dryRun ? outcomes + gone : unplaced + gone, to: operation)
        }
        return false
    }
}

extension OperationOutcome {
    /// Has labels of its own: without them `.stored` would be one of its own cases again, and it would call itself.
    fileprivate init(of id: Int64, after outcome: ReplayOutcome) {
        switch outcome {
        case .stored: self.init(id, .stored)
        case .duplicate: self.init(id, .duplicate)
        case .refused(let errors, _): self.init(id, .refused, detail: errors.first?.reason.rawValue)
        case .resolvedBefore: self.init(id, .resolvedBefore)
        case .unknownQueue(let queue): self.init(id, .unknownQueue, detail: queue)
        }
    }
}
