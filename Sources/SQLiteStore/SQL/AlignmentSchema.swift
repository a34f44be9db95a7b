internal import Store

/// Computed and reported alignment. One row per message and model, with a pair of columns for each place in the model's order of tracks: five
/// rows in a B-tree would cost five times as much. People read the view `profiler_alignments`, which has a row per track.
enum AlignmentSchema {
    static var sql: String {
        """
        CREATE TABLE alignment_models (
            id INTEGER PRIMARY KEY,
            model TEXT NOT NULL,
            version TEXT NOT NULL,
            tracks TEXT NOT NULL,
            UNIQUE (model, version, tracks)
        );
        CREATE TABLE alignment_tracks (
            model_id INTEGER NOT NULL,
            place INTEGER NOT NULL,
            track TEXT NOT NULL,
            PRIMARY KEY (model_id, place)
        ) WITHOUT ROWID;
        \(results("alignment_results"))
        \(results("alignment_shadow_results"))
        CREATE VIEW profiler_alignments AS
        \(select("alignment_results", isShadow: 0))
        UNION ALL
        \(select("alignment_shadow_results", isShadow: 1));
        """
    }

    /// Version 7: with the event's session and time, and the share of a full set of answers that there was.
    static var views: String {
        """
        CREATE VIEW profiler_alignments AS
        \(select(table(isShadow: false), prefix: "_", isShadow: 0))
        UNION ALL
        \(select(table(isShadow: true), prefix: "_", isShadow: 1));
        """
    }

    static let columns = "seq track model model_version computed reported is_shadow session_id occurred_at share"

    static func table(isShadow: Bool) -> String { isShadow ? "_alignment_shadow_results" : "_alignment_results" }

    private static var places: Range<Int> { 0..<StoredModel.capacity }

    private static func results(_ table: String) -> String {
        """
        CREATE TABLE \(table) (
            seq INTEGER PRIMARY KEY,
            model_id INTEGER NOT NULL,
            answers INTEGER NOT NULL,
            share REAL,
            top_track INTEGER,
            \(places.map { "computed_\($0) REAL" }.joined(separator: ", ")),
            \(places.map { "reported_\($0) REAL" }.joined(separator: ", "))
        );
        """
    }

    /// With a prefix also what came with it in version 7.
    private static func select(_ table: String, prefix: String = "", isShadow: Int) -> String {
        func value(_ name: String) -> String {
            "CASE place " + places.map { "WHEN \($0) THEN \(name)_\($0)" }.joined(separator: " ") + " END"
        }
        let (models, tracks) = ("\(prefix)alignment_models", "\(prefix)alignment_tracks")
        let (more, join) =
            prefix.isEmpty ? ("", "") : (", session_id, occurred_at, share", "JOIN profiler_events USING (seq)")
        return """
            SELECT seq, track, model, version AS model_version, \(value("computed")) AS computed, \(value("reported")) AS reported,
                   \(isShadow) AS is_shadow\(more)
            FROM \(table) JOIN \(models) ON \(models).id = \(table).model_id
            JOIN \(tracks) ON \(tracks).model_id = \(table).model_id \(join)
            WHERE \(value("computed")) IS NOT NULL OR \(value("reported")) IS NOT NULL
            """
    }
}
