/// Version 8: what of an alignment can be compared, by the settings of its time; see ``AlignmentComparison``.
///
/// Rows of before have none: they are comparable where they rest on full evidence, and nothing is known of their scales.
enum ComparisonSchema {
    static let sql = ["_alignment_results", "_alignment_shadow_results"]
        .map { "ALTER TABLE \($0) ADD COLUMN comparison INTEGER;" }.joined(separator: "\n")
}
