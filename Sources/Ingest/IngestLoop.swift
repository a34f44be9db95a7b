internal import Alignment
internal import Events
internal import Logging
internal import Status
internal import Store
internal import Threads

/// The receive thread's work, and the order that everything else hangs on:
///
///     take a batch → decide each message's outcome → append the batch in one transaction → send receipts → acknowledge
///
/// While one batch is being committed the next one is received and decided, so a batch is as large as what arrived meanwhile, at most
/// `maximumBatch`. Nothing here waits for the disk: the connection gets its heartbeats however long a commit takes.
struct IngestLoop<Source: DeliverySource & ~Copyable>: ~Copyable {
    /// Deliveries taken in one go before the commit thread is looked after again.
    private static var chunk: Int { 256 }
    /// A batch of this weight is full, however few messages it has.
    private static var fullWeight: Int { 8 << 20 }
    /// Weight of everything in hand at which reading stops until the store has caught up; see Decisions/0008.
    private static var maximumWeight: Int { 32 << 20 }
    /// Emptied batches that are kept for the next messages.
    private static var maximumSpare: Int { 3 }
    /// Full batches that may wait for the commit thread; a broker's prefetch ends before that.
    private static var maximumWaiting: Int { 1 }
    /// While a batch is being committed nothing that arrives can be committed anyway: it may gather for this long, in milliseconds, which
    /// saves a wake-up and a system call for every few messages.
    private static var gathering: Int32 { 4 }
    /// The longest wait: a stop is seen within this time.
    private static var patience: Int32 { 200 }
    /// The same while messages wait for their receipts, which wake nobody.
    private static var patienceForReceipts: Int32 { 20 }
    /// How often a standby asks whether it is needed.
    private static var standbyPause: Duration { .seconds(1) }
    /// How long a stop may take to finish what is in hand.
    private static var stopPatience: Duration { .seconds(4) }

    var source: Source
    /// What ``options`` are taken from, and which of them.
    let live: LiveOptions
    private var version: Int
    private(set) var options: IngestOptions
    let handover: Handover
    let receipts: (any ReceiptSender)?
    let rejections: RejectionDesk?
    /// Told when the source is open, each time.
    let onConsuming: (@Sendable () -> Void)?
    let status: IngestStatus
    let logger: Logger
    var decider: Decider
    var suspects: SuspectDesk
    private var quarantined = QuarantineSummary()

    /// Counts connections: delivery tags die with theirs.
    var epoch = 0
    var ledger = AcknowledgementLedger()
    var unacknowledged = UnacknowledgedWork()
    /// Being filled; every delivery in it is decided.
    var filling = DeliveryBatch()
    /// What arrived with the last chunk and is not decided, because what was made of the others fills a batch.
    private var undecided: DeliveryBatch?
    /// Full ones, waiting for the commit thread, oldest first.
    var waiting: [DecidedBatch] = []
    var inFlight: (decided: DecidedBatch, epoch: Int)?
    var spare: [DeliveryBatch] = []
    /// The next one. While a batch is being committed the two alternate: a gathering is one wake-up for all that arrives in it, and the
    /// listening after it sleeps on where nothing did.
    private var nextWait = Wait.gather

    init(
        source: consuming Source, live: LiveOptions, options: IngestOptions, version: Int, handover: Handover,
        decider: consuming Decider,
        suspects: SuspectDesk,
        receipts: (any ReceiptSender)?, rejections: RejectionDesk?, onConsuming: (@Sendable () -> Void)?,
        status: IngestStatus, logger: Logger
    ) {
        self.source = source
        self.live = live
        self.options = options
        self.version = version
        self.handover = handover
        self.decider = decider
        self.suspects = suspects
        self.receipts = receipts
        self.rejections = rejections
        self.onConsuming = onConsuming
        self.status = status
        self.logger = logger
    }

