internal import Alignment
internal import DaemonSettings
internal import Dashboard
internal import Synchronization

/// Explains the alignment of stored messages to the pages as `alidade score --explain` does, by the model that the settings name. Takes nothing
/// from the ingest: it has a scorer and a decoder of its own, made when somebody asks first.
final class AlignmentExplainer: Sendable {
    private struct Parts: ~Copyable {
        var scorer: Scorer
        var decoder: PayloadDecoder
        var scratch = AlignmentScratch()

        mutating func explain(_ payload: Payload) -> ExplainedAlignment? {
            guard case .success(let decoded) = decoder.decode(payload) else { return nil }
            let scored = ScoredPayload(decoded, by: scorer, in: decoder.batch, explains: true, &scratch)
            guard let explanation = scored.explanation else { return nil }
            let model = scored.model
            return ExplainedAlignment(
                model: "\(model.name) \(model.version), \(scored.normalisation.rawValue)",
                tracks: explanation.tracks.map { track in
                    ExplainedAlignment.Track(
                        name: track.name, sum: track.sum,
                        contributions: track.contributions.map {
                            .init(kind: $0.kind.rawValue, name: $0.name, points: $0.points, detail: $0.detail)
                        })
                })
        }
    }

    private let settings: Settings
    private let parts = Mutex<Parts?>(nil)

    init(_ settings: Settings) { self.settings = settings }

    /// Nil for a message without an alignment, and where there is no model.
    func explain(_ payload: String) -> ExplainedAlignment? {
        parts.withLock { parts in
            if parts == nil, let scorer = try? settings.scorer() {
                parts = Parts(scorer: scorer, decoder: PayloadDecoder(limits: settings.decodingLimits))
            }
            return parts?.explain(Payload(line: 1, body: Array(payload.utf8)))
        }
    }
}
