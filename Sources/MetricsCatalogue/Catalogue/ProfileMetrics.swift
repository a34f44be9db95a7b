internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    static let profiles: [MetricDefinition] = [
        MetricDefinition(
            "work_style_distribution", "Work-style clusters of completed sessions that have one.",
            shape: .words(WorkStyleCluster.allCases.map(\.rawValue), .share),
            compute: { query throws(StoreError) in
                let sums = try query.sums(.profile)
                return .shares(
                    WorkStyleCluster.allCases.map { ($0.rawValue, sums.value(.workStyle, Int($0.code))) })
            }),
        MetricDefinition(
            "difficulty_distribution", "Difficulty selections of completed sessions that have one.",
            shape: .words(Difficulty.allCases.map(\.rawValue), .share),
            compute: { query throws(StoreError) in
                let sums = try query.sums(.profile)
                return .shares(Difficulty.allCases.map { ($0.rawValue, sums.value(.difficulty, Int($0.code))) })
            }),
        MetricDefinition(
            "recommended_track_distribution", version: 2,
            """
            Recommended tracks of completed sessions that have one: the one that was recommended before the result was decided, and under \
            `overrides` from which to which track learners went instead.
            """,
            shape: .mapWith(
                of: "track", .share,
                [
                    .init(
                        "overrides",
                        .map(of: "track", .map(of: "chosen track", .object([.init("count", .count, "how many")]))),
                        "sessions that were overridden, by recommended and by chosen track")
                ]),
            compute: { query throws(StoreError) in
                let tracks = try shares(query.sums(.recommendedTrack)) { track throws(StoreError) in
                    let name = try query.reader.track(track)
                    return ByteKey(name) == ByteKey("overrides") ? "(overrides)" : name
                }
                var chosen: [ByteKey: [MetricValue.Member]] = [:]
                for cell in try query.sums(.recommendationOverrides).cells {
                    let pair = try query.reader.override(cell.dimension)
                    chosen[ByteKey(pair.from), default: []].append(
                        .init(pair.to, .object(["count": .integer(cell.value)])))
                }
                let overrides = chosen.map { MetricValue.Member($0.text, .object($1.sortedByName())) }
                return tracks.with("overrides", .object(overrides.sortedByName()))
            }),
        MetricDefinition(
            "scenario_choice_distribution",
            "What completed sessions chose: per question and option (`scenario_choices`, a question's last answer counting).",
            shape: .map(of: "question", .map(of: "option", .share)),
            compute: { query throws(StoreError) in
                var questions: [ByteKey: [(name: String, count: Int64)]] = [:]
                for cell in try query.sums(.scenarioChoices).cells {
                    let choice = try query.reader.choice(cell.dimension)
                    questions[ByteKey(choice.question), default: []].append((choice.option, cell.value))
                }
                return .object(
                    questions.map { question, options in .init(question.text, .shares(byName: options)) }.sortedByName()
                )
            }),
        MetricDefinition(
            "device_distribution", "Browser and operating-system families of completed sessions with a user agent.",
            shape: [
                .init("browser", .map(of: "family", .share), "by browser"),
                .init("os", .map(of: "family", .share), "by operating system"),
            ],
            compute: { query throws(StoreError) in
                let devices = try query.sums(.devices)
                var (browsers, systems): ([(name: String, count: Int64)], [(name: String, count: Int64)]) = ([], [])
                for cell in devices.cells {
                    if cell.dimension & 1 == 0 {
                        browsers.append((try query.reader.browser(cell.dimension >> 1), cell.value))
                    } else {
                        systems.append((try query.reader.operatingSystem(cell.dimension >> 1), cell.value))
                    }
                }
                return .object([
                    "browser": .shares(byName: browsers),
                    "os": .shares(byName: systems),
                ])
            }),
        MetricDefinition(
            "value_statements", "How many completed sessions wrote a value statement that is not blank.",
            shape: [
                .init("sessions", .count, "completed sessions"),
                .init("with_statement", .count, "those with a statement"),
                .init("share", .rate, "with_statement / sessions"),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(.profile)
                let (all, with) = (sums.value(.sessions), sums.value(.withStatement))
                return .object([
                    "sessions": .integer(all), "with_statement": .integer(with), "share": .rate(with, of: all),
                ])
            }),
    ]

    static func shares(_ sums: CellSums, _ name: (Int) throws(StoreError) -> String) throws(StoreError) -> MetricValue {
        var counts: [(name: String, count: Int64)] = []
        for cell in sums.cells { counts.append((try name(cell.dimension), cell.value)) }
        return .shares(byName: counts)
    }
}

extension CellSums {
    func value(_ dimension: ProfileDimension, _ item: Int) -> Int64 { value(dimension.rawValue, item) }
    func value(_ item: ProfileItem) -> Int64 { value(ProfileDimension.sessions.rawValue, item.rawValue) }
}
