internal import Alignment
internal import DaemonSettings
internal import Ingest

/// What a reload changes, for the log.
struct ReloadReport {
    /// By when it counts: `log.level: info -> debug`.
    private(set) var taken: [SettingEffect: [String]] = [:]
    /// What counts only after a restart.
    private(set) var postponed: [SettingChange] = []
    /// What systemd has read at the start of the service and does not read again.
    let unread: [String]

    init(from old: PreparedSettings, to new: PreparedSettings) {
        let isService = ProcessEnvironment.variables["CREDENTIALS_DIRECTORY"] != nil
        unread = isService ? new.settings.credentials.sorted().map { "\($0) (a credential)" } : []
        let changes = old.settings.changes(to: new.settings)
        for change in changes { note(change) }
        for path in old.files.changes(to: new.files) where !changes.contains(where: { $0.path == path }) {
            guard let key = SettingKey.all.first(where: { $0.path == path }) else { continue }
            note(SettingChange(path: path, effect: key.effect, from: "the old content", to: "new content"))
        }
        noteModel("alignment.model", old.ingest.alignment.primary, new.ingest.alignment.primary, changes)
        noteModel("alignment.shadow", old.ingest.alignment.shadow, new.ingest.alignment.shadow, changes)
    }

    var headline: String {
        if !taken.isEmpty { return "reloaded" }
        return postponed.isEmpty ? "reloaded: nothing has changed" : "reloaded: what has changed needs a restart"
    }

    private mutating func note(_ change: SettingChange) {
        if change.effect == .restart { return postponed.append(change) }
        taken[change.effect, default: []].append("\(change.path): \(change.from) -> \(change.to)")
    }

    /// A model may be another one under the same name.
    private mutating func noteModel(_ path: String, _ old: Scorer?, _ new: Scorer?, _ changes: [SettingChange]) {
        guard let old = old?.model, let new = new?.model, !changes.contains(where: { $0.path == path }),
            !new.isSame(as: old)
        else { return }
        let versions = old.version == new.version ? "version \(old.version) again" : "version \(new.version)"
        note(
            SettingChange(
                path: path, effect: .nextBatch, from: "\(old.name) version \(old.version)",
                to: "new content, \(versions)"))
    }
}
