internal import Events
internal import HTML
internal import MetricsCatalogue

/// What stands above the list of sessions: how far they come, where time goes, scores, and what learners are like. Each card leads to its metric.
struct SessionsSummary {
    private static let scores = ["aptitude_score", "technical_exposure_score"]
    private static let distributions = [
        "recommended_track_distribution", "work_style_distribution", "difficulty_distribution",
    ]
    /// Of more names a card has the most frequent.
    private static let mostNames = 6

    private let answers: [String: MetricAnswer]
    private let query: FormValues

    @available(*, noasync)
    init(_ desk: PageDesk, _ window: WindowChoice) throws {
        func answers(_ names: [String], _ comparison: MetricComparison?) throws -> [String: MetricAnswer] {
            try desk.answers(
                to: MetricRequest(names, span: window.span, zone: window.zone, comparison: comparison), at: window.now)
        }
        self.answers = try answers(["profiler_completion"], .previous).merging(
            answers(
                ["profiler_funnel", "module_time", "device_distribution", "attempt_violations"] + Self.scores
                    + Self.distributions, nil)
        ) { $1 }
        query = FormValues(WindowChoice.carried(window))
    }

    func write(_ isWhole: Bool, to html: inout HTMLText) {
        html.element("div", [.class("grid")]) { html in
            completion(isWhole ? nil : ListScope.note, &html)
            funnel(&html)
            modules(&html)
            for name in Self.scores { histogram(name, &html) }
            shares("Recommended tracks", "recommended_track_distribution", &html)
            shares("Work style", "work_style_distribution", &html)
            devices(&html)
        }
    }

    /// The fields of the filter form, with what occurs in the window.
    func form(_ form: inout FilterForm) {
        let statuses = answers["profiler_completion"]?.result["completion_status"]
        form.boxes(
            "status", "Status",
            CompletionStatus.allCases.map(\.rawValue).map {
                FilterForm.Choice($0, count: statuses?[$0]?.integer)
            })
        for (name, label, metric) in [
            ("track", "Recommended", "recommended_track_distribution"),
            ("difficulty", "Difficulty", "difficulty_distribution"),
            ("work_style", "Work style", "work_style_distribution"),
        ] {
            form.boxes(
                name, label,
                names(answers[metric]?.result).filter { $0.count > 0 }.prefix(12).map {
                    FilterForm.Choice($0.name, $0.name, count: $0.count)
                })
        }
        form.select("accepted", "Accepted", named: [("", "any"), ("1", "yes"), ("0", "no")])
        form.field("drift_above", "Drift above", size: 5)
        form.field("user", "Learner", size: 14)
        form.flag("violation", "Again without a reset")
        form.select("warning", "Warning", WarningCodes.profiler, all: "any")
    }

