import Events

/// Makes random messages in random order: sessions that go back and forth, corrected, late and repeated events, and some that are refused.
struct RandomEvents {
    static let now: Timestamp = 1_780_000_000_000_000
    static let agents: [(header: String, browser: String, system: String)] = [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0",
            "Edge", "Windows"
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
            "Chrome", "Linux"
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1",
            "Safari", "iOS"
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox", "macOS"),
        ("something else", "other", "other"),
    ]

    var random: SplitMix64
    var isDense = false
    /// Whether messages say `cohort` and `tenant`.
    var hasDimensions = false
    private var sent: [(queue: IngestQueue, body: String)] = []
    private var signal = 0

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    mutating func next() -> (queue: IngestQueue, body: String) {
        if chance(10), let again = sent.randomElement(using: &random) { return again }
        let message: (IngestQueue, String) =
            switch pick(10) {
            case 0...4: (.profiler, profiler())
            case 5, 6: (.intelligence, withDimensions(recommendation()))
            case 7: (.intelligence, withDimensions(outcome()))
            case 8: (.intelligence, withDimensions(view()))
            default: (chance(50) ? .profiler : .intelligence, "{\"nothing\":\(pick(1_000_000))}")
            }
        sent.append(message)
        return message
    }

    /// Mostly recent, some old, a few exactly at the edge of a window.
    mutating func time() -> Timestamp {
        let day: Timestamp = 86_400_000_000
        if isDense { return Self.now - Timestamp.random(in: 0...day / 12, using: &random) }
        let age: Timestamp =
            switch pick(10) {
            case 0: Timestamp(pick(40)) * day
            case 1: Timestamp(pick(400)) * day + Timestamp(pick(3)) - 1
            case 2...5: Timestamp.random(in: -day / 2...3 * day, using: &random)
            default: Timestamp.random(in: 0...380 * day, using: &random)
            }
        return Self.now - age
    }

    private mutating func profiler() -> String {
        var members = [
            #""user_id":\#(pick(50))"#, #""session_id":"s\#(pick(40))\#(accent())""#,
            #""emitted_at":"\#(RFC3339.text(time()))""#,
            #""completion_status":"\#(any(["started", "in_progress", "finished", "finished", "locked", "completed"]))""#,
            #""event_id":"e\#(pick(1_000_000))""#,
        ]
        func add(_ member: String) { members.append(member) }
        if chance(60) { add(#""started_at":"\#(RFC3339.text(time()))""#) }
        if chance(60) { add(#""completed_at":"\#(RFC3339.text(time()))""#) }
        if chance(40) { add(#""foundations_transition_at":"\#(RFC3339.text(time()))""#) }
        if chance(70) { add(#""time_spent_seconds":\#(pick(5000))"#) }
        if chance(70) {
            add(
                #""time_spent_per_module":{"a":\#(number(3000)),"b":\#(number(10)),"m\#(pick(4))\#(accent())":\#(pick(100))}"#
            )
        }
        if chance(70) { add(#""aptitude_score":\#(number(100))"#) }
        if chance(70) { add(#""technical_exposure_score":\#(any(["0", "100", "10", "9.999", "55.5"]))"#) }
        if chance(70) { add(#""work_style_cluster":"\#(any(["collaborative", "independent", "balanced"]))""#) }
        if chance(70) {
            add(#""difficulty_selection":"\#(any(["novice", "beginner", "intermediate", "advanced", "elite"]))""#)
        }
        if chance(70) { add(#""recommended_track_id":"t\#(pick(4))\#(accent())""#) }
        if chance(70) { add(#""result_accepted":\#(any(["true", "true", "false", "null"]))"#) }
        if chance(50) { add(#""attempt_count":\#(pick(4))"#) }
        if chance(30) { add(#""admin_reset_by":\#(pick(4))"#) }
        if chance(60) { add(#""value_statement":"\#(any(["", " \\t", "because", "ü"]))""#) }
        if chance(80) { add(#""device_browser":{"user_agent":"\#(Self.agents[pick(5)].header)"}"#) }
        if chance(80) {
            let choices = (0..<pick(45)).map { _ in
                #"{"question_id":"q\#(pick(9))\#(accent())","selected_option":"o\#(pick(3))\#(accent())"}"#
            }
            add(#""scenario_choices":[\#(choices.joined(separator: ","))]"#)
        }
        return withDimensions("{\(members.joined(separator: ","))}")
    }

    private mutating func withDimensions(_ body: String) -> String {
        guard hasDimensions else { return body }
        var members = ""
        if chance(60) {
            members += #","cohort":\#(any([#""2026-autumn""#, #""2027-spring\#(accent())""#, "7", "null"]))"#
        }
        if chance(40) { members += #","tenant":"tenant \#(pick(30))""# }
        return body.dropLast() + members + "}"
    }

    /// Some signals have very many, others a few; the outcomes of these come before and after.
    private mutating func recommendation() -> String {
        """
        {"event_id":"e\(pick(1_000_000))","occurred_at":"\(RFC3339.text(time()))","action_taken":"\(any(["VIEWED", "VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN"]))",\
        "risk_signal_id":\(chance(50) ? 1 + pick(3) : 1 + pick(signal + 20)),"admin_user_id":\(1 + pick(9)),"recommendation_type":"r\(pick(3))\(chance(50) ? accent() : "")"\
        \(chance(70) ? #","confidence":"\#(any(["HIGH", "MEDIUM", "LOW"]))""# : "")\
        \(chance(70) ? #","decision_time_ms":\#(pick(90_000))"# : "")\(chance(80) ? #","explanation_version":"v\#(pick(3))\#(accent())""# : "")}
        """
    }

    private mutating func outcome() -> String {
        signal += chance(90) ? 1 : 0
        return """
            {"event_id":"e\(pick(1_000_000))","occurred_at":"\(RFC3339.text(time()))","outcome_status":"\(any(["RESOLVED", "ESCALATED", "NO_ACTION", "FALSE_POSITIVE"]))",\
            "risk_signal_id":\(chance(20) ? 1 + pick(signal + 20) : signal + 1),"explanation_version":"v\(pick(3))\(accent())"\(chance(70) ? ",\"resolution_time_hours\":\(number(500))" : "")}
            """
    }

    private mutating func view() -> String {
        """
        {"event_id":"e\(pick(1_000_000))","occurred_at":"\(RFC3339.text(time()))","event_type":"\(any(["DASHBOARD_OPEN", "SIGNAL_DETAIL_OPEN"]))",\
        "admin_user_id":\(1 + pick(25)),"risk_signal_id":4}
        """
    }

    /// Often nothing, else a letter in one of several spellings that Unicode takes for equal and that are different keys.
    private mutating func accent() -> String {
        any(["", "", "", "\u{E9}", "e\u{301}", "\u{C5}", "A\u{30A}", "\u{212B}", "\u{AC00}", "\u{1100}\u{1161}"])
    }

    mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    mutating func chance(_ percent: Int) -> Bool { pick(100) < percent }
    private mutating func any(_ words: [String]) -> String { words[pick(words.count)] }
    private mutating func number(_ limit: Double) -> String { "\(Double.random(in: 0...limit, using: &random))" }
}

/// Small, fast and repeatable (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
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
