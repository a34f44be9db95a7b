package import Logging

/// Turns a logger's events into lines of its destination.
package struct LineLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let destination: LogDestination
    private var ownLevel: Logger.Level?

    init(_ destination: LogDestination) { self.destination = destination }

    /// The destination's, which may change, unless one was set for this logger.
    package var logLevel: Logger.Level {
        get { ownLevel ?? destination.level }
        set { ownLevel = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        destination.log(
            LogLine(event.level, "\(event.message)", fields.map { LogLine.Field($0.key, "\($0.value)") }))
    }
}