    private func names(_ shares: MetricValue?) -> [(name: String, count: Int64, share: MetricValue?)] {
        (shares?.members ?? []).filter { $0.value["share"] != nil }
            .map { ($0.name, $0.value["count"]?.integer ?? 0, $0.value["share"]) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    private func completion(_ note: String?, _ html: inout HTMLText) {
        let (answer, name) = (answers["profiler_completion"], "completion_rate")
        html.panel("Completed", note: note, metric: "profiler_completion", query: query) { html in
            html.element("div", [.class("pair")]) { html in
                html.element("p", [.class("big")], Words.percent(answer?.result[name]))
                RateWords.change(
                    from: answer?.previous?.result[name], to: answer?.result[name], better: .higher, &html,
                    than: "the window before")
            }
            html.element("p", [.class("sub")], "\(RateWords.fraction(answer?.result[name])) sessions that began")
            html.whisker(
                answer?.result[name]?.number, RateWords.interval(answer?.result[name]),
                few: RateWords.isFew(answer?.result[name]))
            html.element("ul", [.class("legend")]) { html in
                for status in answer?.result["completion_status"]?.members ?? [] {
                    html.element("li") { html in
                        html.text(status.name.replacing("_", with: " ") + " ")
                        html.element("b", Words.count(status.value.integer ?? 0))
                    }
                }
            }
            attempts(&html)
        }
    }

    private func funnel(_ html: inout HTMLText) {
        let result = answers["profiler_funnel"]?.result
        let started = result?[path: ["started", "count"]]?.integer ?? 0
        html.panel("How far sessions come", metric: "profiler_funnel", query: query) { html in
            html.table("The funnel", [TableHead("Step"), TableHead("Of all"), TableHead("Sessions", number: true)]) {
                html in
                for step in result?.members ?? [] {
                    let count = step.value["count"]?.integer ?? 0
                    html.element("tr") { html in
                        html.cell(step.name)
                        html.element("td", [.class("w")]) { $0.bar(started > 0 ? Double(count) / Double(started) : 0) }
                        html.number(Words.count(count))
                    }
                }
            }
        }
    }

    private func modules(_ html: inout HTMLText) {
        let times = (answers["module_time"]?.result.members ?? []).map {
            (name: $0.name, seconds: $0.value["p50_seconds"]?.number ?? 0)
        }.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
        html.panel("Time by module, median", metric: "module_time", query: query) { html in
            lines(times.map { ($0.name, Words.metric.duration($0.seconds)) }, &html)
        }
    }

    private func shares(_ title: String, _ metric: String, _ html: inout HTMLText) {
        html.panel(title, metric: metric, query: query) { shares(of: answers[metric]?.result, &$0) }
    }

    private func devices(_ html: inout HTMLText) {
        let result = answers["device_distribution"]?.result
        html.panel("Devices", metric: "device_distribution", query: query) { html in
            for part in ["browser", "os"] { shares(of: result?[part], &html) }
        }
    }

    private func shares(of result: MetricValue?, _ html: inout HTMLText) {
        lines(names(result).filter { $0.count > 0 }.map { ($0.name, Words.percent($0.share)) }, &html)
    }

    private func lines(_ lines: [(name: String, text: String)], _ html: inout HTMLText) {
        guard !lines.isEmpty else { return html.empty("Nothing says so in this window.") }
        html.element("ul", [.class("legend")]) { html in
            for line in lines.prefix(Self.mostNames) {
                html.element("li") { html in
                    html.text(line.name.replacing("_", with: " ") + " ")
                    html.element("b", line.text)
                }
            }
        }
    }

    private func attempts(_ html: inout HTMLText) {
        let result = answers["attempt_violations"]?.result
        html.element("p", [.class("note")]) { html in
            html.link(
                "\(Words.count(result?["violations"]?.integer ?? 0, "session")) again without a reset",
                PageURL("/telemetry/metrics/attempt_violations/", query))
            html.text(" of \(Words.count(result?["learners"]?.integer ?? 0, "learner"))")
        }
    }

    private func histogram(_ name: String, _ html: inout HTMLText) {
        let result = answers[name]?.result
        let title = name.replacing("_", with: " ")
        html.panel("\(title.prefix(1).uppercased())\(title.dropFirst())", metric: name, query: query) { html in
            html.element(
                "p", [.class("sub")],
                "median \(result?["p50"]?.number.map(Words.metric.oneDecimal) ?? "–") of \(Words.count(result?["count"]?.integer ?? 0, "completed session"))"
            )
            let counts = (result?["histogram"]?.elements ?? []).map { $0.integer ?? 0 }
            let slots = counts.enumerated().map { place, count in
                Chart.Slot(
                    title: "\(place * 10) to \(place * 10 + 10)\n\(Words.count(count, "session"))",
                    label: "\(place * 10)", bars: [Double(count)])
            }
            Chart(
                name: "\(title), sessions by score", slots: slots, barClasses: ["first"],
                top: Words.count(counts.max() ?? 0)
            )
            .write(to: &html)
        }
    }
}
