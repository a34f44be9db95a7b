@testable import Events

/// What a member says, however it is spelled.
indirect enum Sense: Equatable {
    /// A text or an id that is text.
    case text(String)
    /// An id that is a number.
    case id(Int64)
    /// `tenths` of one, with an integer's rules where it is one.
    case number(tenths: Int)
    case integer(Int)
    case boolean(Bool)
    /// A word of an enumeration.
    case word(String)
    /// Microseconds since the epoch.
    case time(Timestamp)
    case seconds([String: Int])
    case answers([[String: String]])
    /// A member that nobody reads: numbers, texts and more of the like; never coerced.
    case other([String: Sense])
    case list([Sense])

    /// Something else that the member might say.
    func changed(using random: inout SeededRandom) -> Sense {
        switch self {
        case .text(let text): .text(text + "x")
        case .id(let id): .id(id + 1)
        case .number(let tenths): .number(tenths: tenths > 0 ? tenths - 1 : 1)
        case .integer(let value): .integer(value > 0 ? value - 1 : 1)
        case .boolean(let value): .boolean(!value)
        case .word(let word): .word(Self.otherWord[word] ?? word)
        case .time(let time): .time(time + (Bool.random(using: &random) ? 1 : 3_600_000_000))
        case .seconds(let seconds): .seconds(Self.changed(seconds, using: &random))
        case .answers(let answers): .answers(Self.changed(answers, using: &random))
        case .other(var members):
            if let name = members.keys.sorted().randomElement(using: &random), let value = members[name] {
                .other(
                    {
                        members[name] = value.changed(using: &random); return members
                    }())
            } else {
                .other(["x": .integer(1)])
            }
        case .list(let elements): .list(elements + [.boolean(true)])
        }
    }

    private static let otherWord = [
        "finished": "locked", "locked": "finished", "started": "in_progress", "in_progress": "started",
        "collaborative": "balanced", "independent": "balanced", "balanced": "independent", "novice": "elite",
        "elite": "novice", "HIGH": "LOW", "LOW": "HIGH", "MEDIUM": "LOW", "ACCEPTED": "VIEWED",
        "VIEWED": "ACCEPTED", "RESOLVED": "ESCALATED", "ESCALATED": "RESOLVED",
        "SIGNAL_DETAIL_OPEN": "EXPLANATION_EXPAND", "EXPLANATION_EXPAND": "SIGNAL_DETAIL_OPEN",
    ]

    private static func changed(_ seconds: [String: Int], using random: inout SeededRandom) -> [String: Int] {
        var seconds = seconds
        let name = seconds.keys.sorted().randomElement(using: &random) ?? "m"
        switch Int.random(in: 0..<3, using: &random) {
        case 0: seconds[name + "x"] = seconds.removeValue(forKey: name) ?? 1
        case 1: seconds[name + "y"] = 10
        default: seconds[name] = (seconds[name] ?? 0) + 1
        }
        return seconds
    }

    private static func changed(_ answers: [[String: String]], using random: inout SeededRandom) -> [[String: String]] {
        var answers = answers
        guard let place = answers.indices.randomElement(using: &random) else { return answers }
        let name = answers[place].keys.sorted().randomElement(using: &random) ?? "selected_option"
        answers[place][name, default: ""] += "x"
        return answers
    }
}

/// A valid message as what its members say. The time that it occurred at and its id are no content.
struct SensibleMessage {
    var queue: IngestQueue
    var members: [String: Sense] = [:]
    /// Which of the members may be left out.
    var optional: Set<String> = []

    static func random(_ queue: IngestQueue, using random: inout SeededRandom) -> SensibleMessage {
        var message = SensibleMessage(queue: queue)
        queue == .profiler ? message.fillProfiler(&random) : message.fillIntelligence(&random)
        return message
    }

    private mutating func maybe(_ name: String, _ sense: Sense, _ random: inout SeededRandom) {
        optional.insert(name)
        if Bool.random(using: &random) { members[name] = sense }
    }

