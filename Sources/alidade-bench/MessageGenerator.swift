/// Makes unique, realistic messages: one third profiler telemetry of about 1.9 KB with ten choices, two thirds intelligence events of
/// about 280 bytes. Ids are random UUIDs; times go forward with some minutes of jitter, as they do at a broker. A session is sent several
/// times as it goes on, mostly soon, now and then (one in fifty) some time after.
struct MessageGenerator {
    struct Message {
        var isProfiler: Bool
        var eventID: String
        var body: String
    }

    private var random: SplitMix64
    private var number = 0
    private var openSessions: [Session] = []
    private var oldSessions: [Session] = []
    private let start: Int64
    private let microsecondsBetween: Int64

    /// What a session's next message builds on.
    private struct Session {
        var id: String
        var user: Int
        /// Messages sent of it.
        var step = 0
        var startedAt: String
        var completedAt: String?
        /// Microseconds since the epoch, of the message before: those of one session come in order.
        var time: Int64
        /// The recommended track, which stays.
        var track: String
    }

    /// Sessions that go on at the same time.
    private static let openLimit = 1000
    private static let oldLimit = 4000

    /// `start` in seconds since the epoch: the first message's time.
    init(seed: UInt64, start: Int64, microsecondsBetween: Int64 = 2000) {
        random = SplitMix64(state: seed)
        self.start = start
        self.microsecondsBetween = microsecondsBetween
    }

    mutating func next() -> Message {
        number += 1
        let jitter = Int64.random(in: 0..<180_000_000, using: &random)
        let moment = start * 1_000_000 + Int64(number) * microsecondsBetween + jitter
        let time = Self.text(microseconds: moment)
        let id = uuid()
        switch number % 3 {
        case 0: return Message(isProfiler: true, eventID: id, body: profiler(id, moment))
        case 1: return Message(isProfiler: false, eventID: id, body: recommendation(id, time))
        default:
            return Message(isProfiler: false, eventID: id, body: number % 6 == 2 ? outcome(id, time) : view(id, time))
        }
    }

    /// A new session, or the next state of one.
    private mutating func nextSession(_ moment: Int64) -> Session {
        if !oldSessions.isEmpty, Int.random(in: 0..<50, using: &random) == 0 {
            var session = oldSessions[Int.random(in: 0..<oldSessions.count, using: &random)]
            session.step = 4
            session.time = max(session.time + 1_000_000, moment)
            return session
        }
        guard openSessions.count >= Self.openLimit || Int.random(in: 0..<7, using: &random) > 1,
            let place = openSessions.indices.randomElement(using: &random)
        else {
            let session = Session(
                id: uuid(), user: Int.random(in: 1...500_000, using: &random), step: 1,
                startedAt: Self.text(microseconds: moment), time: moment, track: pick(Self.tracks))
            openSessions.append(session)
            return session
        }
        openSessions[place].step += 1
        openSessions[place].time = max(openSessions[place].time + 1_000_000, moment)
        if openSessions[place].step == 3 {
            openSessions[place].completedAt = Self.text(microseconds: openSessions[place].time)
        }
        let session = openSessions[place]
        if session.step == 4 {
            openSessions.swapAt(place, openSessions.count - 1)
            openSessions.removeLast()
            if oldSessions.count < Self.oldLimit {
                oldSessions.append(session)
            } else {
                oldSessions[Int.random(in: 0..<Self.oldLimit, using: &random)] = session
            }
        }
        return session
    }

    private static let tracks = ["defender", "offensive", "grc", "innovation", "leadership"]

