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
        return Settings(
            collected, file: path, credentials: CredentialFolder.path(environment: environment, configuration: path))
    }

    private init(_ collected: SettingsCollector, file: String?, credentials: String) {
        func text(_ path: String) -> String { collected.values[path]?.texts.first ?? "" }
        func optional(_ path: String) -> String? { collected.values[path]?.isNull == true ? nil : text(path) }
        var named: Set<String> = []
        func secret(_ path: String) -> String? {
            guard let file = optional(path), !file.contains("/") else { return optional(path) }
            named.insert(path)
            return "\(credentials)/\(file)"
        }
        func integer(_ path: String) -> Int { Int(text(path)) ?? 0 }
        broker = Broker(
            url: (collected.values["broker.url"]?.texts ?? []).map { Secret($0) },
            passwordFile: secret("broker.password_file"),
            heartbeatSeconds: integer("broker.heartbeat_seconds"),
            tls: TLS(
                caFile: optional("broker.tls.ca_file"), certificateFile: optional("broker.tls.certificate_file"),
                keyFile: secret("broker.tls.key_file"), verifyHostname: text("broker.tls.verify_hostname") == "true"))
        topology = Topology(
            mode: text("topology.mode"), queueType: text("topology.queue_type"),
            exclusive: text("topology.exclusive") == "true")
        ingest = Ingest(
            prefetch: integer("ingest.prefetch"), maximumBatch: integer("ingest.max_batch"),
            maximumMessageBytes: integer("ingest.max_message_bytes"), deliveryLimit: integer("ingest.delivery_limit"))
        store = Store(url: text("store.url"))
        alignment = Alignment(
            model: text("alignment.model"), normalisation: text("alignment.normalisation"),
            driftWarning: optional("alignment.drift_warning").flatMap { Double($0) },
            shadow: optional("alignment.shadow"))
        aggregates = Aggregates(
            intervalSeconds: integer("aggregates.interval_seconds"),
            windows: (collected.values["aggregates.windows"]?.texts ?? []).compactMap { Int($0) })
        http = HTTP(listen: optional("http.listen") ?? "", tokenFile: secret("http.token_file"))
        privacy = Privacy(ipAddress: text("privacy.ip_address"))
        log = Log(level: text("log.level"), format: text("log.format"))
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
