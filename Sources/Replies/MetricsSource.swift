internal import Ingest
internal import Logging
internal import Store
internal import TelemetryMetrics

/// The way to the metrics of a store that may be busy, broken or not there yet: opened when first needed and anew after an error.
///
/// Belongs to the thread that made it.
final class MetricsSource {
    private let location: StoreLocation
    private let logger: Logger
    private var reader: MetricsReader?
    private var backoff = Backoff(longest: .seconds(5))
    private var trouble: String?
    /// Nobody needs to ask before.
    private(set) var readyAt = ContinuousClock.now

    init(_ location: StoreLocation, logger: Logger) {
        self.location = location
        self.logger = logger
    }

    /// Throws what the store says.
    func read<Result>(_ body: (MetricsReader) throws(StoreError) -> Result) throws(StoreError) -> Result {
        let reader: MetricsReader
        if let open = self.reader { reader = open } else { reader = try MetricsReader(location) }
        self.reader = nil
        let result = try body(reader)
        self.reader = reader
        return result
    }

    /// Nil where the store cannot be read at the moment, which is said once; then wait until ``readyAt``.
    func readPatiently<Result>(_ body: (MetricsReader) throws(StoreError) -> Result) -> Result? {
        guard ContinuousClock.now >= readyAt else { return nil }
        do throws(StoreError) {
            let result = try read(body)
            if trouble != nil { logger.notice("the metrics can be read again") }
            trouble = nil
            backoff.reset()
            return result
        } catch {
            readyAt = ContinuousClock.now + backoff.next()
            if error.description != trouble {
                logger.warning(
                    "could not read the metrics; trying again",
                    metadata: ["cause": "\(error.cause)", "error": "\(error)"])
                trouble = error.description
            }
            return nil
        }
    }
}
