internal import Alignment
internal import Events
internal import JSON

/// What a model has to say about one payload.
struct ScoredPayload {
    let payload: DecodedPayload
    let model: AlignmentModel
    let normalisation: Normalisation
    let assessment: AlignmentAssessment
    /// Where it was asked for and there is an alignment.
    let explanation: Explanation?
    /// Of the checks and of the scoring.
    let warnings: [Warning]

    /// `batch` holds what the payload was decoded to.
    init(
        _ payload: DecodedPayload, by scorer: Scorer, in batch: DeliveryBatch, explains: Bool,
        _ scratch: inout AlignmentScratch
    ) {
        self.payload = payload
        model = scorer.model
        normalisation = scorer.normalisation
        assessment = scorer.assess(payload.message, in: batch, &scratch)
        warnings = payload.warnings + scratch.warnings.kept
        explanation =
            explains
            ? scorer.explain(
                answers: batch.answers[payload.message.answers], bytes: batch.bytes,
                features: ProfileFeatures(payload.message), into: &scratch) : nil
    }

    /// How many things are odd about the payload.
    var warningCount: Int { warnings.count + payload.missing.count }

    /// One object on one line, with full doubles.
    var json: String {
        var json = JSONText()
        json.object { json in
            json.member("line", payload.line)
            json.member("event_id", payload.eventID)
            json.member("session_id", payload.sessionID)
            if let result = assessment.result {
                json.object("alignment") { json in write(result, to: &json) }
            } else {
                json.member("alignment", json: "null")
            }
            if assessment.reported.isEmpty {
                json.member("reported", json: "null")
            } else {
                json.object("reported") { json in
                    for (track, name) in model.tracks.enumerated() {
                        if let percentage = assessment.reported[track] { json.member(name, percentage) }
                    }
                }
            }
            writeDrift(to: &json)
            json.member("warnings", warnings)
            json.member("missing", payload.missing)
        }
        return json.text
    }

    private func write(_ result: AlignmentResult, to json: inout JSONText) {
        json.member("model", model.name)
        json.member("version", model.version)
        json.member("normalisation", normalisation.rawValue)
        json.object("percentages") { json in
            for (track, name) in model.tracks.enumerated() { json.member(name, result.percentages[track]) }
        }
        json.member("top_track", result.topTrackName)
        json.member("runner_up", result.runnerUpName)
        json.member("margin", result.margin)
        json.member("answers", result.answers)
        json.member("share", result.share)
        guard let explanation else { return }
        json.object("contributions") { json in
            for track in explanation.tracks {
                json.array(track.name) { json in
                    for contribution in track.contributions { json.element(contribution) }
                }
            }
        }
    }

    private func writeDrift(to json: inout JSONText) {
        guard let drift = assessment.drift else { return json.member("drift", json: "null") }
        json.object("drift") { json in
            json.member("points", drift.points)
            json.member("track", model.tracks[drift.track])
            json.member("computed_top", model.tracks[drift.computedTop])
            json.member("reported_top", model.tracks[drift.reportedTop])
        }
    }
}

extension JSONText {
    fileprivate mutating func element(_ contribution: Explanation.Contribution) {
        object { json in
            json.member("kind", contribution.kind.rawValue)
            json.member("name", contribution.name)
            json.member("points", contribution.points)
            json.member("detail", contribution.detail)
        }
    }
}