    private mutating func fillProfiler(_ random: inout SeededRandom) {
        members["user_id"] = .text(Self.text(&random))
        members["session_id"] = .text(Self.text(&random))
        members["completion_status"] = Self.word(["finished", "locked", "started", "in_progress"], &random)
        members["emitted_at"] = .time(Self.time(&random))
        for name in ["aptitude_score", "technical_exposure_score", "overall_score", "behavioral_score"] {
            maybe(name, .number(tenths: Int.random(in: 0...1000, using: &random)), &random)
        }
        maybe("track_confidence", .number(tenths: Int.random(in: 0...10, using: &random)), &random)
        maybe("time_spent_seconds", .integer(Int.random(in: 0...31_536_000, using: &random)), &random)
        maybe("attempt_count", .integer(Int.random(in: 0...100, using: &random)), &random)
        maybe("work_style_cluster", Self.word(["collaborative", "independent", "balanced"], &random), &random)
        maybe("difficulty_selection", Self.word(["novice", "elite"], &random), &random)
        for name in ["recommended_track_id", "value_statement", "override_track_id", "admin_reset_by"] {
            maybe(name, .text(Self.text(&random)), &random)
        }
        maybe("result_accepted", .boolean(Bool.random(using: &random)), &random)
        for name in ["started_at", "completed_at", "result_accepted_at", "foundations_transition_at"] {
            maybe(name, .time(Self.time(&random)), &random)
        }
        maybe("time_spent_per_module", .seconds(Self.seconds(&random)), &random)
        maybe("track_alignment_percentages", .seconds(Self.seconds(&random)), &random)
        maybe("answers", .answers(Self.answers(&random)), &random)
        maybe("scenario_choices", .answers(Self.answers(&random)), &random)
        maybe("cohort", Self.other(&random), &random)
    }

    private mutating func fillIntelligence(_ random: inout SeededRandom) {
        members["occurred_at"] = .time(Self.time(&random))
        members["explanation_version"] = .text(Self.text(&random))
        let ids = 1...Int64.max - 1
        members["risk_signal_id"] = .id(Int64.random(in: ids, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            members["action_taken"] = Self.word(["ACCEPTED", "VIEWED"], &random)
            members["admin_user_id"] = .id(Int64.random(in: 1...9_999, using: &random))
            members["recommendation_type"] = .text(Self.text(&random))
            maybe("confidence_at_time", Self.word(["HIGH", "MEDIUM", "LOW"], &random), &random)
            maybe("decision_time_ms", .integer(Int.random(in: 0...86_400_000, using: &random)), &random)
            maybe("propensity", .number(tenths: Int.random(in: 0...10, using: &random)), &random)
            maybe("context", Self.other(&random), &random)
        case 1:
            members["outcome_status"] = Self.word(["RESOLVED", "ESCALATED"], &random)
            maybe("resolution_time_hours", .number(tenths: Int.random(in: 0...9999, using: &random)), &random)
            maybe("admin_note_id", .id(Int64.random(in: ids, using: &random)), &random)
        default:
            members["event_type"] = Self.word(["SIGNAL_DETAIL_OPEN", "EXPLANATION_EXPAND"], &random)
            members["admin_user_id"] = .id(Int64.random(in: ids, using: &random))
        }
        maybe("tenant", Self.other(&random), &random)
    }

    private static func word(_ words: [String], _ random: inout SeededRandom) -> Sense {
        .word(words.randomElement(using: &random) ?? "")
    }

    private static func text(_ random: inout SeededRandom) -> String {
        if Bool.random(using: &random) { return String(Int.random(in: 1...99_999, using: &random)) }
        let parts = ["a", "Z", "é", "😀", "\"", "\\", "/", " ", "~", "\n", "7"]
        let tail = (0..<Int.random(in: 0...5, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        return "t" + tail.joined()
    }

    /// In the last days before ``DecoderHarness/now``.
    private static func time(_ random: inout SeededRandom) -> Timestamp {
        let seconds = Int64.random(in: 0..<10_000, using: &random) * 60
        let time = DecoderHarness.now - seconds * 1_000_000
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: time - Int64.random(in: 1..<1_000_000, using: &random)
        case 1: time - 250_000
        case 2: time - 17_000_000
        default: time
        }
    }

    private static func seconds(_ random: inout SeededRandom) -> [String: Int] {
        let names = (0..<Int.random(in: 1...3, using: &random)).map { "\($0)" + text(&random) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, Int.random(in: 0...990, using: &random)) })
    }

    private static func answers(_ random: inout SeededRandom) -> [[String: String]] {
        (0..<Int.random(in: 1...3, using: &random)).map { place in
            let question = ["question_id", "question_key"].randomElement(using: &random) ?? ""
            return [question: "\(place)" + text(&random), "selected_option": text(&random)]
        }
    }

    private static func other(_ random: inout SeededRandom) -> Sense {
        let list: Sense = .list([.text(text(&random)), .boolean(false), .number(tenths: 25)])
        return .other(["a": .number(tenths: Int.random(in: 0...99, using: &random)), "b": list, "c": .other([:])])
    }
}
