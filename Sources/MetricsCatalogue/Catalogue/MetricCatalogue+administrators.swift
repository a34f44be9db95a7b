internal import Rollups
internal import Store

extension MetricCatalogue {
    /// The administrators with most view events, then by id.
    static func mostActive(_ count: Int, of admins: CellSums, _ reader: RollupReader) throws(StoreError)
        -> [(id: Int64, events: Int64)]
    {
        guard let least = admins.cells.map(\.value).sorted(by: >).prefix(count).last else { return [] }
        var top: [(id: Int64, events: Int64)] = []
        for cell in admins.cells where cell.value >= least {
            if let id = try reader.admin(cell.dimension) { top.append((id, cell.value)) }
        }
        top.sort { ($1.events, $0.id) < ($0.events, $1.id) }
        return Array(top.prefix(count))
    }
}
