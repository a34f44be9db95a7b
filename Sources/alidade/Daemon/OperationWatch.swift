internal import AMQP
internal import Dashboard
internal import Status
internal import Store
internal import Synchronization
internal import Threads

/// Looks now and then at what an operator has to see coming, on a thread of its own: a disk that hangs holds up this and nothing else.
final class OperationWatch: Sendable {
    private static let interval = Duration.seconds(10)

    private let seen = Mutex(OperationFigures())
    private let reloader: Reloader
    private let ingest: IngestStatus
    private let store: any EventStore

    init(_ reloader: Reloader, ingest: IngestStatus, store: any EventStore) {
        self.reloader = reloader
        self.store = store
        self.ingest = ingest
    }

    /// What was seen last; waits for nothing.
    var figures: OperationFigures {
        var figures = seen.withLock { $0 }
        let outcome = reloader.outcome
        figures.wasReloadSuccessful = outcome.wasSuccessful
        figures.reloadedAt = Double(outcome.takenUpAt) / 1e6
        if let expiry = ingest.snapshot.certificateExpiresAt {
            figures.certificates.insert(.init(role: "broker", expiresAt: Double(expiry)), at: 0)
        }
        return figures
    }

    @available(*, noasync)
    func run(until stop: StopSignal) {
        while !stop.isRequested {
            let new = look()
            seen.withLock { $0 = new }
            let end = ContinuousClock.now + (new.freeBytes == nil ? .seconds(1) : Self.interval)
            while !stop.isRequested, ContinuousClock.now < end { pollOnly(milliseconds: 200) }
        }
    }

    private func look() -> OperationFigures {
        var figures = OperationFigures()
        figures.certificates = reloader.broker.certificates.compactMap { role, file in
            (try? CertificateFacts.read(file)).map { .init(role: role, expiresAt: Double($0.notAfter)) }
        }
        // Without the store, or before it is up to date, nothing is known of it; what keeps it away is told elsewhere.
        if ingest.snapshot.isStoreOpen, let stored = try? store.reader().figures() {
            figures.unresolvedQuarantine = Int(stored.unresolvedQuarantine)
            figures.backedUpAt = stored.backedUpAt.map { Double($0) / 1e6 }
            figures.freeBytes = stored.disk.map { Double($0.free) }
        }
        return figures
    }
}
