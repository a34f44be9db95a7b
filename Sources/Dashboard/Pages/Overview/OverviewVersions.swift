internal import HTML
internal import MetricsCatalogue

/// Which explanation works better: acceptance and overrides by version.
struct OverviewVersions {
    let numbers: OverviewNumbers

    init(_ numbers: OverviewNumbers) { self.numbers = numbers }

    func write(to html: inout HTMLText) {
        let accepted = numbers.versions["recommendation_acceptance_rate"]?.result["groups"]?.members ?? []
        let overridden = numbers.versions["override_rate"]?.result["groups"]
        html.panel(
            "Which explanation works better", class: "block",
            note: "By explanation_version, 30 days. Where two ranges do not overlap, the difference is hardly chance.",
            metric: "recommendation_acceptance_rate",
            query: FormValues([.init("days", "30"), .init("group_by", "explanation_version")]),
            part: "explanation_version"
        ) { html in
            guard !accepted.isEmpty else { return html.empty("No recommendation of the last 30 days was seen.") }
            html.table(
                "Versions of 30 days",
                [
                    TableHead("Version"), TableHead("Accepted", number: true), TableHead("Range with 95 %"),
                    TableHead("Cases", number: true), TableHead("Overridden", number: true),
                    TableHead("Range with 95 %"), TableHead("Decisions", number: true),
                ]
            ) { html in
                for version in accepted.prefix(12) {
                    let rate = version.value[path: ["cases", "acceptance_rate"]]
                    let override = overridden?[path: [version.name, "override_rate"]]
                    html.element("tr") { html in
                        html.cell(version.name, class: "mono")
                        html.number(Words.percent(rate))
                        html.element("td", [.class("w")]) {
                            $0.whisker(rate?.number, RateWords.interval(rate), few: RateWords.isFew(rate))
                        }
                        html.number(Words.count(rate?.fraction?.whole ?? 0))
                        html.number(Words.percent(override))
                        html.element("td", [.class("w")]) {
                            $0.whisker(override?.number, RateWords.interval(override), few: RateWords.isFew(override))
                        }
                        html.number(Words.count(override?.fraction?.whole ?? 0))
                    }
                }
            }
        }
    }
}
