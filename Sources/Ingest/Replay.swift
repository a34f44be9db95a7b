internal import Events
package import Store
internal import Threads

/// Decides quarantined messages anew, with today's checks, and stores what is good by now.
package struct Replay {
    /// Messages in one transaction.
    private static let batchSize = 500
    /// Bytes made of messages that are decided at once.
    private static let batchBytes = 8 << 20

    private let store: any EventStore
    private let options: IngestOptions

    package init(store: any EventStore, options: IngestOptions) {
        self.store = store
        self.options = options
    }

    /// Calls `report` for each message, oldest first, with its quarantine id and its event id.
    ///
    /// - Parameter operation: One that was begun, to which the outcomes belong; nil for one of its own.
    @available(*, noasync)
    package func run(
        _ filter: QuarantineFilter, note: String?, by operator: Operator, isDryRun: Bool, operation: Int64? = nil,
        report: (Int64, String, ReplayOutcome) -> Void
    ) throws {
        let reader = try store.reader()
        let writer = try store.writerAgain(options.alignment.storedModels)
        // No suspects and no redeliveries here: whoever replays a poison message wants it tried again.
        var decider = Decider(options: options, recorder: FlightRecorder.unrecorded, deaths: [:])
        func replayAll() throws {
            try reader.forEachQuarantinedBatch(
                filter, batchSize: Self.batchSize,
                unplaced: { report($0.id, $0.eventID, .unknownQueue($0.queue)) }
            ) { batch, ids in
                var (batch, ids) = (batch, ids[...])
                while !batch.isEmpty {
                    // What came compressed may be large: the others wait for the next transaction.
                    let decided = decider.decide(from: 0, of: batch, now: wallClock(), making: Self.batchBytes)
                    let rest = Self.split(batch, at: decided)
                    let outcomes = try writer.replay(
                        batch, quarantineIDs: Array(ids.prefix(decided)), note: note, by: `operator`,
                        operation: isDryRun ? nil : operation, now: wallClock())
                    for (index, id) in ids.prefix(decided).enumerated() {
                        report(id, batch.eventID(of: index), outcomes[index])
                    }
                    ids = ids.dropFirst(decided)
                    batch = rest
                }
            }
        }
        if isDryRun { try writer.dryRun { try replayAll() } } else { try replayAll() }
    }

    /// Moves the deliveries from `place` on to a batch of their own.
    private static func split(_ batch: DeliveryBatch, at place: Int) -> DeliveryBatch {
        let rest = DeliveryBatch()
        for delivery in batch.deliveries[place...] { rest.adopt(delivery, from: batch) }
        batch.deliveries.removeLast(batch.count - place)
        return rest
    }
}
