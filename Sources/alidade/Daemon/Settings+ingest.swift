internal import DaemonSettings
internal import Events
internal import Ingest

extension Settings {
    /// Loads the models too: one that is missing or wrong is a configuration error.
    func ingestOptions() throws -> IngestOptions {
        var options = IngestOptions()
        options.maximumBatch = ingest.maximumBatch
        options.limits = decodingLimits
        options.dimensions = try declaredDimensions()
        options.deliveryLimit = ingest.deliveryLimit
        options.privacy = PrivacyPolicy(privacy.ipAddress)
        options.alignment = AlignmentStage(
            primary: try scorer(), shadow: try alignment.shadow.map { name in try scorer(model: name) })
        return options
    }
}

extension Settings {
    /// For every command that decodes messages.
    var decodingLimits: DecodingLimits {
        var limits = DecodingLimits(maximumMessageBytes: ingest.maximumMessageBytes)
        limits.isStrict = ingest.isStrict
        limits.naiveTimes =
            switch ingest.naiveTimes {
            case .refuse: .refuse
            case .utc: .utc
            }
        return limits
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
