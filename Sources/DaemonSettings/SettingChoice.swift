/// What a setting may be where it is one of a few words: its cases are what the file may say, and there is no other list of them.
package protocol SettingChoice: RawRepresentable<String>, CaseIterable, Sendable {}

extension SettingChoice {
    static var words: [String] { allCases.map(\.rawValue) }
}

extension Settings.Topology {
    package enum Mode: String, SettingChoice { case declare, check }
    package enum QueueType: String, SettingChoice { case quorum, classic }
}

extension Settings.Alignment {
    package enum Normalisation: String, SettingChoice { case achievable, reference }
    /// The scale of reported percentages: unknown, or that of a normalisation.
    package enum Scale: String, SettingChoice { case unknown, achievable, reference }
}

extension Settings.Ingest {
    package enum NaiveTimes: String, SettingChoice { case refuse, utc }
}

extension Settings.Dashboard {
    /// Who may see a personal value that is masked.
    package enum Reveal: String, SettingChoice { case operators, nobody }
}

extension Settings.Privacy {
    package enum Address: String, SettingChoice { case keep, truncate, drop }
}

extension Settings.Log {
    package enum Level: String, SettingChoice { case trace, debug, info, notice, warning, error, critical }
    package enum Format: String, SettingChoice { case text, json }
}

/// For settings that are true or false.
enum SettingFlag: String, SettingChoice {
    case yes = "true"
    case no = "false"
}
