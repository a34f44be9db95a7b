/// One key of the configuration: everything that is known of it in one place.
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
    }

    /// `broker.url`.
    package var path: String
    package var kind: Kind
    /// As it would stand in the file; `null` for none.
    package var fallback: String
    /// One sentence.
    package var about: String

    /// `ALIDADE_BROKER_`: what the variables of its section begin with.
    var environmentSection: String { "ALIDADE_" + path.prefix { $0 != "." }.uppercased() + "_" }

    /// `ALIDADE_BROKER_URL`.
    package var environmentName: String { "ALIDADE_" + path.map { $0 == "." ? "_" : String($0).uppercased() }.joined() }

    package static let all: [SettingKey] = [
        SettingKey(
            path: "broker.url", kind: .brokerURLs, fallback: "amqp://guest:guest@127.0.0.1:5672/",
            about: "Where RabbitMQ is: amqp:// or amqps://; several in a list are tried in turn."),
        SettingKey(
            path: "broker.password_file", kind: .optionalText, fallback: "null",
            about: "A file with the password, or the name of a systemd credential; wins over a password in the URL."),
        SettingKey(
            path: "broker.heartbeat_seconds", kind: .integer(1...3600), fallback: "30",
            about: "How often the connection is checked from both sides; below 5 a busy machine loses it for nothing."),
        SettingKey(
            path: "broker.tls.ca_file", kind: .optionalText, fallback: "null",
            about: "PEM file of the authorities that may sign the broker's certificate; null: the system's."),
        SettingKey(
            path: "broker.tls.certificate_file", kind: .optionalText, fallback: "null",
            about: "PEM file of our own certificate; without a user in the URL it is also the login (EXTERNAL)."),
        SettingKey(
            path: "broker.tls.key_file", kind: .optionalText, fallback: "null",
            about: "PEM file of its key, without a password, or the name of a systemd credential."),
        SettingKey(
            path: "broker.tls.verify_hostname", kind: .flag, fallback: "true",
            about: "Whether the broker's certificate must carry its host name."),
        SettingKey(
            path: "topology.mode", kind: .choice(["declare", "check"]), fallback: "declare",
            about: "declare makes missing exchanges and queues, check only looks."),
        SettingKey(
            path: "topology.queue_type", kind: .choice(["quorum", "classic"]), fallback: "quorum",
            about: "Type of the four queues; existing ones of requests and aggregates are used as they are."),
        SettingKey(
            path: "topology.exclusive", kind: .flag, fallback: "false",
            about: "Whether one daemon at a time takes messages; a second one stands by until the first is gone."),
        SettingKey(
            path: "ingest.prefetch", kind: .integer(1...65535), fallback: "4000",
            about: "Messages of each queue that the broker may hand out before the first is acknowledged."),
        SettingKey(
            path: "ingest.max_batch", kind: .integer(1...100_000), fallback: "2000",
            about: "Messages committed together at most."),
        SettingKey(
            path: "ingest.max_message_bytes", kind: .integer(1...134_217_728), fallback: "262144",
            about: "A longer body is quarantined as too_large."),
        SettingKey(
            path: "ingest.delivery_limit", kind: .integer(1...1_000_000), fallback: "10",
            about: "Redeliveries after which a message is quarantined as poison."),
        SettingKey(
            path: "store.url", kind: .text, fallback: "sqlite:///var/lib/alidade/alidade.db",
            about: "The store's file; three slashes for an absolute path."),
        SettingKey(path: "alignment.model", kind: .text, fallback: "och-tier0", about: "The alignment model, by name."),
        SettingKey(
            path: "alignment.normalisation", kind: .choice(["achievable", "reference"]), fallback: "achievable",
            about: "What 100 percent means."),
        SettingKey(
            path: "alignment.drift_warning", kind: .optionalNumber(0...100), fallback: "15",
            about: "Points between computed and reported alignment above which a warning is kept."),
        SettingKey(
            path: "alignment.shadow", kind: .optionalText, fallback: "null",
            about: "A second model, computed and stored but not published."),
        SettingKey(
            path: "aggregates.interval_seconds", kind: .integer(1...86_400), fallback: "60",
            about: "How often changed metrics are published."),
        SettingKey(
            path: "aggregates.windows", kind: .integers(1...365), fallback: "[7, 30]",
            about: "The windows, in days, that are published."),
        SettingKey(
            path: "http.listen", kind: .listener, fallback: "127.0.0.1:8089",
            about: "Address and port of health and metrics over HTTP; null for none."),
        SettingKey(
            path: "http.token_file", kind: .optionalText, fallback: "null",
            about: "A file with the token that HTTP clients must show."),
        SettingKey(
            path: "privacy.ip_address", kind: .choice(["keep", "truncate", "drop"]), fallback: "keep",
            about: "What is stored of device_browser.ip_address."),
        SettingKey(
            path: "log.level", kind: .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            fallback: "info",
            about: "The least important lines that are written."),
        SettingKey(
            path: "log.format", kind: .choice(["text", "json"]), fallback: "text",
            about: "One line each: text, or a JSON object."),
    ]
}
