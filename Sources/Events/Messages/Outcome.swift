/// The final fate of a delivery. The same word names it in code, column, log and metric.
///
/// It is counted in five places, which `Documentation.docc/The-path-of-a-message.md` lists: received = stored + duplicates + quarantined.
package enum Outcome: String, Sendable, CaseIterable {
    /// Durable in its table.
    case stored
    /// Its identity was stored (or it was quarantined) before; counted, not stored again.
    case duplicate
    /// Kept whole in `quarantine`, with its reasons.
    case quarantined
}
