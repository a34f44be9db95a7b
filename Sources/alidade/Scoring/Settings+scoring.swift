internal import Alignment
internal import DaemonSettings

extension Settings {
    /// A scorer by `alignment.model`, or by another model, as the rest of the section has it.
    func scorer(model name: String? = nil, normalisation: Normalisation? = nil) throws(Failure) -> Scorer {
        Scorer(
            model: try loadAlignmentModel(named: name ?? alignment.model),
            normalisation: normalisation ?? Normalisation(alignment.normalisation),
            // Without a limit only another top track is worth a warning.
            driftWarning: alignment.driftWarning ?? .infinity)
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