    /// Runs until stopped, the source is exhausted, or the store cannot go on. Reopens a lost source by itself.
    mutating func run(until stop: StopSignal) throws(IngestError) {
        defer { say(quarantined.takeAll()) }
        var retrying = Retrying()
        while !stop.isRequested {
            takeUpOptions()
            do throws(IngestError) {
                try open()
                retrying.succeeded()
                try drain(until: stop)
                break
            } catch .source(let error) where error.severity == .standby {
                if status.standsBy() {
                    logger.notice("standing by", metadata: ["source": "\(source.name)", "why": "\(error)"])
                }
                retrying.postpone(by: Self.standbyPause)
                try rest(retrying, until: stop)
                // A reload may have changed where to connect.
                if live.isNewer(than: version) { source.close() }
            } catch .source(let error) {
                guard error.severity != .fatal else { throw .source(error) }
                status.noteTrouble(error.summary)
                forgetConnection()
                logger.warning(
                    "could not go on consuming; trying again",
                    metadata: ["source": "\(source.name)", "error": "\(error)"])
                retrying.failed(isLasting: error.severity == .lasting)
                try rest(retrying, until: stop)
            }
        }
        try finish(until: stop)
    }

    private mutating func open() throws(IngestError) {
        status.beat(allowing: IngestStatus.connectLimit)
        try atSource(try source.open())
        status.connected(certificateExpiresAt: source.certificateExpiresAt)
        epoch += 1
        logger.notice("consuming", metadata: ["source": "\(source.name)"])
        onConsuming?()
    }

    private mutating func drain(until stop: StopSignal) throws(IngestError) {
        while !stop.isRequested {
            status.beat(isIdle: isIdle)
            takeUpOptions()
            let acknowledged = try acknowledge()
            say(quarantined.takeDue())
            let intake = try receive()
            let submitted = submit()
            if source.isExhausted, isIdle { return }
            guard !acknowledged, intake != .some, !submitted else { continue }
            let wake = handover.wake.descriptor
            if intake == .closed {
                pollOnly(milliseconds: Self.patience, wake)
            } else if inFlight != nil, nextWait == .gather {
                nextWait = .listen
                pollOnly(milliseconds: Self.gathering, wake)
            } else {
                nextWait = .gather
                let patience = ledger.isHoldingAny ? Self.patienceForReceipts : Self.patience
                try atSource(try source.wait(milliseconds: patience, wake: wake))
            }
        }
    }

    /// What a loop with nothing to do waits for.
    private enum Wait {
        /// For a moment to pass, whatever arrives.
        case gather
        /// For something to arrive.
        case listen
    }

    /// Changed options count from the next batch on: the one being filled is finished as it was begun.
    private mutating func takeUpOptions() {
        guard live.isNewer(than: version) else { return }
        if !filling.isEmpty { setFillingAside() }
        (options, version) = live.take()
        decider.adopt(options)
    }

    var isIdle: Bool {
        inFlight == nil && waiting.isEmpty && filling.isEmpty && suspects.isEmpty && undecided == nil
    }

    // MARK: Take a batch, decide each message's outcome

    private enum Intake {
        case some
        case none
        /// Nothing was looked for: the store has to catch up first.
        case closed
    }

    /// Takes what has arrived, at most a chunk, and decides it.
    private mutating func receive() throws(IngestError) -> Intake {
        let weight = waiting.reduce(filling.weight + (inFlight?.decided.weight ?? 0)) { $0 + $1.weight }
        guard waiting.count < Self.maximumWaiting, weight < Self.maximumWeight, suspects.isEmpty,
            try atSource(try letIn())
        else {
            try atSource(try source.keepAlive())
            return .closed
        }
        let first: Int
        if let rest = undecided {
            // The batch that its neighbours have filled was set aside.
            recycle(filling)
            (first, filling, undecided) = (0, rest, nil)
        } else {
            first = filling.count
            guard try take() else { return .none }
        }
        let decided = decider.decide(from: first, of: filling, now: wallClock(), making: Self.fullWeight)
        if decided < filling.count { putBack(from: decided) }
        if filling.count >= options.maximumBatch || filling.weight >= Self.fullWeight || filling.arrival != nil {
            setFillingAside()
        }
        return .some
    }

