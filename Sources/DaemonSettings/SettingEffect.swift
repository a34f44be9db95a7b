/// When a changed setting counts after a reload.
package enum SettingEffect: String, Sendable, CaseIterable {
    case atOnce = "at once"
    /// The batch in hand is finished as it was begun.
    case nextBatch = "from the next batch"
    /// Open connections stay as they are.
    case nextConnect = "at the next connect"
    case nextRound = "at the next round"
    /// Not at all before the daemon is started again.
    case restart = "needs a restart"
}

extension SettingKey {
    package var effect: SettingEffect { path == "ingest.prefetch" ? .nextConnect : section.effect }

    private var section: SettingSection {
        guard let section = SettingSection(rawValue: String(path.prefix { $0 != "." })) else {
            preconditionFailure("\(path) is in no section")
        }
        return section
    }
}
