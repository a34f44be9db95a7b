/// Ranges of members: what the decoder checks by, and what the schema documents and <doc:Messages> say.
///
/// Computed, so that the compiler puts the constants where they are used.
package enum MessageLimits {
    /// Characters (Unicode scalars) of an id that may be a string.
    package static var id: ClosedRange<Int> { 1...64 }
    package static var eventID: ClosedRange<Int> { 1...128 }
    /// Characters of `question_id` and `question_key`.
    package static var question: ClosedRange<Int> { 1...255 }
    package static var option: ClosedRange<Int> { 1...64 }
    package static var recommendationType: ClosedRange<Int> { 1...64 }
    package static var explanationVersion: ClosedRange<Int> { 1...32 }
    package static var valueStatement: ClosedRange<Int> { 0...10_000 }
    package static var userAgent: ClosedRange<Int> { 0...1024 }
    package static var deviceFingerprint: ClosedRange<Int> { 0...256 }
    /// Characters of a value of a declared dimension.
    package static var dimension: ClosedRange<Int> { 1...64 }
    package static var moduleName: ClosedRange<Int> { 1...64 }
    package static var modules: Int { 64 }
    /// Of `track_alignment_percentages`.
    static var trackName: ClosedRange<Int> { 0...Int.max }
    /// Entries of `answers` and of `scenario_choices`, each.
    package static var answers: Int { 500 }

    /// A year.
    package static var seconds: ClosedRange<Int64> { 0...31_536_000 }
    package static var moduleSeconds: ClosedRange<Double> { 0...31_536_000 }
    package static var attempts: ClosedRange<Int64> { 0...100 }
    /// A day.
    package static var decisionMilliseconds: ClosedRange<Int64> { 0...86_400_000 }
    /// Ids of intelligence events.
    package static var number: ClosedRange<Int64> { 1...Int64.max }
    package static var percent: ClosedRange<Double> { 0...100 }
    package static var confidence: ClosedRange<Double> { 0...1 }
    package static var resolutionHours: ClosedRange<Double> { 0...Double.greatestFiniteMagnitude }
    /// How far beyond its bound a number may be by rounding alone.
    package static var slack: Double { 1e-6 }
    /// The JSON text of `context`.
    package static var contextBytes: Int { 16_384 }
    /// What the steps of a session end in that are read as `in_progress`.
    package static var stepSuffix: StaticString { "_complete" }
    /// What older producers write for `finished`.
    package static var completedAlias: StaticString { "completed" }
}
