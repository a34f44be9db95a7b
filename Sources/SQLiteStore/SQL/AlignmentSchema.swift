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
        \(view(prefix: ""))
        """
    }

    /// The tables' names begin with `prefix`: nothing before version 7.
    static func view(prefix: String) -> String {
        """
        CREATE VIEW profiler_alignments AS
        \(select(prefix, "alignment_results", isShadow: 0))
        UNION ALL
        \(select(prefix, "alignment_shadow_results", isShadow: 1));
        """
    }

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

    private static func select(_ prefix: String, _ table: String, isShadow: Int) -> String {
        func value(_ name: String) -> String {
            "CASE place " + places.map { "WHEN \($0) THEN \(name)_\($0)" }.joined(separator: " ") + " END"
        }
        return """
            SELECT seq, track, model, version AS model_version, \(value("computed")) AS computed, \(value("reported")) AS reported,
                   \(isShadow) AS is_shadow
            FROM \(prefix)\(table) JOIN \(prefix)alignment_models ON \(prefix)alignment_models.id = \(prefix)\(table).model_id
            JOIN \(prefix)alignment_tracks ON \(prefix)alignment_tracks.model_id = \(prefix)\(table).model_id
            WHERE \(value("computed")) IS NOT NULL OR \(value("reported")) IS NOT NULL
            """
    }
}
