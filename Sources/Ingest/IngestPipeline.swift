internal import AMQP
internal import Events
package import Logging
package import Store

/// Puts the pieces together and runs them: the same for the broker and for files.
package struct IngestPipeline: Sendable {
    private let location: StoreLocation
    private let stateFolders: String?
    /// May be changed while it runs.
    package let options: LiveOptions
    private let receipts: (any ReceiptSender)?
    private let logger: Logger
    package let status = IngestStatus()

    /// `stateFolders` is where the daemon remembers which store it has; see ``KnownStore``.
    package init(
        store: StoreLocation, options: IngestOptions, receipts: (any ReceiptSender)? = nil, stateFolders: String? = nil,
        logger: Logger
    ) {
        location = store
        self.stateFolders = stateFolders
        self.options = LiveOptions(options)
        self.receipts = receipts
        self.logger = logger
    }

    /// Drains `source` on the calling thread until stopped or exhausted, with a commit thread beside it.
    ///
    /// Returns with everything settled that could be; throws where the store or the source cannot go on.
    @available(*, noasync)
    package func run<Source: DeliverySource & ~Copyable>(
        _ source: consuming Source, until stop: StopSignal
    ) throws(IngestError) {
        guard let writer = try openStore(until: stop) else { return }
        let (options, version) = self.options.take()
        let recorder = FlightRecorder(forStore: location.path, purpose: options.purpose)
        let deaths: [UInt64: Int]
        do { deaths = try writer.recordDeaths(recorder.lastWords, now: wallClock()) } catch { throw .store(error) }
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
                writer: writer, recorder: recorder, handover: handover, status: status, logger: logger,
                onCommit: options.onCommit)
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
            receipts: receipts, status: status, logger: logger)
        options.onStarted?()
        do { try loop.run(until: stop) } catch {
            if case .store(let error) = error { isOutOfMemory = error.kind == .outOfMemory }
            throw error
        }
    }

    /// Opens the store, waiting for what may pass by itself (a lock, a full disk); nil where a stop came first.
    private func openStore(until stop: StopSignal) throws(IngestError) -> StoreWriter? {
        var backoff = Backoff(longest: .seconds(5))
        var isSaid = false
        var cause: PauseCause?
        while !stop.isRequested {
            status.beat(allowing: IngestStatus.openLimit)
            do {
                let known = try KnownStore(at: location, in: stateFolders)
                var saidAt: ContinuousClock.Instant?
                let writer = try StoreWriter.open(location, models: options.options.alignment.storedModels) {
                    events throws(StoreError) in try rebuilding(events, &saidAt, until: stop)
                }
                if saidAt != nil { logger.notice("made anew what is derived from the events") }
                say(try known.take(writer))
                if let cause { status.resumed(after: cause) }
                status.storeOpened()
                return writer
            } catch {
                guard error.isRetriable else { throw .store(error) }
                if cause?.word != error.cause {
                    if let cause { status.resumed(after: cause) }
                    cause = PauseCause(error.cause)
                    status.paused(for: PauseCause(error.cause))
                }
                if !isSaid {
                    logger.error("waiting for the store", metadata: ["cause": "\(error.cause)", "error": "\(error)"])
                }
                isSaid = true
                let end = ContinuousClock.now + backoff.next()
                while !stop.isRequested, ContinuousClock.now < end {
                    status.beat()
                    pollOnly(milliseconds: 50)
                }
            }
        }
        return nil
    }

    /// Another version derived by other rules; see Decisions/0007. A stop ends it, and nothing has happened then.
    private func rebuilding(_ events: Int64, _ saidAt: inout ContinuousClock.Instant?, until stop: StopSignal)
        throws(StoreError)
    {
        status.beat(allowing: IngestStatus.openLimit)
        guard !stop.isRequested else {
            throw StoreError(.busy, doing: "make anew what is derived from the events", why: "a stop was requested")
        }
        let now = ContinuousClock.now
        if let last = saidAt, now - last < .seconds(10) { return }
        logger.notice(
            saidAt == nil
                ? "an older version derived the metrics: making them anew from the events, ingest waits"
                : "making the metrics anew", metadata: ["events": "\(events)"])
        saidAt = now
    }

    private func say(_ found: KnownStore.Finding) {
        let names: Logger.Metadata = ["store": "\(location.path)", "id": "\(found.id)"]
        if found.isNew { logger.notice("made a new store", metadata: names) }
        if let former = found.former {
            logger.notice("took over another store", metadata: names.merging(["former": "\(former)"]) { $1 })
        }
        if let why = found.unnoted {
            logger.warning(
                "could not note which store this is: the next start will not miss it", metadata: ["error": "\(why)"])
        }
    }
}
