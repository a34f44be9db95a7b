/// By which rules the derived tables were made.
///
/// A session that moves on is taken back from the sums as today's rules derive it: sums that other rules made would become wrong, or
/// negative. So a store of another format is rebuilt before anything is written to it, and nobody reads metrics from it until then.
package enum RollupFormat {
    /// Raise it with every change in what is derived from a stored event: its times, its names (browser, system, question, …), what counts as
    /// absent, which family or stream something is counted in, and how facts and cells are written. 0 is that of Alidade 0.1.0.
    package static let current: Int64 = 4
}
