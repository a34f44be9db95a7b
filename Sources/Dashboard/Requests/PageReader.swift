package import MetricsCatalogue
package import Store

/// What pages read from: a store of their own, on the thread of the pages. Opened when first needed, and again after an error.
package final class PageReader {
    /// How long a page may read.
    package static let limit = Duration.seconds(2)

    private let store: any EventStore
    private var openMetrics: MetricsReader?
    private var openReader: (any StoreReader)?
    /// Of the answer that is being made.
    package internal(set) var deadline = ContinuousClock.now + PageReader.limit

    package init(_ store: any EventStore) { self.store = store }

    @available(*, noasync)
    package func metrics() throws(StoreError) -> MetricsReader {
        if let openMetrics { return openMetrics }
        let reader = try MetricsReader(store)
        openMetrics = reader
        return reader
    }

    @available(*, noasync)
    package func reader() throws(StoreError) -> any StoreReader {
        if let openReader { return openReader }
        let reader = try store.reader()
        openReader = reader
        return reader
    }

    /// The same for lists, whose errors say more.
    @available(*, noasync)
    package func lists() throws(ListError) -> any StoreReader {
        do throws(StoreError) { return try reader() } catch { throw .store(error) }
    }

    /// The next page opens the store anew: another one may be there by then.
    package func close() {
        openMetrics = nil
        openReader = nil
    }
}
