internal import Store
internal import MetricsCatalogue
internal import Rollups

/// What the URL of a metric asks for: the same as a request over AMQP.
struct MetricChoice {
    let window: WindowChoice
    let interval: MetricInterval?
    let comparison: MetricComparison?
    let dimensions: [FactDimension]
    let filter: FactFilter
    let request: MetricRequest
    /// As `--filter` on the command line: `dimension=value`.
    let filterTexts: [String]

    /// - Parameters:
    ///   - names: Which metrics; nil for all.
    ///   - isShown: For people: with a comparison and a series unless the URL says otherwise.
    init(_ names: [String]?, _ desk: PageDesk, isShown: Bool) throws {
        var parameters = desk.parameters
        window = WindowChoice(&parameters, days: 7, desk.request)
        let declared = desk.request.declared
        let interval = parameters.word("interval", of: ["none"] + MetricInterval.allCases.map(\.rawValue))
        let compare = parameters.word("compare", of: ["none"] + MetricComparison.allCases.map(\.rawValue))
        let groups = parameters.texts("group_by")
        let filters = parameters.texts("filter")
        filterTexts = filters
        comparison = compare.map { MetricComparison(rawValue: $0) } ?? (isShown ? .previous : nil)
        self.interval = interval.map { MetricInterval(rawValue: $0) } ?? (isShown ? Self.fitting(window) : nil)
        var dimensions: [FactDimension] = []
        var filter = FactFilter()
        do throws(MetricRequestError) {
            dimensions = try MetricRequest.dimensions(named: groups, declared: declared)
        } catch {
            parameters.fault("group_by", error.message)
        }
        do throws(MetricRequestError) { filter = try MetricRequest.filter(filters, declared: declared) } catch {
            parameters.fault("filter", error.message)
        }
        try parameters.finish()
        (self.dimensions, self.filter) = (dimensions, filter)
        do throws(MetricRequestError) {
            request = try MetricRequest(
                names, isList: names?.count != 1, span: window.span, interval: self.interval, zone: window.zone,
                comparison: comparison, dimensions: dimensions, filter: filter, declared: declared)
        } catch {
            let url = desk.request.url.without("interval", "group_by", "filter")
            throw PageFault(
                400, "This cannot be asked", [error.message + "."],
                links: [PageFault.Link("The page without it", url.text)])
        }
    }

    /// Days for a month or two, hours for a day, weeks for more.
    private static func fitting(_ choice: WindowChoice) -> MetricInterval {
        let hours = (choice.window.to - choice.window.from) / 3_600_000_000
        return hours <= 48 ? .hour : hours <= 92 * 24 ? .day : .week
    }

    /// Values that a query of another page takes over.
    var carried: FormValues { FormValues(WindowChoice.carried(window)) }
}
