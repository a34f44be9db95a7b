internal import Events
package import Store
internal import Threads

/// Decides quarantined messages anew, with today's checks, and stores what is good by now.
package struct Replay {
    /// Messages in one transaction.
    private static let batchSize = 500

    private let store: any EventStore
    private let options: IngestOptions

    package init(store: any EventStore, options: IngestOptions) {
        self.store = store
        self.options = options
    }

    /// Calls `report` for each message, oldest first, with its quarantine id and its event id.
    @available(*, noasync)
    package func run(
        _ filter: QuarantineFilter, note: String?, isDryRun: Bool, report: (Int64, String, ReplayOutcome) -> Void
    ) throws {
        let reader = try store.reader()
        let writer = try store.writerAgain(options.alignment.storedModels)
        // No suspects and no redeliveries here: whoever replays a poison message wants it tried again.
        var decider = Decider(options: options, recorder: FlightRecorder.unrecorded, deaths: [:])
        func replayAll() throws {
            try reader.forEachQuarantinedBatch(filter, batchSize: Self.batchSize) { batch, ids in
                decider.decide(from: 0, of: batch, now: wallClock())
                let outcomes = try writer.replay(batch, quarantineIDs: ids, note: note, now: wallClock())
                for index in batch.deliveries.indices { report(ids[index], batch.eventID(of: index), outcomes[index]) }
            }
        }
        if isDryRun { try writer.dryRun { try replayAll() } } else { try replayAll() }
    }
}
