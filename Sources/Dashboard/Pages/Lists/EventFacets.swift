internal import MetricsCatalogue
internal import Rollups
internal import Store

/// What recommendation events of a window can be filtered by, with how many there are of each: from the sums.
struct EventFacets {
    /// Of more names a form shows the most frequent.
    private static let most = 12

    let actions: [FilterForm.Choice]
    let types: [FilterForm.Choice]
    let confidences: [FilterForm.Choice]
    let versions: [FilterForm.Choice]

    @available(*, noasync)
    init(_ desk: PageDesk, _ window: WindowChoice) throws {
        func groups(_ dimension: FactDimension) throws -> [(name: String, counts: [Int64])] {
            let answers = try desk.answers(
                to: MetricRequest(
                    ["recommendation_acceptance_rate", "override_rate"], span: window.span, zone: window.zone,
                    dimensions: [dimension]), at: window.now)
            let acceptance = answers["recommendation_acceptance_rate"]?.result["groups"]
            let override = answers["override_rate"]?.result["groups"]
            return (acceptance?.members ?? []).map { ($0.name, ActionCounts.counts($0.value, override?[$0.name])) }
        }
        func choices(_ groups: [(name: String, counts: [Int64])]) -> [FilterForm.Choice] {
            groups.map { ($0.name, $0.counts.reduce(0, +)) }.filter { $0.1 > 0 && $0.0 != NameRegistry.other }
                .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(Self.most).map { FilterForm.Choice($0, $0, count: $1) }
        }
        // Every event has a type.
        let byType = try groups(.recommendationType)
        actions = ["VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN"].enumerated().map { place, action in
            FilterForm.Choice(action, count: byType.reduce(0) { $0 + $1.counts[place] })
        }
        types = choices(byType)
        confidences = choices(try groups(.confidence)).map { FilterForm.Choice($0.word, count: $0.count) }
        versions = choices(try groups(.explanationVersion))
    }
}
