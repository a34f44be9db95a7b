package import Events

/// What the ingest loop works by; from the `ingest`, `privacy` and `alignment` sections of the configuration.
///
/// All of it may change while the loop runs. What stays as it is for the life of a pipeline is given to ``IngestPipeline`` itself.
package struct IngestOptions: Sendable {
    /// Messages that are committed together at most.
    package var maximumBatch = 2000
    package var limits = DecodingLimits()
    /// Names of members that are kept as dimensions.
    package var dimensions: [String] = []
    /// Redeliveries after which a message is not tried again.
    package var deliveryLimit = 10
    package var privacy = PrivacyPolicy.keep
    /// The models that score profiler messages.
    package var alignment = AlignmentStage()

    package init() {}
}
