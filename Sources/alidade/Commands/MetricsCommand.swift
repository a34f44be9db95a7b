internal import ArgumentParser
internal import DaemonSettings
internal import JSON
internal import MetricsCatalogue
internal import Terminal
internal import Threads

/// `alidade metrics`: aggregates from the store, also while the daemon runs.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show metrics over the last days, from the store.",
        discussion: """
            It only reads, and may run beside the daemon. With one name --json prints its document, otherwise a list of documents.

            Examples:
              alidade metrics
              alidade metrics override_rate --days 30 --group-by recommendation_type
              alidade metrics session_duration --group-by browser,os
              alidade metrics override_rate --filter confidence_at_time=HIGH
              alidade metrics override_rate --interval day --time-zone Europe/Berlin
              alidade metrics result_acceptance_rate --days 30 --compare
              alidade metrics override_rate --interval week --days 90 --csv
              alidade metrics --list
            """)

    @Argument(help: ArgumentHelp("Which metrics (all by default); --list shows their names.", valueName: "name"))
    var names: [String] = []
    @Option(help: "The window: this many times 24 hours, ending now; 1 to 365. 7 where nothing else is said.") var days:
        Int?
    @Option(help: "The window begins at this time, or with this date: 2026-02-09T12:00:00Z or 2026-02-09.") var from:
        String?
    @Option(help: "The window ends before this time, or before this date.") var to: String?
    @Option(help: "Also the result of each hour, day, week or month.") var interval: String?
    @Option(help: "By whose clocks days begin: a name such as Europe/Berlin. UTC otherwise.") var timeZone: String?
    @Flag(help: "Also the result of the window before, which is as long.") var compare = false
    @Option(help: "The same with another window: previous, or 52w for 52 weeks before.") var compareWith: String?
    @Option(help: ArgumentHelp("Split by one or two dimensions, such as browser,os.", valueName: "dimension"))
    var groupBy: [String] = []
    @Option(
        help: ArgumentHelp(
            "Count only what has this value; several of a dimension: any of them.", valueName: "dimension=value"))
    var filter: [String] = []
    @Flag(help: "Print a row for each number, as comma-separated values.") var csv = false
    @Flag(help: "Show the names of the metrics and what they mean.") var list = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if csv && common.json { throw ValidationError("--csv and --json are both there; one is enough") }
    }

    func run() throws {
        let settings = try common.settings()
        let request = try request(declared: settings.declaredDimensions())
        if list {
            return Output.print(
                common.json ? OutputText(json: Self.json(request.metrics)) : Self.listed(request.metrics))
        }

        let reader = try MetricsReader(try settings.eventStore())
        let now = wallClock()
        if common.json {
            Output.print(json: try reader.reply(to: request, now: now, backlogs: nil))
        } else if csv {
            let rows = MetricCSV.rows(try reader.answers(to: request, now: now, backlogs: nil))
            // Lines end in CR LF, except on a terminal, which would show it.
            let end: [UInt8] = TerminalStyle.standardOutput.isRich ? [] : [0x0D]
            for row in rows { Output.print(exactly: Array(row.utf8) + end) }
        } else {
            Output.print(MetricTable(.standardOutput).text(try reader.answers(to: request, now: now, backlogs: nil)))
        }
    }

    private func request(declared: [String]) throws -> MetricRequest {
        do throws(MetricRequestError) {
            let zone = try MetricRequest.zone(named: timeZone)
            let isDefault = days == nil && from == nil && to == nil
            return try MetricRequest(
                names.isEmpty ? nil : names, isList: names.count != 1,
                span: MetricSpan(days: isDefault ? 7 : days, from: from, to: to, in: zone),
                interval: MetricRequest.interval(interval), zone: zone,
                comparison: MetricRequest.comparison(compareWith) ?? (compare ? .previous : nil),
                dimensions: MetricRequest.dimensions(named: groupBy, declared: declared),
                filter: MetricRequest.filter(filter, declared: declared), declared: declared)
        } catch { throw ValidationError(error.message) }
    }

    private static func listed(_ metrics: [MetricDefinition]) -> OutputText {
        metrics.map { "\($0.name)\n    \($0.text)" as OutputText }.joined(separator: "\n")
    }

    private static func json(_ metrics: [MetricDefinition]) -> String {
        var json = JSONText()
        json.array { json in
            for metric in metrics {
                json.object { json in
                    json.member("metric", metric.name)
                    json.member("text", metric.text)
                }
            }
        }
        return json.text
    }
}