    /// Takes what has arrived into the batch that is being filled. False where nothing has.
    private mutating func take() throws(IngestError) -> Bool {
        let first = filling.count
        let room = min(Self.chunk, options.maximumBatch - first)
        guard try atSource(try source.receive(into: filling, limit: room)) > 0 else { return false }
        if let last = filling.deliveries.last {
            unacknowledged.arrived(upTo: last.tag, receivedAt: filling.deliveries[first].receivedAt)
            reportUnacknowledged()
        }
        // A large message has its fingerprint from before its body came, and is alone.
        let large = filling.deliveries[first].fingerprint
        if large != 0 { filling.arrival = large }
        for held in suspects.setAside(from: first, of: filling) { ledger.hold(held) }
        return true
    }

    /// Those that are not decided move to a batch of their own, with which the next round begins.
    private mutating func putBack(from first: Int) {
        let rest = spare.popLast() ?? DeliveryBatch()
        for delivery in filling.deliveries[first...] { rest.adopt(delivery, from: filling) }
        filling.deliveries.removeLast(filling.count - first)
        undecided = rest
    }

    /// A large message is let in when nothing else is in hand: there is memory for one at a time, and whoever dies of it takes no neighbour
    /// along. False while it has to wait.
    private mutating func letIn() throws(DeliverySourceError) -> Bool {
        // What is here already comes first.
        guard undecided == nil, let arrival = source.arrival else { return true }
        guard inFlight == nil, waiting.isEmpty, filling.isEmpty else { return false }
        do throws(DeliverySourceError) {
            try source.letIn(keeping: decider.takesIn(arrival))
            return true
        } catch {
            decider.refusedMemory(arrival)
            throw error
        }
    }

    private mutating func setFillingAside() {
        waiting.append(DecidedBatch(batch: filling, alignment: decider.alignment))
        filling = spare.popLast() ?? DeliveryBatch()
    }

    // MARK: Append the batch in one transaction

    /// Hands the next batch to the commit thread, where it is free. Returns whether there was one.
    private mutating func submit() -> Bool {
        guard inFlight == nil, let decided = nextBatch() else { return false }
        #if SEEDED_BUGS
        if SeededBug.current == .acknowledgeFirst { acknowledgeTooEarly(decided.batch) }
        #endif
        inFlight = (decided, epoch)
        handover.submit(decided)
        return true
    }

    #if SEEDED_BUGS
    private mutating func acknowledgeTooEarly(_ batch: DeliveryBatch) {
        guard let last = batch.deliveries.last else { return }
        for early in ledger.acknowledge(upTo: last.tag) { try? source.acknowledge(early) }
    }
    #endif

    private mutating func nextBatch() -> DecidedBatch? {
        if waiting.isEmpty, !filling.isEmpty { setFillingAside() }
        if !waiting.isEmpty { return waiting.removeFirst() }
        // A message that killed the process before is handled when all its neighbours are safe.
        guard let batch = suspects.next() else { return nil }
        decider.decide(from: 0, of: batch, now: wallClock())
        return DecidedBatch(batch: batch, alignment: decider.alignment)
    }

    // MARK: Send receipts, acknowledge

    /// Takes back a committed batch and acknowledges it, but for what waits for a receipt. Returns whether anything happened.
    private mutating func acknowledge() throws(IngestError) -> Bool {
        var acknowledgements: [Acknowledgement] = []
        if let result = handover.takeResult() {
            switch result {
            case .failed(let error): throw .store(error)
            case .committed(let batch, let result): acknowledgements += takeBack(batch, result)
            }
        }
        // After that: what a batch owes may be too much at once.
        for ticket in receipts?.takeSettled() ?? [] where ticket.epoch == epoch {
            if let released = ledger.release(ticket.tag) { acknowledgements.append(released) }
        }
        for acknowledgement in acknowledgements { try atSource(try source.acknowledge(acknowledgement)) }
        if !acknowledgements.isEmpty { reportUnacknowledged() }
        return !acknowledgements.isEmpty
    }

