internal import Rollups

extension RollupFormat {
    /// Throws where the tables of a store are not those of this version.
    package static func check(_ format: Int64, doing: String) throws(StoreError) {
        guard format != current else { return }
        guard format < current else {
            throw StoreError(
                .newer, doing: doing,
                why: "a newer Alidade has made the derived tables (format \(format), this one knows \(current))",
                hint: "use that version, or rebuild them with this one: alidade store rebuild")
        }
        throw StoreError(
            .outdated, doing: doing,
            why:
                "an older Alidade made the derived tables (format \(format), not \(current)), and they would be misread",
            hint: "start the daemon, or run alidade store rebuild: either rebuilds them from the events")
    }
}
