import Events

/// Decides single bodies, for tests.
enum DecoderHarness {
    /// 2026-02-10T00:00:00Z.
    static let now: Timestamp = 1_770_681_600_000_000

    static let profiler = #"""
        {"event_id":"p-1","user_id":"u-1","session_id":"s-1","completion_status":"finished","aptitude_score":50,\#
        "time_spent_per_module":{"a":1,"b":2.5},"answers":[{"question_id":"q1","selected_option":"A"},\#
        {"question_key":"k2","selected_option":"B"}],"track_alignment_percentages":{"grc":10,"defender":20.5},\#
        "device_browser":{"ip_address":"203.0.113.17"},"value_statement":"caf\u00e9 \ud83d\ude00 \"x\"","extra":[1,-2.5e3,null,true],\#
        "started_at":"2026-02-09T11:00:00+00:00","emitted_at":"2026-02-09T12:00:00.123456Z"}
        """#

    static let intelligence = #"""
        {"event_id":"i-1","action_taken":"ACCEPTED","risk_signal_id":42,"admin_user_id":7,\#
        "recommendation_type":"assign_mentor","confidence_at_time":"HIGH","decision_time_ms":1200,\#
        "explanation_version":"v1","occurred_at":"2026-02-09T12:00:00Z"}
        """#

    static func decide(_ body: some StringProtocol, from queue: IngestQueue, isStrict: Bool = false) -> DeliveryBatch {
        decide(Array(body.utf8), from: queue, isStrict: isStrict)
    }

    static func decide(_ body: [UInt8], from queue: IngestQueue, isStrict: Bool = false) -> DeliveryBatch {
        let batch = DeliveryBatch()
        batch.deliveries.append(Delivery(tag: 1, queue: queue, receivedAt: now, body: batch.append(body)))
        var limits = DecodingLimits()
        limits.isStrict = isStrict
        var decoder = MessageDecoder(limits: limits)
        decoder.decide(0, in: batch, now: now)
        return batch
    }

    /// `reason pointer` of every error.
    static func errors(_ body: some StringProtocol, from queue: IngestQueue, isStrict: Bool = false) -> [String] {
        decide(body, from: queue, isStrict: isStrict).rejections.flatMap(\.errors).map {
            "\($0.reason.rawValue) \($0.pointer)"
        }
    }
}
