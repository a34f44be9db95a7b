internal import HTML
internal import MetricsCatalogue

/// The profiler: how far sessions come, what is accepted, where people drop out, and which tracks come out.
struct OverviewLearners {
    let numbers: OverviewNumbers

    init(_ numbers: OverviewNumbers) { self.numbers = numbers }

    func write(to html: inout HTMLText) {
        html.element("div", [.class("grid wide")]) { html in
            funnel(&html)
            modules(&html)
        }
        html.element("div", [.class("grid")]) { html in
            let target = numbers.week["result_acceptance_rate"]?.result["target"]?.number
            RateCard(
                metric: "result_acceptance_rate", path: ["acceptance_rate"], title: "Results accepted", of: "decided",
                better: .higher,
                target: target
            ).write(to: &html, numbers)
            tracks(&html)
            duration(&html)
            attempts(&html)
        }
    }

    private func funnel(_ html: inout HTMLText) {
        let result = numbers.month["profiler_funnel"]?.result
        let started = result?[path: ["started", "count"]]?.integer ?? 0
        html.panel(
            "How far sessions come", note: "Sessions that began in the last 30 days", metric: "profiler_funnel",
            part: "profiler_funnel"
        ) { html in
            html.table(
                "The funnel of 30 days",
                [
                    TableHead("Step"), TableHead("Of all"), TableHead("Sessions", number: true),
                    TableHead("Of step before", number: true), TableHead("Median time", number: true),
                ]
            ) { html in
                for step in result?.members ?? [] {
                    let count = step.value["count"]?.integer ?? 0
                    html.element("tr") { html in
                        html.cell(step.name)
                        html.element("td", [.class("w")]) { $0.bar(started > 0 ? Double(count) / Double(started) : 0) }
                        html.number(Words.count(count))
                        html.number(step.value["share"] == nil ? "" : Words.percent(step.value["share"]))
                        html.number(Self.time(step.value["median_hours"]))
                    }
                }
            }
        }
    }

    private static func time(_ hours: MetricValue?) -> String {
        guard let hours else { return "" }
        guard let number = hours.number else { return Words.metric.null }
        return number * 3600 < 1 ? "at once" : Words.metric.duration(number * 3600)
    }

    private func modules(_ html: inout HTMLText) {
        let reach = numbers.month["module_reach"]?.result.members ?? []
        let times = numbers.month["module_time"]?.result
        html.panel(
            "Where people drop out", note: "Sessions that spent time in a module, and how many of them were finished",
            metric: "module_reach", part: "module_reach"
        ) { html in
            guard !reach.isEmpty else { return html.empty("No session of the last 30 days says where its time went.") }
            html.table(
                "Modules of 30 days",
                [
                    TableHead("Module"), TableHead("Finished"), TableHead("Sessions", number: true),
                    TableHead("Finished", number: true), TableHead("Median time", number: true),
                ]
            ) { html in
                for module in reach.sorted(by: {
                    ($0.value["sessions"]?.integer ?? 0) > ($1.value["sessions"]?.integer ?? 0)
                }).prefix(8) {
                    html.element("tr") { html in
                        html.cell(module.name)
                        html.element("td", [.class("w")]) { $0.bar(module.value["finished_share"]?.number ?? 0) }
                        html.number(Words.count(module.value["sessions"]?.integer ?? 0))
                        html.number(Words.percent(module.value["finished_share"]))
                        html.number(Words.duration(seconds: times?[module.name]?["p50_seconds"]?.number))
                    }
                }
            }
        }
    }

    private func tracks(_ html: inout HTMLText) {
        let computed = numbers.month["track_alignment"]?.result["tracks"]?.members ?? []
        let recommended = numbers.month["recommended_track_distribution"]?.result
        let tops = computed.reduce(0) { $0 + ($1.value["top_count"]?.integer ?? 0) }
        html.panel(
            "Top tracks", note: "The best match that was computed, and as a mark what was recommended; 30 days.",
            metric: "track_alignment", part: "track_alignment"
        ) { html in
            guard tops > 0 else { return html.empty("No alignment was computed in the last 30 days.") }
            let agreement = numbers.month["track_alignment"]?.result[path: ["drift", "top_track_agreement"]]
            if let whole = agreement?.fraction?.whole, whole > 0 {
                html.element(
                    "p", [.class("sub")],
                    "The platform reports the same best match in \(Words.percent(agreement)), \(RateWords.fraction(agreement))."
                )
            }
            html.table(
                "Tracks of 30 days",
                [
                    TableHead("Track"), TableHead("Share"), TableHead("Match", number: true),
                    TableHead("Said", number: true),
                ]
            ) { html in
                for track in computed.sorted(by: {
                    ($0.value["top_count"]?.integer ?? 0) > ($1.value["top_count"]?.integer ?? 0)
                }).prefix(8) {
                    let share = Double(track.value["top_count"]?.integer ?? 0) / Double(tops)
                    let other = recommended?[track.name]?["share"]
                    html.element("tr") { html in
                        html.cell(track.name)
                        html.element("td", [.class("w")]) { $0.bar(share, mark: other?.number) }
                        html.number(Words.metric.percent(share))
                        html.number(other == nil ? "–" : Words.percent(other))
                    }
                }
            }
        }
    }

    private func duration(_ html: inout HTMLText) {
        let (week, month) = (numbers.week["session_duration"]?.result, numbers.month["session_duration"]?.result)
        html.panel("Time for the profiler", metric: "session_duration", part: "session_duration") { html in
            html.element("p", [.class("big")], Words.duration(seconds: week?["p50_seconds"]?.number))
            html.element(
                "p", [.class("sub")],
                "median of \(Words.count(week?["count"]?.integer ?? 0, "completed session")) in 7 days; the slowest tenth took \(Words.duration(seconds: week?["p90_seconds"]?.number)) or longer"
            )
            html.element(
                "p", [.class("sub")],
                "30 days: \(Words.duration(seconds: month?["p50_seconds"]?.number)) of \(Words.count(month?["count"]?.integer ?? 0))"
            )
        }
    }

    private func attempts(_ html: inout HTMLText) {
        let result = numbers.month["attempt_violations"]?.result
        let violations = result?["violations"]?.integer ?? 0
        html.panel("Taken again without a reset", metric: "attempt_violations", part: "attempt_violations") { html in
            html.element("p", [.class("big")], Words.count(violations))
            html.element(
                "p", [.class("sub")],
                "of \(Words.count(result?["sessions"]?.integer ?? 0, "completed session")) of \(Words.count(result?["learners"]?.integer ?? 0, "learner")) in 30 days; \(Words.count(result?["reported_violations"]?.integer ?? 0)) say so themselves"
            )
        }
    }
}
