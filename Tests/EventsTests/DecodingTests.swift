@testable import Events
import Testing

@Suite struct DecodingTests {
    @Test func `every word of every enumeration is accepted as itself`() {
        check(CompletionStatus.self, "completion_status", .profiler, #""finished""#) { $0["completion_status"] }
        check(WorkStyleCluster.self, "work_style_cluster", .profiler) { $0["work_style_cluster"] }
        check(Difficulty.self, "difficulty_selection", .profiler) { $0["difficulty_selection"] }
        check(RecommendationAction.self, "action_taken", .intelligence, #""ACCEPTED""#) { $0["action_taken"] }
        check(Confidence.self, "confidence_at_time", .intelligence, #""HIGH""#) { $0["confidence_at_time"] }
    }

    /// Sets `member` of a good message (where it has the value `old`, if any) to each word and to each word spoilt.
    private func check<Value: WireValue>(
        _ type: Value.Type, _ member: String, _ queue: IngestQueue, _ old: String? = nil,
        column: ([String: String]) -> String?
    ) {
        for word in Value.allCases.map(\.rawValue) {
            let batch = DecoderHarness.decide(message(queue, member, old, "\"\(word)\""), from: queue)
            #expect(batch.decisions.first.map { column(batch.columns(of: $0)) } == word)
            for spoilt in [
                word + " ", word.uppercased() == word ? word.lowercased() : word.uppercased(), word + "\\u0000",
            ] {
                let body = message(queue, member, old, "\"\(spoilt)\"")
                let errors = DecoderHarness.errors(body, from: queue, isStrict: true)
                let reason = spoilt.hasSuffix("0") ? "invalid_character" : "unknown_value"
                #expect(errors == ["\(reason) /\(member)"])
            }
        }
    }

    private func message(_ queue: IngestQueue, _ member: String, _ old: String?, _ new: String) -> String {
        let good = queue == .profiler ? DecoderHarness.profiler : DecoderHarness.intelligence
        guard let old else { return good.dropLast() + ",\"\(member)\":\(new)}" }
        return good.split(separator: "\"\(member)\":\(old)").joined(separator: "\"\(member)\":\(new)")
    }

    @Test func `a name is found by all of its bytes`() {
        let names = ProfilerMember.allCases.map { "\($0.name)" }
        let table = NameTable(names)
        for (position, name) in names.enumerated() {
            #expect(find(name, table) == position)
            #expect(find(name + "x", table) == -1)
            #expect(find(String(name.dropLast()), table) == -1)
            for place in name.indices {
                var other = name
                other.replaceSubrange(place...place, with: "#")
                #expect(find(other, table) == -1)
            }
        }
        #expect(find("", table) == -1)
    }

    private func find(_ name: String, _ table: borrowing NameTable) -> Int {
        var bytes = Array(name.utf8) + [UInt8](repeating: 0xAA, count: 8)
        let count = name.utf8.count
        return bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return -2 }
            return table.position(of: Text(base: UnsafePointer(base), count: count))
        }
    }

    @Test func `32 levels are allowed and 33 are not, of arrays, objects and both`() {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
            let levels = open.hasPrefix("[{") ? 2 : 1
            for (depth, isAllowed) in [
                (15, true), (16, true), (17, true), (31, true), (32, false), (33, false), (400, false),
            ] {
                guard depth % levels == 0 else { continue }
                let count = depth / levels
                let nested = String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
                let body = DecoderHarness.intelligence.dropLast() + ",\"extra\":\(nested)}"
                #expect(
                    DecoderHarness.errors(body, from: .intelligence) == (isAllowed ? [] : ["too_deep "]),
                    "\(open) \(depth)")
            }
        }
    }

    @Test func `a body of nothing but brackets is refused, however long`() {
        let brackets = String(repeating: "[", count: 262_144)
        #expect(DecoderHarness.errors(brackets, from: .profiler) == ["not_json "])
        let closed = String(repeating: "[", count: 131_072) + String(repeating: "]", count: 131_072)
        #expect(DecoderHarness.errors(closed, from: .profiler) == ["too_deep "])
    }

    @Test func `of many tracks given twice the last counts`() {
        let tracks = (0..<400).map { "\"t\($0 % 200)\":\($0 < 200 ? 999 : 1)" }.joined(separator: ",")
        let body =
            #"{"user_id":1,"session_id":2,"completion_status":"locked","emitted_at":"2026-02-09T12:00:00Z","#
            + "\"track_alignment_percentages\":{\(tracks)}}"
        let batch = DecoderHarness.decide(body, from: .profiler)
        #expect(batch.rejections.isEmpty)
        #expect(batch.reportedAlignment.map { batch.bytes.text($0.track) } == (0..<200).map { "t\($0)" })
        #expect(batch.reportedAlignment.allSatisfy { $0.percentage == 1 })
    }

    @Test func `integers of 64 bits are kept to the digit`() {
        for number in ["0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615"] {
            let body = DecoderHarness.profiler.split(separator: "\"u-1\"").joined(separator: number)
            let batch = DecoderHarness.decide(body, from: .profiler)
            #expect(batch.profilers.first.map { batch.bytes.text($0.userID) } == number)
        }
    }

    @Test func `the n-th number out of reach is named by its own text`() {
        let body =
            String(DecoderHarness.profiler.dropLast())
            + #","x":[1e400,{"y":-99999999999999999999}],"overall_score":31415926535897932384626433,"track_confidence":9e307}"#
        let errors = DecoderHarness.decide(body, from: .profiler, isStrict: true).rejections.first?.errors
        #expect(
            errors?.map(\.detail) == [
                "31415926535897932384626433 is not between 0 and 100", "9e307 is not between 0 and 1",
            ])
    }

    @Test func `pointers are escaped as RFC 6901 says`() {
        #expect(Place.escape("a/b~c~1") == "a~1b~0c~01")
        let body = DecoderHarness.profiler.split(separator: #""grc""#).joined(separator: #""a/b~\u00e9\"""#)
            .split(separator: ":10,").joined(separator: ":-1,")
        #expect(
            DecoderHarness.errors(body, from: .profiler, isStrict: true) == [
                "out_of_range /track_alignment_percentages/a~1b~0é\""
            ])
    }

    @Test func `a refused message leaves no answers behind`() {
        let body = DecoderHarness.profiler.split(separator: "\"finished\"").joined(separator: "\"done\"")
        let batch = DecoderHarness.decide(body, from: .profiler)
        #expect(batch.rejections.count == 1)
        #expect(batch.answers.isEmpty)
        #expect(batch.reportedAlignment.isEmpty)
    }

    @Test func `an id without decoding is the message id, else the hash`() {
        let batch = DeliveryBatch()
        var delivery = Delivery(tag: 1, queue: .profiler, receivedAt: 0, body: batch.append(Array("abc".utf8)))
        #expect(MessageDecoder.eventIDWithoutDecoding(of: delivery, in: batch) == "ba7816bf8f01cfea414140de5dae2223")
        delivery.properties.messageID = batch.append(Array("m".utf8))
        #expect(MessageDecoder.eventIDWithoutDecoding(of: delivery, in: batch) == "m")
    }
}
