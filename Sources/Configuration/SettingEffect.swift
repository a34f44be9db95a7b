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
    package var effect: SettingEffect {
        switch path.prefix(while: { $0 != "." }) {
        case "log": .atOnce
        case "ingest": path == "ingest.prefetch" ? .nextConnect : .nextBatch
        case "alignment", "privacy": .nextBatch
        case "broker": .nextConnect
        case "aggregates": .nextRound
        default: .restart
        }
    }
}
