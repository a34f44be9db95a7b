import Testing

@testable import Events

/// What an event is wrapped in: texts, tasks, CloudEvents, and envelopes that are not opened.
@Suite struct WrappingTests {
    private let event = DecoderHarness.intelligence
    private let task = #"{"lang":"py","task":"telemetry.publish","id":"4f1c","retries":0}"#

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    @Test func `an event alone is left as it is`() {
        for (queue, body) in [(IngestQueue.profiler, DecoderHarness.profiler), (.intelligence, event)] {
            let opened = Opened(body, .headers(#"{"traceparent":"00-1-2-01","n":[1,{"id":"x"}]}"#), from: queue)
            #expect(opened.event == body)
            #expect(opened.isPlain)
        }
    }

    @Test(arguments: [
        #"{"action_taken":null,"specversion":"1.0","data":{"action_taken":"VIEWED"}}"#,
        #"{"specversion":"1.0","data":{"action_taken":"IGNORED"},"event_type":"x"}"#,
        #"{"action_taken":"VIEWED","task":"t","id":"1","args":[],"kwargs":{}}"#,
        #"{"data":{"action_taken":"IGNORED"},"outcome_status":"RESOLVED"}"#, "{}", #"{"risk_signal_id":1}"#,
    ])
    func `an object that has a member of its own is an event, whatever else it has`(body: String) {
        let opened = Opened(body)
        #expect(opened.event == body)
        #expect(opened.isPlain)
    }

    // MARK: Texts

    @Test func `a text that holds an object is read once`() {
        let once = Self.quoted(event)
        for body in [once, " \(once)\n", Self.quoted("  " + event)] {
            let opened = Opened(body)
            #expect(opened.event?.hasSuffix(event) == true)
            #expect(opened.errors == [] && opened.warnings == ["encoded_twice "])
        }
        #expect(Opened(once, Wrapping(isStrict: true)).errors == ["not_an_object "])
        let twice = Opened(Self.quoted(once))
        #expect(twice.errors == ["not_an_object "])
        #expect(twice.details[0].contains("string that holds a string"))
        for body in [#""""#, #""text""#, #""[{}]""#, "7", "null", "true", #""{""#, #""{\"a\":1}}""#] {
            #expect(Opened(body).errors == ["not_an_object "])
        }
    }

    @Test func `of what is spoilt inside a text the event knows`() {
        // Half a surrogate pair in the outer text: the id must not be taken for another one.
        let body =
            #""{\"action_taken\":\"VIEWED\",\"risk_signal_id\":1,\"admin_user_id\":1,\"recommendation_type\":\"a\",\"event_id\":\"\ud800\"}""#
        #expect(DecoderHarness.errors(body, from: .intelligence).contains("not_utf8 /event_id"))
    }

    // MARK: Celery

    @Test func `the only argument of a task is the event`() {
        let opened = Opened("[[\(event)], {}, {\"callbacks\":null}]", .headers(task))
        #expect(opened.event == event)
        #expect(opened.eventID == "4f1c")
        #expect(opened.errors == [] && opened.warnings == [])
        #expect(Opened("[[\(Self.quoted(event))], {}, null]", .headers(task)).warnings == ["encoded_twice /0/0"])
    }

    @Test(arguments: ["[[],%,{}]", "[[1],%,{}]", "[[{\"action_taken\":\"VIEWED\"},2], % ,null]", "[[\"a\"],%,{}]"])
    func `else the keyword arguments are the event`(body: String) {
        let opened = Opened(body.replacing("%", with: event), .headers(task))
        #expect(opened.event == event)
        #expect(opened.eventID == "4f1c")
        #expect(opened.errors == [])
    }

    @Test(arguments: [
        ("[[],{},{}]", "/1", "neither arguments nor"), ("[[1],{},{}]", "/0/0", "only argument"),
        ("[[1,2,3],{},{}]", "/0", "3 arguments"),
        ("[[\"a\"],{},{}]", "/0/0", "is a string"), ("[[[]],{},{}]", "/0/0", "an array"),
        ("[]", "", "a list of arguments"),
        ("[[],{}]", "", "a list of arguments"), ("[[],{},{},1]", "", "a list of arguments"),
        ("[{},[],{}]", "", "a list of arguments"),
    ])
    func `a task without an event is refused with what it has`(body: String, pointer: String, words: String) {
        let opened = Opened(body, .headers(task))
        #expect(opened.errors == ["not_an_object \(pointer)"])
        #expect(opened.details[0].contains(words))
    }

    @Test func `the older protocol of Celery is read too`() {
        for body in [
            #"{"task":"t","id":"9","args":[%],"kwargs":{}}"#, #"{"id":"9","kwargs":%,"task":"t","args":[],"eta":null}"#,
        ] {
            let opened = Opened(body.replacing("%", with: event))
            #expect(opened.event == event)
            #expect(opened.eventID == "9")
            #expect(opened.errors == [])
        }
        #expect(Opened(#"{"task":"t","id":"9","args":[1,2],"kwargs":{}}"#).errors == ["not_an_object /args"])
    }

    @Test func `headers of a task do not matter where the body is an event`() {
        let opened = Opened(event, .headers(task))
        #expect(opened.event == event)
        #expect(opened.isPlain)
    }

    // MARK: CloudEvents

    @Test func `a structured CloudEvent is its data, with its id and time`() {
        let body =
            #"{"specversion":"1.0","type":"x","source":"/s","id":"c-1","time":"2026-02-09T12:00:00Z","data": % ,"a":1}"#
        let opened = Opened(body.replacing("%", with: event), .type("application/cloudevents+json"))
        #expect(opened.event == event)
        #expect(opened.eventID == "c-1" && opened.time == "2026-02-09T12:00:00.000000Z")
        #expect(opened.errors == [] && opened.warnings == [])
        #expect(Opened(body.replacing("%", with: Self.quoted(event))).warnings == ["encoded_twice /data"])
    }

    @Test func `the data of a CloudEvent may be base64`() {
        let opened = Opened(#"{"specversion":"1.0","id":"c","data_base64":"eyJhY3Rpb25fdGFrZW4iOiJWSUVXRUQifQ=="}"#)
        #expect(opened.event == #"{"action_taken":"VIEWED"}"#)
        for text in ["", "e", "eyJ*", "eyJh===", "=", "eyJhY3Rpb25fdGFrZW4iOiJWSUVXRUQifQ="] {
            let refused = Opened(#"{"specversion":"1.0","id":"c","data_base64":"\#(text)"}"#)
            #expect(refused.errors == ["not_an_object /data_base64"])
        }
    }

    @Test(arguments: [
        ("", "no data"), (#","data":null"#, "no data"), (#","data":[1]"#, "an array"), (#","data":5"#, "a number"),
    ])
    func `a CloudEvent without an event is refused`(member: String, words: String) {
        let opened = Opened(#"{"specversion":"1.0","id":"c"\#(member)}"#)
        #expect(opened.errors == ["not_an_object /data"])
        #expect(opened.details[0].contains(words))
    }

    @Test(arguments: ["cloudEvents:", "cloudEvents_", "ce-", "CE-", "ce_"])
    func `headers of a CloudEvent in binary mode give id and time`(prefix: String) {
        let headers = #"{"\#(prefix)specversion":"1.0","\#(prefix)id":"c-1","\#(prefix)time":"2026-02-09T12:00:00Z"}"#
        let opened = Opened(event, .headers(headers))
        #expect(opened.event == event)
        #expect(opened.eventID == "c-1" && opened.time == "2026-02-09T12:00:00.000000Z")
        #expect(opened.errors == [] && opened.warnings == [])
    }

    @Test(arguments: [
        (#""""#, nil, 0), (#""é/1""#, "é/1", 0), ("17", "17", 0), ("1.5", nil, 1), ("{}", nil, 1), (#"["a"]"#, nil, 1),
        (#""a\u0000""#, nil, 1),
        ("\"\u{FFFD}\"", nil, 1), ("null", nil, 1), (#""a\"b""#, "a\"b", 0),
    ])
    func `an id that cannot be used is left out with a warning`(value: String, id: String?, warnings: Int) {
        let opened = Opened(event, .headers(#"{"ce-id":\#(value)}"#))
        #expect(opened.event == event)
        #expect(opened.eventID == id)
        #expect(opened.warnings == Array(repeating: "member_ignored ", count: warnings))
    }

    @Test func `a long id is left out`() {
        for (count, isKept) in [(255, true), (256, false), (100_000, false)] {
            let id = String(repeating: "x", count: count)
            #expect(Opened(event, .headers(#"{"ce-id":"\#(id)"}"#)).eventID == (isKept ? id : nil))
            #expect(Opened(#"{"specversion":"1.0","id":"\#(id)","data":\#(event)}"#).eventID == (isKept ? id : nil))
        }
    }

    @Test(arguments: [
        ("1770638400", "2026-02-09T12:00:00.000000Z"), ("1770638400000", "2026-02-09T12:00:00.000000Z"), (#""""#, nil),
        ("0", nil), (#""soon""#, nil),
    ])
    func `a time may count from the epoch; one that is none is left out`(value: String, time: String?) {
        #expect(Opened(event, .headers(#"{"ce-time":\#(value)}"#)).time == time)
    }

    @Test func `one layer may be in another`() {
        let inner = #"{"specversion":"1.0","id":"c","data":\#(Self.quoted(event))}"#
        let opened = Opened("[[\(inner)],{},{}]", .headers(task))
        #expect(opened.event == event)
        #expect(opened.eventID == "c")
        #expect(opened.warnings == ["encoded_twice /0/0/data"])
        // Each once: a text in a text, a CloudEvent in a CloudEvent are none.
        #expect(
            Opened(#"{"specversion":"1.0","id":"c","data":{"specversion":"1.0","id":"c","data":{}}}"#).event?.contains(
                "data") == true)
    }

    // MARK: Envelopes that are not opened

    @Test(arguments: [
        (#"{"data":%}"#, "/data"), (#"{"type":"x","payload":%}"#, "/payload"), (#"{"a":{"b":{"c":%}}}"#, "/a/b/c"),
        (#"{"messageId":"1","messageType":["urn:message:E"],"message":%,"headers":{}}"#, "/message"),
        (#"{"before":{"action_taken":"VIEWED"},"after":%,"op":"u","ts_ms":1}"#, "/after"),
        (#"{"schema":{},"payload":{"before":null,"after":%}}"#, "/payload/after"), (#"{"a/b~c":%}"#, "/a~1b~0c"),
    ])
    func `an event in an envelope that is not known is refused, and the sentence says where it is`(
        body: String, pointer: String
    ) {
        for (queue, event) in [(IngestQueue.profiler, DecoderHarness.profiler), (.intelligence, event)] {
            let opened = Opened(body.replacing("%", with: event), from: queue)
            #expect(opened.event == nil)
            #expect(opened.errors == [queue == .profiler ? "missing_field " : "unknown_kind "])
            #expect(opened.details[0].contains("the event is in \(pointer)"))
        }
        let text = Opened(body.replacing("%", with: Self.quoted(event)))
        #expect(text.details.first?.contains("the event is in \(pointer), as text") == true)
    }

    @Test func `of several events the first is named`() {
        let opened = Opened(#"{"events":[\#(event),\#(event)]}"#)
        #expect(opened.errors == ["unknown_kind "])
        #expect(opened.details[0].contains("/events/0, in a list: send one message each"))
    }

    @Test(arguments: [
        ("[%]", "an array of 1 event: send the object itself"),
        ("[%,%,%]", "an array of 3 events: send one message each"), ("[]", "an empty array"),
        ("[1,%]", "is an array, not an object"), ("[[%],{},{}]", "is an array, not an object"),
    ])
    func `an array is refused with how many events it has`(body: String, words: String) {
        let opened = Opened(body.replacing("%", with: event), .type("application/cloudevents-batch+json"))
        #expect(opened.errors == ["not_an_object "])
        #expect(opened.details[0].contains(words))
    }

    // MARK: Limits

    @Test func `the event may be as deep as without a wrapping, and no deeper`() {
        func deep(_ levels: Int) -> String {
            #"{"action_taken":"VIEWED","a":"# + String(repeating: "[", count: levels - 1)
                + String(repeating: "]", count: levels - 1) + "}"
        }
        for (levels, errors) in [(32, []), (33, ["too_deep "])] {
            #expect(Opened(deep(levels)).errors == errors)
            #expect(Opened(Self.quoted(deep(levels))).errors == errors)
            #expect(Opened("[[\(deep(levels))],{},{}]", .headers(task)).errors == errors)
            #expect(Opened(#"{"specversion":"1.0","data":\#(deep(levels))}"#).errors == errors)
            #expect(
                Opened(#"[[{"specversion":"1.0","data":\#(deep(levels))}],{},{}]"#, .headers(task)).errors == errors)
        }
        // What is beside the event counts too.
        let beside = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(Opened(#"{"specversion":"1.0","data":\#(event),"a":\#(beside)}"#).errors == ["too_deep "])
        #expect(Opened(beside).errors == ["too_deep "])
    }

    @Test func `no wrapping makes it read beyond the end, and none is without an answer`() {
        var random = SeededRandom(seed: 5)
        let bodies = [
            #"{"specversion":"1.0","id":"c","time":"2026-02-09T12:00:00Z","data":\#(event)}"#, "[[\(event)],{},{}]",
            Self.quoted(event),
            #"{"task":"t","id":"9","args":[\#(event)],"kwargs":{}}"#, #"{"payload":{"after":\#(event)}}"#,
            #"{"specversion":"1.0","id":"c","data_base64":"eyJhY3Rpb25fdGFrZW4iOiJWSUVXRUQifQ=="}"#,
        ]
        for body in bodies {
            for _ in 0..<1500 {
                let mutated = Mutation.random(of: Array(body.utf8), using: &random)
                let headers = Mutation.random(of: Array(task.utf8), using: &random)
                let opened = Opened(mutated, .headers(String(decoding: headers, as: UTF8.self)))
                #expect(opened.event != nil || !opened.errors.isEmpty)
            }
        }
    }

    @Test func `the id by hash is that of the body as it came`() {
        let body = Array(Self.quoted(#"{"action_taken":"VIEWED"}"#).utf8)
        let batch = DecoderHarness.decide(body, from: .intelligence)
        #expect(batch.eventID(of: 0) == MessageDecoder.eventIDWithoutDecoding(of: batch.deliveries[0], in: batch))
    }
}
