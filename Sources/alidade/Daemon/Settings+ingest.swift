internal import DaemonSettings
internal import Events
internal import Ingest

extension Settings {
    /// Loads the models too: one that is missing or wrong is a configuration error.
    func ingestOptions() throws -> IngestOptions {
        var options = IngestOptions()
        options.maximumBatch = ingest.maximumBatch
        options.limits.maximumMessageBytes = ingest.maximumMessageBytes
        options.deliveryLimit = ingest.deliveryLimit
        options.privacy = PrivacyPolicy(privacy.ipAddress)
        options.alignment = AlignmentStage(
            primary: try scorer(), shadow: try alignment.shadow.map { name in try scorer(model: name) })
        return options
    }
}

extension PrivacyPolicy {
    init(_ setting: Settings.Privacy.Address) {
        self =
            switch setting {
            case .keep: .keep
            case .truncate: .truncate
            case .drop: .drop
            }
    }
}