    private mutating func profiler(_ id: String, _ moment: Int64) -> String {
        let session = nextSession(moment)
        let time = Self.text(microseconds: session.time)
        let status = ["started", "in_progress", "finished", "locked"][session.step - 1]
        let completedAt = session.completedAt.map { "\"\($0)\"" } ?? "null"
        var choices = ""
        for place in 1...10 {
            if place > 1 { choices += "," }
            let option = pick(["A", "B", "C", "D", "E"])
            choices += #"{"question_id":"scenario_\#(place)","selected_option":"\#(option)"}"#
        }
        let score = Int.random(in: 200...990, using: &random)
        // A profiler does not contradict itself: the difficulty fits the exposure, and the recommended track is the top one.
        let difficulty = ["novice", "beginner", "intermediate", "advanced", "elite"][min(4, score / 11 / 20)]
        let top = session.track
        let others = Self.tracks.filter { $0 != top }
        let alignment = zip([top] + others, ["41.5", "22.0", "17.3", "11.1", "8.1"]).map { #""\#($0)":\#($1)"# }
            .joined(separator: ",")
        let statement =
            "I want to protect people and systems, learn how attackers think, and grow into a role where I can lead a team."
        return """
            {"event_id":"\(id)","emitted_at":"\(time)","user_id":\(session.user),\
            "session_id":"\(session.id)","completion_status":"\(status)",\
            "time_spent_seconds":\(2400 + score),"time_spent_per_module":{"identity_value":312.5,"cyber_aptitude":640,\
            "technical_exposure":\(score).25,"scenario_preference":401,"work_style":255},"aptitude_score":\(score / 10).\(score % 10),\
            "technical_exposure_score":\(score / 11).5,"overall_score":null,"behavioral_score":null,\
            "work_style_cluster":"\(pick(["collaborative", "independent", "balanced"]))","scenario_choices":[\(choices)],\
            "difficulty_selection":"\(difficulty)",\
            "recommended_track_id":"\(top)","track_confidence":0.\(score),\
            "track_alignment_percentages":{\(alignment)},\
            "value_statement":"\(statement)","result_accepted":\(session.step == 4 ? pick(["true", "true", "true", "false"]) : "null"),"override_track_id":null,\
            "device_browser":{"user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 \
            Safari/537.36","device_fingerprint":"\(uuid())","ip_address":"10.1.2.\(score % 250)"},"attempt_count":1,"admin_reset_by":null,\
            "started_at":"\(session.startedAt)","completed_at":\(completedAt),"result_accepted_at":null,"foundations_transition_at":null,\
            "locale":"en-GB","app_version":"3.14.2","trace_id":"\(uuid())","environment":"production"}
            """
    }

    private mutating func recommendation(_ id: String, _ time: String) -> String {
        """
        {"event_id":"\(id)","occurred_at":"\(time)","action_taken":"\(pick(["VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN"]))",\
        "risk_signal_id":\(signal()),"admin_user_id":\(admin()),"recommendation_type":"\(pick(["mentoring", "extra_lab", "review_call"]))",\
        "confidence":"\(pick(["HIGH", "MEDIUM", "LOW"]))","decision_time_ms":\(Int.random(in: 200...90_000, using: &random)),\
        "explanation_version":"v1.\(Int.random(in: 0...3, using: &random))"}
        """
    }

    private mutating func outcome(_ id: String, _ time: String) -> String {
        """
        {"event_id":"\(id)","occurred_at":"\(time)","outcome_status":"\(pick(["RESOLVED", "ESCALATED", "NO_ACTION", "FALSE_POSITIVE"]))",\
        "risk_signal_id":\(1_000_000 + number),"resolution_time_hours":\(Int.random(in: 1...400, using: &random)).5,\
        "admin_note_id":\(number),"explanation_version":"v1.2","source":"intelligence-service","schema":"2"}
        """
    }

    private mutating func view(_ id: String, _ time: String) -> String {
        """
        {"event_id":"\(id)","occurred_at":"\(time)","event_type":"\(pick(["SIGNAL_DETAIL_OPEN", "EXPLANATION_EXPAND", "ADMIN_NOTE_CREATE"]))",\
        "admin_user_id":\(admin()),"risk_signal_id":\(signal()),"explanation_version":"v1.2","source":"intelligence-service",\
        "client":"admin-console/5.2.1"}
        """
    }

    /// Signals are numbered upwards by the service that makes them; people look at the recent ones.
    private mutating func signal() -> Int { max(1, 1_000_000 + number - Int.random(in: 0..<50_000, using: &random)) }
    private mutating func admin() -> Int { Int.random(in: 1...200, using: &random) }
    private mutating func pick(_ values: [String]) -> String {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func uuid() -> String {
        let digits: StaticString = "0123456789abcdef"
        let words = (random.next(), random.next())
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    text[place] = UInt8(ascii: "-")
                    place += 1
                }
                let word = digit < 16 ? words.0 >> (UInt64(digit) * 4) : words.1 >> (UInt64(digit - 16) * 4)
                text[place] = digits.utf8Start[Int(word & 15)]
                place += 1
            }
            return 36
        }
    }

    /// `2026-02-09T12:00:00.000000+00:00`, as the upstream services write it.
    private static func text(microseconds: Int64) -> String {
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        // Days to a civil date, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return """
            \(year)-\(padded(month, 2))-\(padded(day, 2))T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\
            \(padded(second % 60, 2)).\(padded(fraction, 6))+00:00
            """
    }
}

/// A small, fast, repeatable generator (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
