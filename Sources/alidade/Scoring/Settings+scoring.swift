internal import Alignment
internal import DaemonSettings

extension Settings {
    /// A scorer by `alignment.model`, or by another model, as the rest of the section has it.
    func scorer(model name: String? = nil, normalisation: Normalisation? = nil) throws(Failure) -> Scorer {
        let model = try loadAlignmentModel(named: name ?? alignment.model)
        if name == nil { try checkTrackIDs(of: model) }
        let normalisation = normalisation ?? Normalisation(alignment.normalisation)
        return Scorer(
            model: model, normalisation: normalisation,
            rules: DriftRules(
                // Without a limit only another top track is worth a warning.
                points: alignment.driftWarning ?? .infinity, minimumShare: alignment.driftMinimumShare,
                isSameScale: alignment.reportedScale.rawValue == normalisation.rawValue),
            trackIDs: alignment.trackIDs.map { ($0.key, $0.value) })
    }

    /// Another model, a shadow say, may have other tracks.
    private func checkTrackIDs(of model: AlignmentModel) throws(Failure) {
        for (id, track) in alignment.trackIDs {
            guard let flaw = model.flaw(inTrack: track) else { continue }
            throw Failure(
                status: .configuration,
                message: "alignment.track_ids: \(id): the model \(model.name) has other tracks: \(flaw)")
        }
    }
}

extension Normalisation {
    init(_ setting: Settings.Alignment.Normalisation) {
        self =
            switch setting {
            case .achievable: .achievable
            case .reference: .reference
            }
    }
}
