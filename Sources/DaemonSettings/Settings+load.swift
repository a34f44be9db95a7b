internal import Files
internal import Glibc

extension Settings {
    package static let defaultFile = "/etc/alidade/alidade.yaml"

    /// Reads the file (where none is named: the default one, if it exists) and the environment, which wins over the file.
    ///
    /// Reports everything that is wrong, not only the first thing.
    package static func load(
        file: String?, environment: [String: String], overrides: [String: (value: String, option: String)] = [:]
    ) throws(SettingsErrors) -> Settings {
        var collected = SettingsCollector()
        let path = file ?? (access(defaultFile, F_OK) == 0 ? defaultFile : nil)
        if let path { collected.read(file: path) }
        collected.read(environment: environment)
        for (key, override) in overrides {
            collected.values[key] = SettingValue(
                texts: [override.value], isQuoted: false, isList: false, origin: .commandLine(override.option))
        }
        collected.check()
        guard collected.errors.isEmpty else { throw SettingsErrors(lines: collected.errors.lines) }
        return try Settings(
            collected, file: path, credentials: CredentialFolder.path(environment: environment, configuration: path))
    }

    private init(_ collected: SettingsCollector, file: String?, credentials: String) throws(SettingsErrors) {
        let read = SettingReader(collected.values)
        var named: Set<String> = []
        func secret(_ path: String) throws(SettingsErrors) -> String? {
            guard let file = try read.optional(path), !file.contains("/") else { return try read.optional(path) }
            named.insert(path)
            return "\(credentials)/\(file)"
        }
        broker = Broker(
            url: try read.texts("broker.url").map { Secret($0) },
            passwordFile: try secret("broker.password_file"),
            heartbeatSeconds: try read.integer("broker.heartbeat_seconds"),
            tls: TLS(
                caFile: try read.optional("broker.tls.ca_file"),
                certificateFile: try read.optional("broker.tls.certificate_file"),
                keyFile: try secret("broker.tls.key_file"),
                verifyHostname: try read.flag("broker.tls.verify_hostname")))
        topology = Topology(
            mode: try read.choice("topology.mode"), queueType: try read.choice("topology.queue_type"),
            exclusive: try read.flag("topology.exclusive"))
        ingest = Ingest(
            prefetch: try read.integer("ingest.prefetch"), maximumBatch: try read.integer("ingest.max_batch"),
            maximumMessageBytes: try read.integer("ingest.max_message_bytes"),
            deliveryLimit: try read.integer("ingest.delivery_limit"), isStrict: try read.flag("ingest.strict"),
            naiveTimes: try read.choice("ingest.naive_times"), dimensions: try read.names("ingest.dimensions"))
        store = Store(url: try read.text("store.url"))
        alignment = Alignment(
            model: try read.text("alignment.model"), normalisation: try read.choice("alignment.normalisation"),
            driftWarning: try read.optionalNumber("alignment.drift_warning"),
            driftMinimumShare: try read.number("alignment.drift_minimum_share"),
            reportedScale: try read.choice("alignment.reported_scale"),
            trackIDs: try read.mapping("alignment.track_ids"),
            shadow: try read.optional("alignment.shadow"))
        aggregates = Aggregates(
            intervalSeconds: try read.integer("aggregates.interval_seconds"),
            windows: try read.integers("aggregates.windows"))
        http = HTTP(
            listen: try read.optional("http.listen") ?? "", socket: try read.optional("http.socket"),
            tokenFile: try secret("http.token_file"))
        dashboard = Dashboard(
            url: try read.optional("dashboard.url"), staffFile: try secret("dashboard.staff_file"),
            sessionHours: try read.integer("dashboard.session_hours"),
            idleMinutes: try read.integer("dashboard.idle_minutes"), timeZone: try read.text("dashboard.time_zone"),
            refreshSeconds: try read.integer("dashboard.refresh_seconds"), reveal: try read.choice("dashboard.reveal"),
            proxy: Proxy(
                peers: try read.names("dashboard.proxy.peers"),
                userHeader: try read.optional("dashboard.proxy.user_header"),
                groupsHeader: try read.optional("dashboard.proxy.groups_header"),
                analysts: try read.names("dashboard.proxy.analysts"),
                operators: try read.names("dashboard.proxy.operators"),
                auditors: try read.names("dashboard.proxy.auditors"),
                secretFile: try secret("dashboard.proxy.secret_file"),
                logoutURL: try read.optional("dashboard.proxy.logout_url")))
        privacy = Privacy(ipAddress: try read.choice("privacy.ip_address"))
        log = Log(level: try read.choice("log.level"), format: try read.choice("log.format"))
        self.file = file
        self.credentials = named
        shown = SettingKey.all.map { key in
            let value = collected.values[key.path]
            return (key, collected.shown(key), value?.origin.description ?? "default")
        }
    }
}

/// The bytes of a file of at most 1 MiB.
func readWholeFile(_ path: String) -> Result<[UInt8], FileProblem> {
    Result { () throws(FileProblem) in try RegularFile.read(path, atMost: 1 << 20) }
}
