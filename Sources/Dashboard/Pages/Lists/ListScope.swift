internal import Events
internal import MetricsCatalogue
internal import Rollups
internal import Store

/// How much of a list's filter the charts and counts above it can follow.
enum ListScope {
    /// Of a longer window single facts are not read for a chart.
    private static let longest: Timestamp = 92 * 86_400_000_000

    /// All that is filtered by is in here, and in what the listing itself tells apart.
    case same(FactFilter)
    /// The filter says more than metrics know; the numbers are those of the whole window.
    case whole

    init(_ conditions: [(dimension: FactDimension, values: [String])], isAll: Bool) {
        self =
            isAll
            ? .same(FactFilter(conditions.filter { !$0.values.isEmpty }.map { .init($0.dimension, $0.values) }))
            : .whole
    }

    /// The same where the window is not too long for it.
    func fitting(_ window: MetricWindow) -> ListScope {
        if case .same(let filter) = self, !filter.isEmpty,
            window.to - window.from > Self.longest
        {
            return .whole
        }
        return self
    }

    var filter: FactFilter { if case .same(let filter) = self { filter } else { FactFilter() } }
    var isWhole: Bool { if case .whole = self { true } else { false } }

    /// Where the numbers above a list are not those of its rows.
    static let note = "All of the window, without the filter."
}
