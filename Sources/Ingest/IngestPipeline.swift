package import Events
package import Logging
package import Status
package import Store
package import Threads

/// Puts the pieces together and runs them: the same for the broker and for files.
package struct IngestPipeline: Sendable {
    private let store: any EventStore
    private let stateFolders: String?
    /// May be changed while it runs.
    package let options: LiveOptions
    private let purpose: String
    private let hooks: IngestHooks
    private let receipts: (any ReceiptSender)?
    private let rejections: (any RejectionSender)?
    private let logger: Logger
    package let status = IngestStatus()

    /// `purpose` is what the process is for, one word: `run` or `ingest`. `stateFolders` is where the daemon remembers which store it has.
    package init(
        store: any EventStore, options: IngestOptions, purpose: String = "run", hooks: IngestHooks = IngestHooks(),
        receipts: (any ReceiptSender)? = nil, rejections: (any RejectionSender)? = nil, stateFolders: String? = nil,
        logger: Logger
    ) {
        self.store = store
        self.stateFolders = stateFolders
        self.options = LiveOptions(options)
        self.purpose = purpose
        self.hooks = hooks
        self.receipts = receipts
        self.rejections = rejections
        self.logger = logger
    }

    /// Drains `source` on the calling thread until stopped or exhausted, with a commit thread beside it.
    ///
    /// Returns with everything acknowledged that could be; throws where the store or the source cannot go on.
    @available(*, noasync)
    package func run<Source: DeliverySource & ~Copyable>(
        _ source: consuming Source, until stop: StopSignal
    ) throws(IngestError) {
        var saidAt: ContinuousClock.Instant?
        let opened = try waiting(until: stop) { () throws(StoreError) in try openStore(until: stop, &saidAt) }
        guard let (writer, storeID) = opened else { return }
        status.storeOpened()
        let (options, version) = self.options.take()
        let recorder = FlightRecorder(forStore: store.name, purpose: purpose)
        let found = try waiting(until: stop) { () throws(StoreError) in
            try writer.recordDeaths(recorder.lastWords, now: wallClock())
        }
        guard let deaths = found else {
            if recorder.lastWords.isEmpty { recorder.remove() }
            return
        }
        recorder.forgetLastWords()
        if !deaths.isEmpty {
            logger.warning(
                "the last run died while handling a message; such messages are handled apart",
                metadata: ["suspects": "\(deaths.count)"])
        }

        let handover: Handover
        let committing: DedicatedThread
        do {
            handover = try Handover()
            // The worker, and the writer in it, belong to the commit thread from here on.
            nonisolated(unsafe) let worker = CommitWorker(
                store: store, writer: writer, recorder: recorder, handover: handover, status: status, logger: logger,
                onCommit: hooks.onCommit)
            committing = try DedicatedThread.start(named: "commit") {
                var worker = worker
                worker.run()
            }
        } catch { throw .source(DeliverySourceError("\(error)", .fatal)) }
        // An end for lack of memory is a death over the message in hand: it is remembered like one.
        var isOutOfMemory = false
        defer {
            handover.close()
            committing.join()
            if !isOutOfMemory { recorder.remove() }
        }
        var loop = IngestLoop(
            source: source, live: self.options, options: options, version: version, handover: handover,
            decider: Decider(options: options, recorder: recorder, deaths: deaths),
            suspects: SuspectDesk(deaths: deaths),
            receipts: receipts, rejections: rejections.map { RejectionDesk(sender: $0, storeID: storeID) },
            onConsuming: hooks.onConsuming, status: status, logger: logger)
        hooks.onStarted?()
        do { try loop.run(until: stop) } catch {
            if case .store(let error) = error { isOutOfMemory = error.kind == .outOfMemory }
            throw error
        }
    }

    /// Does `work` at the store, waiting for what may pass by itself (a lock, a full disk); nil where a stop came first.
    private func waiting<Value>(until stop: StopSignal, _ work: () throws(StoreError) -> Value) throws(IngestError)
        -> Value?
    {
        var retrying = Retrying(longest: .seconds(5))
        var pause = StorePause(saying: "waiting for the store", status: status, logger: logger)
        while !stop.isRequested {
            status.beat(allowing: IngestStatus.openLimit)
            do {
                let value = try work()
                pause.end()
                return value
            } catch {
                guard error.isRetriable else { throw .store(error) }
                pause.goesOn(error)
                retrying.failed()
                retrying.rest(until: stop) { milliseconds in
                    status.beat()
                    pollOnly(milliseconds: milliseconds)
                }
            }
        }
        return nil
    }

    /// `saidAt`, over all attempts: when a rebuild was spoken of last.
    private func openStore(until stop: StopSignal, _ saidAt: inout ContinuousClock.Instant?) throws(StoreError)
        -> (writer: any EventWriter, storeID: String)
    {
        let (writer, opened) = try store.writer(options.options.alignment.storedModels, rememberedIn: stateFolders) {
            events throws(StoreError) in try rebuilding(events, &saidAt, until: stop)
        }
        if saidAt != nil { logger.notice("rebuilt what is derived from the events") }
        say(opened)
        return (writer, opened.id)
    }

    /// Another version derived by other rules; see Decisions/0007. A stop ends it, and nothing has happened then.
    private func rebuilding(_ events: Int64, _ saidAt: inout ContinuousClock.Instant?, until stop: StopSignal)
        throws(StoreError)
    {
        status.beat(allowing: IngestStatus.openLimit)
        guard !stop.isRequested else {
            throw StoreError(.busy, doing: "rebuild what is derived from the events", why: "a stop was requested")
        }
        let now = ContinuousClock.now
        // Each attempt begins with none.
        if let last = saidAt, events == 0 || now - last < .seconds(10) { return }
        logger.notice(
            saidAt == nil
                ? "an older version derived the metrics: rebuilding them from the events, ingest waits"
                : "rebuilding the metrics", metadata: ["events": "\(events)"])
        saidAt = now
    }

    private func say(_ found: OpenedStore) {
        let names: Logger.Metadata = ["store": "\(store.name)", "id": "\(found.id)"]
        if found.isNew { logger.notice("made a new store", metadata: names) }
        if let former = found.former {
            logger.notice("took over another store", metadata: names.merging(["former": "\(former)"]) { $1 })
        }
        if let why = found.unnoted {
            logger.warning(
                "could not note which store this is: a later start cannot tell that it is gone",
                metadata: ["error": "\(why)"])
        }
    }
}

extension IngestPipeline {
    /// Runs the pipeline on a thread of its own, whose stack is deep enough for the C library's decoder of header tables.
    package func runOnThread<Source: DeliverySource & ~Copyable & SendableMetatype>(
        _ source: consuming Source, until stop: StopSignal
    ) async -> Result<Void, IngestError> {
        // Handed over whole, once: the thread is the only one that touches it.
        let box = SourceBox(source)
        return await withCheckedContinuation { continuation in
            do {
                _ = try DedicatedThread.start(named: "receive") {
                    do throws(IngestError) {
                        try run(box.take(), until: stop)
                        continuation.resume(returning: .success(()))
                    } catch { continuation.resume(returning: .failure(error)) }
                }
            } catch { continuation.resume(returning: .failure(.source(DeliverySourceError("\(error)", .fatal)))) }
        }
    }
}

/// Carries a source into its thread.
///
/// `@unchecked Sendable`: made on one thread, emptied on another, and starting a thread orders the two.
private final class SourceBox<Source: DeliverySource & ~Copyable>: @unchecked Sendable {
    private var source: Source?

    init(_ source: consuming Source) { self.source = consume source }

    func take() -> Source {
        guard let source = source.take() else { preconditionFailure("a source is taken once") }
        return source
    }
}
