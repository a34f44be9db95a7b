/// The sections of the configuration, as far as a reload is concerned.
enum SettingSection: String, CaseIterable {
    case broker
    case topology
    case ingest
    case store
    case alignment
    case aggregates
    case http
    case dashboard
    case privacy
    case log

    var effect: SettingEffect {
        switch self {
        case .log, .dashboard: .atOnce
        case .ingest, .alignment, .privacy: .nextBatch
        case .broker: .nextConnect
        case .aggregates: .nextRound
        case .topology, .store, .http: .restart
        }
    }

    /// Puts what `old` has in this section into `new`.
    func keep(_ old: Settings, in new: inout Settings) {
        switch self {
        case .broker: new.broker = old.broker
        case .topology: new.topology = old.topology
        case .ingest: new.ingest = old.ingest
        case .store: new.store = old.store
        case .alignment: new.alignment = old.alignment
        case .aggregates: new.aggregates = old.aggregates
        case .http: new.http = old.http
        case .dashboard: new.dashboard = old.dashboard
        case .privacy: new.privacy = old.privacy
        case .log: new.log = old.log
        }
    }
}
