/// By which rules the derived tables were made.
///
/// A session that moves on is taken back from the sums as today's rules derive it: sums that other rules made would become wrong, or
/// negative. So a store of another format is rebuilt before anything is written to it, and nobody reads metrics from it until then.
enum RollupFormat {
    /// Raise it with every change in what is derived from a stored event: its times, its names (browser, system, question, …), what counts as
    /// absent, which family or stream something is counted in, and how facts and cells are written. 0 is that of Alidade 0.1.0.
    static let current: Int64 = 1

    /// Throws where the tables of a store are not those of this version.
    static func check(_ format: Int64, doing: String) throws(StoreError) {
        guard format != current else { return }
        guard format < current else {
            throw StoreError(
                .newer, doing: doing,
                why: "a newer Alidade has made the derived tables (format \(format), this one knows \(current))",
                hint: "use that version, or make them anew with this one: alidade store rebuild")
        }
        throw StoreError(
            .outdated, doing: doing,
            why:
                "an older Alidade made the derived tables (format \(format), not \(current)), and they would be misread",
            hint: "start the daemon, or run alidade store rebuild: they are made anew from the events then")
    }
}
