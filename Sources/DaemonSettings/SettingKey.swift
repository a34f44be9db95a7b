/// One key of the configuration: where it stands, what may stand there, and what counts where nothing does.
package struct SettingKey: Sendable {
    package enum Kind: Sendable {
        case text
        /// Text that may be absent.
        case optionalText
        /// An address and a port to listen on; absent or empty to listen nowhere.
        case listener
        case integer(ClosedRange<Int>)
        case optionalNumber(ClosedRange<Double>)
        case flag
        case choice([String])
        /// One or several URLs of brokers; passwords in them are never shown.
        case brokerURLs
        case integers(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// At most so many names of members, or none.
        case names(atMost: Int)
        /// At most so many texts, or none.
        case texts(of: String, atMost: Int)
        /// The name of a zone of the IANA database.
        case timeZone
        /// Names and what they stand for; `NAME=VALUE, …` in a variable.
        case mapping(of: String)
    }

    /// `broker.url`.
    package var path: String
    package var kind: Kind
    /// As it would stand in the file; `null` for none.
    package var fallback: String

    var isMapping: Bool { if case .mapping = kind { true } else { false } }

    var takesList: Bool {
        switch kind {
        case .brokerURLs, .integers, .names, .texts: true
        default: false
        }
    }

    /// `ALIDADE_BROKER_`: what the variables of its section begin with.
    var environmentSection: String { "ALIDADE_" + path.prefix { $0 != "." }.uppercased() + "_" }

    /// `ALIDADE_BROKER_URL`.
    package var environmentName: String { "ALIDADE_" + path.map { $0 == "." ? "_" : String($0).uppercased() }.joined() }

    private static let grants = Kind.texts(of: "groups, user:NAME and @DOMAIN", atMost: 64)

    package static let all: [SettingKey] = [
        SettingKey(
            path: "broker.url", kind: .brokerURLs, fallback: "amqp://guest:guest@127.0.0.1:5672/"),
        SettingKey(
            path: "broker.password_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "broker.heartbeat_seconds", kind: .integer(1...3600), fallback: "30"),
        SettingKey(
            path: "broker.tls.ca_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "broker.tls.certificate_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "broker.tls.key_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "broker.tls.verify_hostname", kind: .flag, fallback: "true"),
        SettingKey(
            path: "topology.mode", kind: .choice(Settings.Topology.Mode.words), fallback: "declare"),
        SettingKey(
            path: "topology.queue_type", kind: .choice(Settings.Topology.QueueType.words), fallback: "quorum"),
        SettingKey(
            path: "topology.exclusive", kind: .flag, fallback: "false"),
        SettingKey(
            path: "ingest.prefetch", kind: .integer(1...65535), fallback: "4000"),
        SettingKey(
            path: "ingest.max_batch", kind: .integer(1...100_000), fallback: "2000"),
        SettingKey(
            path: "ingest.max_message_bytes", kind: .integer(1...134_217_728), fallback: "262144"),
        SettingKey(
            path: "ingest.delivery_limit", kind: .integer(1...1_000_000), fallback: "10"),
        SettingKey(path: "ingest.strict", kind: .flag, fallback: "false"),
        SettingKey(
            path: "ingest.naive_times", kind: .choice(Settings.Ingest.NaiveTimes.words), fallback: "refuse"),
        SettingKey(path: "ingest.dimensions", kind: .names(atMost: 8), fallback: "[]"),
        SettingKey(
            path: "store.url", kind: .text, fallback: "sqlite:///var/lib/alidade/alidade.db"),
        SettingKey(path: "alignment.model", kind: .text, fallback: "och-tier0"),
        SettingKey(
            path: "alignment.normalisation", kind: .choice(Settings.Alignment.Normalisation.words),
            fallback: "achievable"),
        SettingKey(
            path: "alignment.drift_warning", kind: .optionalNumber(0...100), fallback: "15"),
        SettingKey(path: "alignment.drift_minimum_share", kind: .number(0...1), fallback: "1"),
        SettingKey(
            path: "alignment.reported_scale", kind: .choice(Settings.Alignment.Scale.words), fallback: "unknown"),
        SettingKey(path: "alignment.track_ids", kind: .mapping(of: "ids to tracks of the model"), fallback: "{}"),
        SettingKey(
            path: "alignment.shadow", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "aggregates.interval_seconds", kind: .integer(1...86_400), fallback: "60"),
        SettingKey(
            path: "aggregates.windows", kind: .integers(1...365), fallback: "[7, 30]"),
        SettingKey(
            path: "http.listen", kind: .listener, fallback: "127.0.0.1:8089"),
        SettingKey(
            path: "http.socket", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "http.token_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "dashboard.url", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "dashboard.staff_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "dashboard.session_hours", kind: .integer(1...168), fallback: "12"),
        SettingKey(
            path: "dashboard.idle_minutes", kind: .integer(5...10_080), fallback: "120"),
        SettingKey(path: "dashboard.time_zone", kind: .timeZone, fallback: "UTC"),
        SettingKey(
            path: "dashboard.refresh_seconds", kind: .integer(0...60), fallback: "2"),
        SettingKey(
            path: "dashboard.reveal", kind: .choice(Settings.Dashboard.Reveal.words), fallback: "operators"),
        SettingKey(
            path: "dashboard.proxy.peers",
            kind: .texts(of: "addresses, networks and the word socket", atMost: 64), fallback: "[]"),
        SettingKey(
            path: "dashboard.proxy.user_header", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "dashboard.proxy.groups_header", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "dashboard.proxy.analysts", kind: grants, fallback: "[]"),
        SettingKey(
            path: "dashboard.proxy.operators", kind: grants, fallback: "[]"),
        SettingKey(
            path: "dashboard.proxy.auditors", kind: grants, fallback: "[]"),
        SettingKey(
            path: "dashboard.proxy.secret_file", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "dashboard.proxy.logout_url", kind: .optionalText, fallback: "null"),
        SettingKey(
            path: "privacy.ip_address", kind: .choice(Settings.Privacy.Address.words), fallback: "keep"),
        SettingKey(
            path: "log.level", kind: .choice(Settings.Log.Level.words),
            fallback: "info"),
        SettingKey(
            path: "log.format", kind: .choice(Settings.Log.Format.words), fallback: "text"),
    ]
}
