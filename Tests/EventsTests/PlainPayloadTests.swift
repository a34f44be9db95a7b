internal import Events
import Testing

@Suite struct PlainPayloadTests {
    /// What is stored as the payload of a message with these members before its own.
    private func payload(_ members: String) -> (text: String?, warnings: [String]) {
        let body =
            #"{ \#(members), "session_id":"s" , "completion_status":"finished","emitted_at":"2026-02-09T12:00:00Z"}"#
        let batch = DecoderHarness.decide(body, from: .profiler)
        #expect(batch.rejections.isEmpty)
        let payload = batch.profilers.first?.payload.map { batch.bytes.text($0) }
        let rest = #", "session_id":"s" , "completion_status":"finished","emitted_at":"2026-02-09T12:00:00Z"}"#
        if let payload { #expect(payload.hasSuffix(rest)) }
        return (payload.map { String($0.dropFirst(2).dropLast(rest.count)) }, batch.warnings.map(\.warning.pointer))
    }

    @Test func `a message in which nothing is given twice keeps its body`() {
        let plain = payload(
            #""user_id" : 1,"x":{"user_id":1,"\u0061":2,"a":3},"value_statement":"\u00e9\u003c\u0041 \ud83d\ude00""#)
        #expect(plain.text == nil)
        #expect(plain.warnings == [])
    }

    @Test func `of a member that is given twice the last one stays`() {
        let twice = payload(#""user_id":1, "x":[1],"user_id" : {"a":"}"},"y":null,"user_id": 3"#)
        #expect(twice.text == #""x":[1],"y":null,"user_id": 3"#)
        #expect(twice.warnings == ["/user_id", "/user_id"])
    }

    @Test func `a name spelled with escapes is the same name, and is stored plainly`() {
        #expect(payload(#""user\u005fid":1"#).text == #""user_id":1"#)
        #expect(payload(#""user\u005fid":1"#).warnings == [])
        let twice = payload(#""user_id":1,"\u0075ser_id":2"#)
        #expect(twice.text == #""user_id":2"#)
        #expect(twice.warnings == ["/user_id"])
    }

    @Test func `objects inside are no exception`() {
        let twice = payload(
            #""user_id":1,"device_browser":["203.0.113.17"],"device_browser":{"ip_address":"203.0.113.18","ip\u005faddress":"203.0.113.19","#
                + #""user_agent":"a"},"time_spent_per_module":{"a":1,"b\u0062":2,"a":3,"bb":4},"#
                + #""answers":[{"question_id":1,"question_id":2,"selected_option":"A"},{"selected_option":"A","question_key":"k"}]"#
        )
        #expect(
            twice.text
                == #""user_id":1,"device_browser":{"ip_address":"203.0.113.19","user_agent":"a"},"#
                + #""time_spent_per_module":{"a":3,"bb":4},"#
                + #""answers":[{"question_id":2,"selected_option":"A"},{"selected_option":"A","question_key":"k"}]"#)
        #expect(
            twice.warnings == [
                "/device_browser", "/time_spent_per_module/a", "/time_spent_per_module/bb", "/answers/0/question_id",
                "/device_browser/ip_address",
            ])
    }

    @Test func `unknown members stay as they came, also twice`() {
        #expect(
            payload(#""user_id":1,"user_id":2,"u":1,"u":2,"\u0075":3"#).text == #""user_id":2,"u":1,"u":2,"\u0075":3"#)
    }

    @Test func `what is stored decodes to the same, without a warning`() {
        var random = SeededRandom(seed: 5)
        let names = [
            "user_id", "user\\u005fid", "session_id", "overall_score", "value_statement", "x", "caf\u{E9}",
            "cafe\u{301}",
        ]
        for _ in 0..<2000 {
            func members(_ count: Int) -> String {
                (0..<count).map { _ in
                    "\"\(names.randomElement(using: &random)!)\":\(Int.random(in: 1...9, using: &random) )"
                }
                .joined(separator: ",").replacing("value_statement\":", with: "value_statement\":null,\"z\":")
            }
            let modules = members(Int.random(in: 0...4, using: &random))
            let body =
                #"{"user_id":1,"session_id":2,\#(members(Int.random(in: 1...6, using: &random))),"time_spent_per_module":{\#(modules)},"#
                + #""completion_status":"finished","emitted_at":"2026-02-09T12:00:00Z"}"#
            let first = DecoderHarness.decide(body, from: .profiler)
            guard let record = first.profilers.first else { continue }
            guard let stored = record.payload.map({ first.bytes.text($0) }) else {
                #expect(first.warnings.isEmpty)
                continue
            }
            let second = DecoderHarness.decide(stored, from: .profiler)
            #expect(second.warnings.isEmpty)
            #expect(second.profilers.first.map { second.bytes.text($0.userID) } == first.bytes.text(record.userID))
            #expect(second.moduleTimes.map(\.seconds) == first.moduleTimes.map(\.seconds))
        }
    }
}
