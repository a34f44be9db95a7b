package import Files

/// The daemon's configuration, checked; the shape of the YAML file. What each key means stands in ``SettingKey/all``.
package struct Settings: Sendable {
    package struct Broker: Sendable {
        /// Tried in turn.
        package var url: [Secret]
        package var passwordFile: String?
        package var heartbeatSeconds: Int
        package var tls: TLS
    }

    package struct TLS: Sendable {
        package var caFile: String?
        package var certificateFile: String?
        package var keyFile: String?
        package var verifyHostname: Bool
    }

    package struct Topology: Sendable {
        package var mode: Mode
        package var queueType: QueueType
        package var exclusive: Bool
    }

    package struct Ingest: Sendable {
        package var prefetch: Int
        package var maximumBatch: Int
        package var maximumMessageBytes: Int
        package var deliveryLimit: Int
        package var isStrict: Bool
        package var naiveTimes: NaiveTimes
        /// Names of members of messages.
        package var dimensions: [String]
    }

    package struct Store: Sendable {
        package var url: String
    }

    package struct Alignment: Sendable {
        package var model: String
        package var normalisation: Normalisation
        package var driftWarning: Double?
        package var driftMinimumShare: Double
        package var reportedScale: Scale
        /// What upstream calls the tracks of the model.
        package var trackIDs: [(key: String, value: String)]
        package var shadow: String?
    }

    package struct Aggregates: Sendable {
        package var intervalSeconds: Int
        package var windows: [Int]
    }

    package struct HTTP: Sendable {
        /// `ADDRESS:PORT`; empty to listen nowhere.
        package var listen: String
        /// The path of a UNIX socket to listen on as well.
        package var socket: String?
        package var tokenFile: String?
    }

    package struct Dashboard: Sendable {
        package var url: String?
        package var staffFile: String?
        package var sessionHours: Int
        package var idleMinutes: Int
        package var timeZone: String
        package var refreshSeconds: Int
        package var reveal: Reveal
        package var proxy: Proxy
    }

    package struct Proxy: Sendable {
        package var peers: [String]
        package var userHeader: String?
        package var groupsHeader: String?
        package var analysts: [String]
        package var operators: [String]
        package var auditors: [String]
        package var secretFile: String?
        package var logoutURL: String?
    }

    package struct Privacy: Sendable {
        package var ipAddress: Address
    }

    package struct Log: Sendable {
        package var level: Level
        package var format: Format
    }

    package var broker: Broker
    package var topology: Topology
    package var ingest: Ingest
    package var store: Store
    package var alignment: Alignment
    package var aggregates: Aggregates
    package var http: HTTP
    package var dashboard: Dashboard
    package var privacy: Privacy
    package var log: Log

    /// The file that was read; nil where there was none.
    package var file: String?
    /// The settings whose files are systemd credentials: the service manager reads these, not the daemon.
    package var credentials: Set<String>
    /// Every setting as text and where it came from, for `config show`; passwords masked.
    package var shown: [(key: SettingKey, value: String, origin: String)]
}

/// Everything that is wrong with a configuration, one readable line each.
package struct SettingsErrors: Error, Sendable, CustomStringConvertible {
    package var lines: [String]
    package init(lines: [String]) { self.lines = lines }
    package var description: String { lines.joined(separator: "\n") }
}
