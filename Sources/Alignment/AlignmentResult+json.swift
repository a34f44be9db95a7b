package import JSON

extension AlignmentResult {
    /// The members of the published document: names for places, numbers with one decimal.
    package func write(to json: inout JSONText) {
        json.member("model", model.name)
        json.member("version", model.version)
        json.object("percentages") { json in
            for (track, name) in model.tracks.enumerated() { json.member(name, PublishedNumber(percentages[track])) }
        }
        json.member("top_track", topTrackName)
        json.member("runner_up", runnerUpName)
        json.member("margin", PublishedNumber(margin))
        json.member("answers", answers)
        json.member("share", PublishedNumber(share))
    }
}

extension Explanation {
    /// As the result, and `contributions`: per track an array of `{kind, name, points, detail}`.
    package func write(to json: inout JSONText) {
        result.write(to: &json)
        json.object("contributions") { json in
            for track in tracks {
                json.array(track.name) { json in
                    for contribution in track.contributions {
                        json.object { json in
                            json.member("kind", contribution.kind.rawValue)
                            json.member("name", contribution.name)
                            json.member("points", PublishedNumber(contribution.points))
                            json.member("detail", contribution.detail)
                        }
                    }
                }
            }
        }
    }
}

extension JSONText {
    package mutating func member(_ name: String, _ number: PublishedNumber) {
        member(name, json: number.description)
    }
}
