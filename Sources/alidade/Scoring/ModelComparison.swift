internal import Alignment
internal import Events

/// Two models over the same payloads: which top tracks change, and how far the percentages are apart.
struct ModelComparison {
    /// Absolute differences between two models, in points of a percentage.
    struct Differences {
        private(set) var count = 0
        private var sum = 0.0
        private(set) var worst: (points: Double, eventID: String, line: Int)?

        /// Nil where there was none.
        var mean: Double? { count > 0 ? sum / Double(count) : nil }

        mutating func add(_ points: Double, eventID: String, line: Int) {
            count += 1
            sum += points
            if points > worst?.points ?? -1 { worst = (points, eventID, line) }
        }
    }

    /// A track of both models.
    struct Track {
        let name: String
        let place: Int
        let otherPlace: Int
        var differences = Differences()
    }

    struct Transition: Hashable {
        let from: ByteKey
        let to: ByteKey
    }

    let model: AlignmentModel
    let other: AlignmentModel
    let normalisation: Normalisation
    /// In the first model's order.
    private(set) var tracks: [Track]
    private(set) var overall = Differences()
    private(set) var scoredByBoth = 0
    /// By one of the two only: the other weighs none of what these payloads have.
    private(set) var scoredByModelOnly = 0
    private(set) var scoredByOtherOnly = 0
    private(set) var scoredByNeither = 0
    private(set) var transitions: [Transition: Int] = [:]
    var refused = 0

    init(_ scorer: Scorer, against other: Scorer) {
        model = scorer.model
        self.other = other.model
        normalisation = scorer.normalisation
        let otherTracks = other.model.tracks
        tracks = scorer.model.tracks.enumerated().compactMap { place, name in
            otherTracks.firstIndex(ofBytes: name).map { Track(name: name, place: place, otherPlace: $0) }
        }
    }

    var payloads: Int { scoredByBoth + scoredByModelOnly + scoredByOtherOnly + scoredByNeither + refused }
    var changes: Int { transitions.values.reduce(0, +) }
    /// Nil where no payload was scored by both.
    var changedShare: Double? { scoredByBoth > 0 ? Double(changes) / Double(scoredByBoth) : nil }
    /// Tracks that are in one of the two models only and cannot be compared.
    var tracksOfOne: [String] {
        let both = Set(tracks.map { ByteKey($0.name) })
        return (model.tracks + other.tracks).filter { !both.contains(ByteKey($0)) }
    }

    /// The most frequent first.
    var orderedTransitions: [(transition: Transition, count: Int)] {
        transitions.map { ($0.key, $0.value) }
            .sorted {
                ($1.count, $0.transition.from, $0.transition.to) < ($0.count, $1.transition.from, $1.transition.to)
            }
    }

    mutating func add(_ result: AlignmentResult?, _ otherResult: AlignmentResult?, eventID: String, line: Int) {
        guard let result, let otherResult else {
            if result != nil {
                scoredByModelOnly += 1
            } else if otherResult != nil {
                scoredByOtherOnly += 1
            } else {
                scoredByNeither += 1
            }
            return
        }
        scoredByBoth += 1
        let transition = Transition(from: ByteKey(result.topTrackName), to: ByteKey(otherResult.topTrackName))
        if transition.from != transition.to { transitions[transition, default: 0] += 1 }
        for index in tracks.indices {
            let points = abs(
                result.percentages[tracks[index].place] - otherResult.percentages[tracks[index].otherPlace])
            tracks[index].differences.add(points, eventID: eventID, line: line)
            overall.add(points, eventID: eventID, line: line)
        }
    }
}
