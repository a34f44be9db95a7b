import Alignment
import Events
import Store
import Testing
import Threads

@testable import Ingest

/// Receipts say what the batch says: nothing in them is worked out a second time.
@Suite struct ReceiptDocumentTests {
    private let batch = DeliveryBatch()
    private let stage: AlignmentStage

    init() throws {
        func model(_ name: String, tracks: [String]) throws -> AlignmentModel {
            let names = tracks.map { "\"\($0)\"" }.joined(separator: ",")
            let json = """
                {"model":"\(name)","version":"1","tracks":[\(names)],"category_weights":{"c":1},"full_evidence_answers":3,
                 "questions":{
                   "q1":{"category":"c","options":{"A":{"\(tracks[0])":3},"B":{"\(tracks[1])":1}}},
                   "q2":{"category":"c","options":{"A":{"\(tracks[0])":1,"\(tracks[1])":2},"B":{"\(tracks[2])":3}}}}}
                """
            return try AlignmentModel.load(json: json.utf8, named: name)
        }
        stage = AlignmentStage(
            primary: Scorer(model: try model("counts", tracks: ["a", "b", "c"])),
            shadow: Scorer(model: try model("shadow", tracks: ["x", "y", "z"])))
    }

    /// Decides profiler messages that differ in `members`, each of which asks for a receipt.
    private func decide(_ members: [String]) {
        let replyTo = "answers".utf8.withContiguousStorageIfAvailable { batch.bytes.append(UnsafeRawBufferPointer($0)) }
        for (index, members) in members.enumerated() {
            let text = """
                {"event_id":"p\(index)","emitted_at":"2026-02-09T12:00:00Z","user_id":"u","session_id":"s",\
                "completion_status":"finished"\(members)}
                """
            let body = Array(text.utf8).withUnsafeBytes { batch.bytes.append($0) }
            var delivery = Delivery(tag: UInt64(index + 1), queue: .profiler, receivedAt: wallClock(), body: body)
            delivery.properties.replyTo = replyTo
            batch.deliveries.append(delivery)
        }
        var options = IngestOptions()
        options.alignment = stage
        var decider = Decider(options: options, recorder: .unrecorded, deaths: [:])
        decider.decide(from: 0, of: batch, now: wallClock())
    }

    private func documents(_ result: BatchResult) -> [String] {
        ReceiptDocument.receipts(for: batch, result, stage.primary?.model, epoch: 1).map(\.document)
    }

    private func answers(_ answers: (question: String, option: String)...) -> String {
        let objects = answers.map { #"{"question_id":"\#($0.question)","selected_option":"\#($0.option)"}"# }
        return #","answers":[\#(objects.joined(separator: ","))]"#
    }

    @Test func `a receipt has the digits that are stored`() {
        decide([answers(("q1", "A"), ("q2", "A"))])
        var result = BatchResult()
        result.count(.stored)
        // What no scorer would say: whoever scores again does not see it.
        let stored = batch.alignments[0].values
        batch.alignmentValues.replaceSubrange(stored.prefix(3), with: [12.25, 99, 50.5])
        batch.alignments[0].topTrack = 1
        batch.alignments[0].answers = 7
        batch.alignments[0].share = 0.5
        let alignment = """
            {"model":"counts","version":"1","percentages":{"a":12.2,"b":99.0,"c":50.5},"top_track":"b","runner_up":"c",\
            "margin":48.5,"answers":7,"share":0.5}
            """
        #expect(
            documents(result) == [
                #"{"status":"stored","event_id":"p0","alignment":\#(alignment),"errors":[],"warnings":[]}"#
            ])
    }

    @Test func `a warning that only the store could give comes after the others`() {
        decide([#","time_spent_seconds":"7""#])
        var result = BatchResult()
        result.count(.stored)
        result.warnings[0] = [Warning(.sessionUserChanged, at: "/user_id", "x")]
        let document = documents(result).first ?? ""
        #expect(document.contains(#""warnings":[{"code":"coerced""#))
        #expect(document.hasSuffix(#"{"code":"session_user_changed","pointer":"/user_id","detail":"x"}]}"#))
    }

    @Test func `each message has its own alignment and warnings, whatever stands between`() {
        let unknown = (0..<40).map { #"{"question_id":"odd_\#($0)","selected_option":"A"}"# }.joined(separator: ",")
        decide([
            "", answers(("q1", "A"), ("q2", "A")), #","completion_status":"none""#,
            #","track_alignment_percentages":{"a":10,"b":20}"#, #","answers":[\#(unknown)]"#,
            answers(("q1", "B"), ("q2", "B")), answers(("q1", "A"), ("q3", "A")),
        ])
        var result = BatchResult()
        for outcome in [Outcome.stored, .duplicate, .quarantined, .stored, .stored, .quarantined, .stored] {
            result.count(outcome)
        }
        result.refusals[5] = [Rejection(.poison, at: "", "the store refuses the message: no")]
        func unknownQuestion(_ place: Int, _ id: String) -> String {
            #"{"code":"unknown_question","pointer":"/answers/\#(place)/question_id","#
                + #""detail":"\"\#(id)\" is not a question of the model counts"}"#
        }
        let kept = (0..<Warning.keptPerMessage).map { unknownQuestion($0, "odd_\($0)") }.joined(separator: ",")
        #expect(
            documents(result) == [
                #"{"status":"stored","event_id":"p0","alignment":null,"errors":[],"warnings":[]}"#,
                """
                {"status":"duplicate","event_id":"p1","alignment":{"model":"counts","version":"1",\
                "percentages":{"a":100.0,"b":66.7,"c":0.0},"top_track":"a","runner_up":"b","margin":33.3,"answers":2,\
                "share":0.7},"errors":[],"warnings":[]}
                """,
                #"{"status":"quarantined","event_id":"p2","errors":[{"code":"unknown_value","pointer":"/completion_status","#
                    + #""detail":"\"none\" is not one of started, in_progress, finished, locked"}],"warnings":[]}"#,
                #"{"status":"stored","event_id":"p3","alignment":null,"errors":[],"warnings":[]}"#,
                #"{"status":"stored","event_id":"p4","alignment":null,"errors":[],"warnings":[\#(kept)],"#
                    + #""warning_count":40}"#,
                """
                {"status":"quarantined","event_id":"p5","alignment":{"model":"counts","version":"1",\
                "percentages":{"a":0.0,"b":33.3,"c":100.0},"top_track":"c","runner_up":"b","margin":66.7,"answers":2,\
                "share":0.7},"errors":[{"code":"poison","pointer":"","detail":"the store refuses the message: no"}],\
                "warnings":[]}
                """,
                """
                {"status":"stored","event_id":"p6","alignment":{"model":"counts","version":"1",\
                "percentages":{"a":100.0,"b":0.0,"c":0.0},"top_track":"a","runner_up":"b","margin":100.0,"answers":1,\
                "share":0.3},"errors":[],"warnings":[\(unknownQuestion(1, "q3"))]}
                """,
            ])
    }
}
