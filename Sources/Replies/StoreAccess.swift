internal import Store
internal import MetricsCatalogue

/// The one way to the store for those who answer and publish. Belongs to the thread that made it.
final class StoreAccess {
    private let store: any EventStore
    private var reader: MetricsReader?
    let ledger: any PublicationLedger

    init(_ store: any EventStore) {
        self.store = store
        ledger = store.publications
    }

    /// Reads metrics through a connection that is opened when first needed, and anew after an error.
    func read<Result>(_ body: (MetricsReader) throws(StoreError) -> Result) throws(StoreError) -> Result {
        let reader: MetricsReader
        if let open = self.reader { reader = open } else { reader = try MetricsReader(store) }
        self.reader = nil
        let result = try body(reader)
        self.reader = reader
        return result
    }
}
