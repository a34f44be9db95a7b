@testable import Events
import Testing

/// The digest of what an event says.
@Suite struct ContentHashTests {
    private func content(_ body: String, _ queue: IngestQueue = .profiler, naiveTimes: Bool = false) throws -> UInt64 {
        let batch = DeliveryBatch()
        batch.deliveries.append(
            Delivery(tag: 1, queue: queue, receivedAt: DecoderHarness.now, body: batch.append(Array(body.utf8))))
        var decoder = MessageDecoder(limits: DecodingLimits())
        decoder.decide(0, in: batch, now: DecoderHarness.now)
        let content = batch.profilers.first?.identity.content ?? batch.intelligence.first?.identity.content
        return try #require(content, "\(batch.rejections.first?.errors ?? [])")
    }

    private static func profiler(_ members: String) -> String {
        #"{"user_id":"12","session_id":"s","emitted_at":"2026-02-09T12:00:00Z","completion_status":"finished"\#(members)}"#
    }

    private static let whole = profiler(
        #","aptitude_score":85.5,"attempt_count":1,"result_accepted":true,"difficulty_selection":"elite","started_at":"2026-02-09T11:00:00Z","answers":[{"question_id":"7","selected_option":"3"}],"time_spent_per_module":{"a":1,"b":2},"other":{"x":[1,null,"y"],"z":2.5}"#
    )

    @Test(arguments: [
        #"{"other":{"z":25e-1,"x":[1.0,null,"\u0079"]},"time_spent_per_module":{"b":"2.0","a":1e0},"answers":[{"selected_option":3,"question_id":7}],"started_at":"2026-02-09T14:00:00.000+03:00","difficulty_selection":"Elite","result_accepted":"true","attempt_count":"1","aptitude_score":"85.50","completion_status":"completed","emitted_at":1770638400,"session_id":"s","user_id":12}"#,
        #"{"event_id":"e","user_id":"x","user_id":12.0,"session_id":"s","emitted_at":"2026-02-09T12:00Z","completion_status":"FINISHED","aptitude_score":85.50,"attempt_count":1.0,"result_accepted":1,"difficulty_selection":"ELITE","started_at":1770634800000,"answers":[{"question_id":"7","question_key":"","selected_option":"3"}],"time_spent_per_module":{"a":"1","b":2},"other":{"x":[1,null,"y"],"z":2.5,"nothing":null},"value_statement":"","completed_at":null}"#,
    ])
    func `the same event is known in every spelling`(body: String) throws {
        #expect(try content(body) == content(Self.whole))
    }

    @Test(arguments: [
        (#""aptitude_score":85.5"#, #""aptitude_score":85.6"#), (#""attempt_count":1"#, #""attempt_count":2"#),
        (#""result_accepted":true"#, #""result_accepted":false"#), (#""elite""#, #""novice""#),
        (#""elite""#, #""unknown""#), ("T11:00:00Z", "T11:00:01Z"),
        (#""selected_option":"3""#, #""selected_option":"4""#),
        (#""selected_option":"3""#, #""selected_option":null"#), (#"{"a":1,"b":2}"#, #"{"a":2,"b":1}"#),
        (#"{"a":1,"b":2}"#, #"{"a":1}"#), (#"{"a":1,"b":2}"#, #"{"a":1,"c":2}"#), (#"[1,null,"y"]"#, #"[null,1,"y"]"#),
        (#"[1,null,"y"]"#, #"[1,"y"]"#), (#""y""#, #""yy""#), (#""z":2.5"#, #""z":"2.5""#), (#""z":2.5"#, #""z":true"#),
        (#""user_id":"12""#, #""user_id":"13""#), (#""session_id":"s""#, #""session_id":"t""#),
        ("finished", "locked"), (#"{"x""#, #"{"w""#), (#""other":"#, #""another":"#),
    ])
    func `another content is another event`(old: String, new: String) throws {
        let changed = Self.whole.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        #expect(changed != Self.whole)
        #expect(try content(changed) != content(Self.whole))
    }

    @Test func `a step is not what it is read as`() throws {
        let steps = ["in_progress", "aptitude_complete", "future_you_complete"]
        #expect(try Set(steps.map { try content(Self.profiler("").replacing("finished", with: $0)) }).count == 3)
    }

    @Test func `how the time is given makes no difference, another time of its own does`() throws {
        let event = #"{"event_type":"DASHBOARD_OPEN","admin_user_id":7,"explanation_version":"v1""#
        let known = try content(event + #","occurred_at":"2026-02-09T12:00:00Z"}"#, .intelligence)
        #expect(try content(event + #","created_at":"2026-02-09T13:00:00Z"}"#, .intelligence) == known)
        let both = #","occurred_at":"2026-02-09T12:00:00Z","created_at":"2026-02-09T13:00:00Z"}"#
        #expect(try content(event + both, .intelligence) != known)
    }

    @Test func `confidence has two names`() throws {
        let event =
            #"{"action_taken":"VIEWED","risk_signal_id":1,"admin_user_id":7,"recommendation_type":"x","occurred_at":"2026-02-09T12:00:00Z""#
        let known = try content(event + #","confidence_at_time":"HIGH"}"#, .intelligence)
        #expect(try content(event + #","confidence":"high"}"#, .intelligence) == known)
        #expect(try content(event + #","confidence":"LOW"}"#, .intelligence) != known)
        #expect(try content(event + "}", .intelligence) != known)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100])
    func `every byte of a text counts, and its length`(count: Int) throws {
        func event(_ text: String) throws -> UInt64 { try content(Self.profiler(#","x":"\#(text)""#)) }
        let text = String(repeating: "a", count: count)
        var seen: Set<UInt64> = [try event(text), try event(text + "a")]
        #expect(seen.count == 2)
        for place in 0..<count {
            var changed = Array(text)
            changed[place] = "b"
            #expect(seen.insert(try event(String(changed))).inserted)
        }
    }

    /// Stored with every identity: an event must be known again by the next version.
    @Test func `the digests stay what they are`() throws {
        let (whole, least) = (try content(Self.whole), try content(Self.profiler("")))
        #expect(whole == 1_565_038_000_593_745_927)
        #expect(least == 16_821_013_056_937_345_090)
    }
}
