import Alignment
import Events
import Testing

struct DriftTests {
    let model: AlignmentModel
    /// Computed: defender 100, grc 33.3, nothing else.
    let sheet = AnswerSheet([("scenario_5", "A")])

    init() throws { model = try ProjectFile.model("och-tier0") }

    private func assess(
        threshold: Double = 15, minimumShare: Double = 0, isSameScale: Bool = true
    ) throws -> (AlignmentDrift?, Warning?, [Warning]) {
        let rules = DriftRules(points: threshold, minimumShare: minimumShare, isSameScale: isSameScale)
        let scorer = Scorer(model: model, rules: rules)
        let result = try #require(sheet.score(model))
        var scratch = AlignmentScratch()
        let reported = scorer.reported(sheet.reported[...], bytes: sheet.bytes, &scratch)
        let warnings = scratch.warnings.kept
        guard let drift = scorer.drift(of: result, from: reported) else { return (nil, nil, warnings) }
        return (drift, scorer.warning(for: drift, of: result, from: reported), warnings)
    }

    @Test func `drift is the largest difference over the tracks that were reported`() throws {
        sheet.report("defender", 90)
        sheet.report("grc", 20)
        let (drift, warning, _) = try assess()
        #expect(abs((drift?.points ?? 0) - (100.0 / 3 - 20)) < 1e-12)
        #expect(drift?.track == 2)
        #expect(warning == nil)
    }

    @Test func `a drift above the threshold is a warning that names the numbers`() throws {
        sheet.report("defender", 90)
        sheet.report("grc", 12.5)
        let (_, warning, _) = try assess()
        #expect(
            warning
                == Warning(
                    .alignmentDrift, at: "/track_alignment_percentages",
                    "grc is reported as 12.5 and computed as 33.3, 20.8 points apart, more than 15.0"))
        #expect(try assess(threshold: 21).1 == nil)
    }

    @Test func `a drift of exactly the threshold is none`() throws {
        sheet.report("defender", 85)
        #expect(try assess().1 == nil)
        #expect(try assess(threshold: 14.9).1?.code == .alignmentDrift)
    }

    @Test func `another top track is a warning where both are clearly first, on any scale`() throws {
        sheet.report("defender", 20)
        sheet.report("offensive", 25)
        let (_, warning, _) = try assess(isSameScale: false)
        #expect(
            warning?.detail
                == "the reported top track is offensive (25.0), the computed one defender (100.0)")
        sheet.report("grc", 20.5)
        #expect(try assess(isSameScale: false).1 == nil, "4.5 points are no clear margin")
    }

    @Test func `points are compared on the same scale only`() throws {
        sheet.report("defender", 23)
        #expect(try assess(isSameScale: false).1 == nil)
        let detail = try assess().1?.detail
        #expect(detail == "defender is reported as 23.0 and computed as 100.0, 77.0 points apart, more than 15.0")
    }

    @Test func `an alignment of too few answers is not compared`() throws {
        sheet.report("offensive", 95)
        let share = try #require(sheet.score(model)).share
        #expect(share < 1)
        #expect(try assess(minimumShare: 1, isSameScale: false).1 == nil)
        #expect(try assess(minimumShare: share, isSameScale: false).1?.code == .alignmentDrift)
    }

    @Test func `an unknown track is a warning and takes no part`() throws {
        sheet.report("defender", 99)
        sheet.report("ofensive", 100)
        sheet.report("a/b~c", 1)
        let (drift, warning, warnings) = try assess()
        #expect(drift?.points == 1 && warning == nil)
        let known = "defender, offensive, grc, innovation, leadership"
        #expect(
            warnings == [
                Warning(
                    .unknownTrack, at: "/track_alignment_percentages/ofensive",
                    "\"ofensive\" is not one of \(known); did you mean offensive?"),
                Warning(
                    .unknownTrack, at: "/track_alignment_percentages/a~1b~0c", "\"a/b~c\" is not one of \(known)"),
            ])
    }

    @Test func `without a report there is no drift`() throws {
        #expect(try assess().0 == nil)
        sheet.report("nobody", 50)
        #expect(try assess().0 == nil)
    }

    @Test func `a message is assessed in one call`() throws {
        let batch = DeliveryBatch()
        let identity = EventIdentity(eventID: batch.bytes.append("e"), occurredAt: 0)
        var message = ProfilerTelemetry(identity: identity)
        for option in ["E", "A"] {
            batch.answers.append(
                Answer(
                    questionID: batch.bytes.append("scenario_5"), questionKey: nil, option: batch.bytes.append(option),
                    isFromAnswers: option == "A", position: 0))
        }
        batch.reportedAlignment.append(ReportedTrack(track: batch.bytes.append("grc"), percentage: 100))
        (message.answers, message.reportedAlignment) = (0..<2, 0..<1)
        var scratch = AlignmentScratch()
        message.recommendedTrackID = batch.bytes.append("blue-team")
        let scorer = Scorer(
            model: model, rules: DriftRules(minimumShare: 0), trackIDs: [("blue-team", "defender"), ("red-team", "x")])
        let assessment = scorer.assess(message, in: batch, &scratch)
        #expect(assessment.comparison == [.isComparable, .hasRecommendation, .agreesWithRecommendation])
        #expect(assessment.result?.topTrackName == "defender")
        #expect(assessment.reported[2] == 100 && assessment.reported[0] == nil)
        #expect(assessment.drift?.points == 100 - 100.0 / 3)
        #expect(scratch.warnings.kept.map(\.code) == [.alignmentDrift])
    }
}
