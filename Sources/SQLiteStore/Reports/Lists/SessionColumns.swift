internal import Events
internal import Store

/// What a session's latest state consists of: the message `e` that is its newest, its fold where that message does not say all, and the alignment
/// `result` of the message.
enum SessionColumns {
    static let join = """
        LEFT JOIN _session_folds AS fold ON fold.seq = e.seq LEFT JOIN _alignment_results AS result ON result.seq = e.seq
        """

    /// No other message is linked to it.
    static let isNewest = "NOT EXISTS (SELECT 1 FROM _session_links AS link WHERE link.previous = e.seq)"

    /// The same of the message that an identity is of.
    static let isEntryOfNewest =
        "NOT EXISTS (SELECT 1 FROM _session_links AS link WHERE link.previous = \(EventPlace.seqSQL))"

    /// Of ``SessionSchema/members``.
    static func member(_ name: String) -> String { "iif(fold.seq IS NULL, e.\(name), fold.\(name))" }

    /// Of ``SessionSchema/alignment``.
    static func alignment(_ name: String) -> String { "iif(fold.seq IS NULL, result.\(name), fold.\(name))" }

    /// Null where the model does not know the recommended track.
    static let agrees: String = {
        let (has, agrees) = (
            AlignmentComparison.hasRecommendation.rawValue, AlignmentComparison.agreesWithRecommendation.rawValue
        )
        return
            "iif(\(alignment("comparison")) & \(has), \(alignment("comparison")) & \(agrees) <> 0, NULL)"
    }()

    /// Null where computed and reported alignment are not comparable or have two scales.
    static let drift: String = {
        let both = AlignmentComparison([.isComparable, .isSameScale]).rawValue
        let differences = (0..<StoredModel.capacity).map {
            "coalesce(abs(\(alignment("computed_\($0)")) - \(alignment("reported_\($0)"))), -1)"
        }
        return """
            CASE WHEN \(alignment("comparison")) & \(both) = \(both) AND \(alignment("top_track")) IS NOT NULL
            THEN nullif(max(\(differences.joined(separator: ", "))), -1) END
            """
    }()
}