    private mutating func reportUnacknowledged() {
        status.noteUnacknowledged(
            ledger.openCount(upTo: unacknowledged.lastTag), oldest: unacknowledged.oldest(firstOpen: ledger.firstOpen))
    }

    /// Sends the receipts that a committed batch owes, and empties it. Returns what waits for none of them.
    private mutating func takeBack(_ batch: DeliveryBatch, _ result: BatchResult) -> [Acknowledgement] {
        let isCurrent = inFlight?.epoch == epoch
        let model = inFlight?.decided.alignment.primary?.model
        inFlight = nil
        if batch.suspect != nil { suspects.finished() }
        if batch.arrival != nil { decider.arrivalEnded() }
        defer { recycle(batch) }
        quarantined.add(batch, result)
        // Also where the connection is gone: it is durable, and comes again as a duplicate.
        rejections?.tell(of: batch, result)
        guard isCurrent, let last = batch.deliveries.last else { return [] }
        var owesReceipt = false
        if let receipts {
            let owed = ReceiptDocument.receipts(for: batch, result, model, epoch: epoch)
            for receipt in owed { ledger.hold(receipt.ticket.tag) }
            if !owed.isEmpty { receipts.send(owed) }
            owesReceipt = !owed.isEmpty
        }
        guard batch.suspect != nil else { return ledger.acknowledge(upTo: last.tag) }
        return ledger.acknowledgeHeld(last.tag, keepHolding: owesReceipt)
    }

    private mutating func recycle(_ batch: DeliveryBatch) {
        batch.removeAll()
        if spare.count < Self.maximumSpare { spare.append(batch) }
    }

    private func say(_ notice: QuarantineSummary.Notice?) {
        guard let notice else { return }
        logger.warning("quarantined", metadata: ["messages": "\(notice.messages)", "reasons": "\(notice.reasons)"])
    }

    /// After a lost connection: what was not handed over comes again, and no tag of the old channel may be used.
    private mutating func forgetConnection() {
        epoch += 1
        source.close()
        status.disconnected()
        status.paused(for: .broker)
        ledger = AcknowledgementLedger()
        unacknowledged.removeAll()
        suspects.forgetWaiting()
        if inFlight?.decided.batch.arrival == nil { decider.arrivalEnded() }
        for batch in waiting.map(\.batch) + [filling] { recycle(batch) }
        if let rest = undecided { recycle(rest) }
        undecided = nil
        waiting.removeAll()
        filling = spare.popLast() ?? DeliveryBatch()
    }

    /// Waits before reopening; not at all sooner than the store has recovered, because each reconnect counts as a redelivery. A reload
    /// ends the wait: it may have brought what was missing.
    private mutating func rest(_ retrying: Retrying, until stop: StopSignal) throws(IngestError) {
        while !stop.isRequested, !retrying.isDue() && !live.isNewer(than: version) || status.isWaitingForStore {
            status.beat()
            _ = try acknowledge()
            pollOnly(milliseconds: 50, handover.wake.descriptor)
        }
    }

    // MARK: Stop

    /// Commits and acknowledges what is in hand, within the time a stop may take.
    private mutating func finish(until stop: StopSignal) throws(IngestError) {
        let end = ContinuousClock.now + Self.stopPatience
        suspects.forgetWaiting()
        do throws(IngestError) {
            while !stop.isUrgent, ContinuousClock.now < end, !status.isWaitingForStore || inFlight == nil {
                status.beat()
                _ = try acknowledge()
                if !submit(), inFlight == nil, !ledger.isHoldingAny { break }
                try atSource(try source.keepAlive())
                pollOnly(milliseconds: 20, handover.wake.descriptor)
            }
        } catch .source {
            // The connection went while stopping: the broker delivers again, and the store knows the duplicates.
        }
        source.close()
        status.disconnected()
    }
}

/// Whatever goes wrong in an exchange with the source is the source's fault.
private func atSource<Value>(_ exchange: @autoclosure () throws(DeliverySourceError) -> Value) throws(IngestError)
    -> Value
{
    do throws(DeliverySourceError) { return try exchange() } catch { throw .source(error) }
}
