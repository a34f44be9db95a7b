import DaemonSettings
internal import Files
import Testing

struct LoadingTests {
    @Test func `the file overrides defaults and the environment overrides the file`() throws {
        let settings = try load(
            "ingest:\n  prefetch: 100\n  max_batch: 50\n", environment: ["ALIDADE_INGEST_MAX_BATCH": "20", "HOME": "/"])
        #expect(settings.ingest.prefetch == 100)
        #expect(settings.ingest.maximumBatch == 20)
        #expect(settings.ingest.deliveryLimit == 10)
        let origins = Dictionary(uniqueKeysWithValues: settings.shown.map { ($0.key.path, $0.origin) })
        #expect(origins["ingest.prefetch"]?.hasSuffix(":2") == true)
        #expect(origins["ingest.max_batch"] == "ALIDADE_INGEST_MAX_BATCH")
        #expect(origins["ingest.delivery_limit"] == "default")
    }

    @Test func `an option of the command line wins over everything`() throws {
        let settings = try Settings.load(
            file: nil, environment: ["ALIDADE_STORE_URL": "sqlite://b"],
            overrides: ["store.url": ("sqlite://c", "--store")])
        #expect(settings.store.url == "sqlite://c")
        #expect(settings.shown.first { $0.key.path == "store.url" }?.origin == "--store")
    }

    @Test func `lists come in either style, or separated by commas in the environment`() throws {
        let flow = try load("broker: {url: ['amqp://a', \"amqp://b\"]}\naggregates: {windows: [1, 365]}")
        #expect(flow.broker.url.map(\.value) == ["amqp://a", "amqp://b"])
        #expect(flow.aggregates.windows == [1, 365])
        let block = try load("broker:\n  url:\n  - amqp://a\n  - amqp://b\n")
        #expect(block.broker.url.map(\.value) == ["amqp://a", "amqp://b"])
        let given = try load(
            "", environment: ["ALIDADE_BROKER_URL": "amqp://c, amqps://d", "ALIDADE_AGGREGATES_WINDOWS": "3"])
        #expect(given.broker.url.map(\.value) == ["amqp://c", "amqps://d"])
        #expect(given.aggregates.windows == [3])
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "broker:\ntopology: ~\nlog: {}\n", "null"])
    func `a file that sets nothing leaves the defaults`(yaml: String) throws {
        #expect(try load(yaml).ingest.prefetch == 4000)
    }

    @Test(arguments: ["~", "null", "Null", "NULL", ""])
    func `null unsets what may be absent`(null: String) throws {
        let settings = try load("broker: {tls: {ca_file: \(null)}}\nalignment: {drift_warning: \(null)}")
        #expect(settings.broker.tls.caFile == nil)
        #expect(settings.alignment.driftWarning == nil)
        #expect(try load("", environment: ["ALIDADE_HTTP_TOKEN_FILE": null]).http.tokenFile == nil)
    }

    @Test func `names come as a list, alone, separated by commas, or not at all`() throws {
        func names(_ yaml: String, _ variable: String? = nil) throws -> [String] {
            try load(yaml, environment: variable.map { ["ALIDADE_INGEST_DIMENSIONS": $0] } ?? [:]).ingest.dimensions
        }
        #expect(try names("ingest: {dimensions: [cohort, 'tenant-id', _x9]}") == ["cohort", "tenant-id", "_x9"])
        #expect(try names("ingest: {dimensions: cohort}") == ["cohort"])
        #expect(try names("", "cohort, tenant") == ["cohort", "tenant"])
        for nothing in ["[]", "~", "null"] { #expect(try names("ingest: {dimensions: \(nothing)}") == []) }
        #expect(try names("ingest: {dimensions: [cohort]}", "") == [])
        #expect(try load("").shown.first { $0.key.path == "ingest.dimensions" }?.value == "[]")
    }

    @Test func `a list of texts is read from the file and from a variable, or is empty`() throws {
        func grants(_ yaml: String, _ variable: String? = nil) throws -> [String] {
            let environment = variable.map { ["ALIDADE_DASHBOARD_PROXY_OPERATORS": $0] } ?? [:]
            return try load(yaml, environment: environment).dashboard.proxy.operators
        }
        let yaml = "dashboard: {proxy: {operators: [Domain Users, user:alice, '@example.org']}}"
        #expect(try grants(yaml) == ["Domain Users", "user:alice", "@example.org"])
        #expect(try grants("dashboard: {proxy: {operators: ops}}") == ["ops"])
        #expect(try grants(yaml, "ops, user:bob") == ["ops", "user:bob"])
        #expect(try grants(yaml, "") == [])
        for nothing in ["[]", "~", "null"] {
            #expect(try grants("dashboard: {proxy: {operators: \(nothing)}}") == [])
        }
        #expect(
            try load(yaml).shown.first { $0.key.path == "dashboard.proxy.operators" }?.value
                == "[Domain Users, user:alice, @example.org]")
    }

    @Test func `a bare name of a secret is a credential, a path is itself`() throws {
        let environment = ["CREDENTIALS_DIRECTORY": "/run/credentials/alidade.service"]
        let settings = try load(
            "dashboard: {staff_file: staff, proxy: {secret_file: /etc/secret}}", environment: environment)
        #expect(settings.dashboard.staffFile == "/run/credentials/alidade.service/staff")
        #expect(settings.dashboard.proxy.secretFile == "/etc/secret")
        #expect(settings.credentials == ["dashboard.staff_file"])
    }

    @Test func `a mapping is read from the file and from a variable`() throws {
        let yaml = "alignment: {track_ids: {network-defense: defender, 'red team': offensive}}"
        let settings = try load(yaml)
        #expect(settings.alignment.trackIDs.map(\.key) == ["network-defense", "red team"])
        #expect(settings.alignment.trackIDs.map(\.value) == ["defender", "offensive"])
        let shown = settings.shown.first { $0.key.path == "alignment.track_ids" }
        #expect(shown?.value == "{network-defense: defender, red team: offensive}")
        let given = try load(yaml, environment: ["ALIDADE_ALIGNMENT_TRACK_IDS": "a=defender, b = grc"])
        #expect(given.alignment.trackIDs.map(\.key) == ["a", "b"])
        #expect(given.alignment.trackIDs.map(\.value) == ["defender", "grc"])
        #expect(try load("alignment: {track_ids: {}}").alignment.trackIDs.isEmpty)
        #expect(try load("alignment: {track_ids: ~}").alignment.trackIDs.isEmpty)
    }

    @Test func `a mistaken mapping is complained about`() throws {
        func complaint(_ value: String) throws -> [String] { try problems("alignment:\n  track_ids: \(value)\n") }
        let expected = "a mapping of ids to tracks of the model, as in {ID: NAME}, was expected"
        #expect(try complaint("x") == ["FILE:2: alignment.track_ids: a value stands where \(expected)"])
        #expect(try complaint("[x]") == ["FILE:2: alignment.track_ids: a list stands where \(expected)"])
        for nothing in ["{a: }", "{a: [b]}", "{a: []}", "{a: ''}"] {
            let found = try complaint(nothing)
            #expect(found == ["FILE:2: alignment.track_ids: nothing stands for \"a\"; \(expected)"], "\(nothing)")
        }
        #expect(try complaint("{a: {b: c}}").count == 1)
        let given = try problems("", environment: ["ALIDADE_ALIGNMENT_TRACK_IDS": "a=b,a=c"])
        #expect(given == ["ALIDADE_ALIGNMENT_TRACK_IDS: alignment.track_ids: \"a\" stands in it twice"])
    }

    @Test func `a quoted null is text`() throws {
        #expect(try load("alignment: {shadow: 'null'}").alignment.shadow == "null")
    }

    @Test func `every key has a variable of its own, and its default is allowed`() throws {
        #expect(Set(SettingKey.all.map(\.environmentName)).count == SettingKey.all.count)
        for key in SettingKey.all {
            let fallback = key.fallback.filter { !"[]{}".contains($0) }
            let settings = try load("", environment: [key.environmentName: fallback])
            #expect(settings.shown.first { $0.key.path == key.path }?.origin == key.environmentName)
        }
    }

    @Test func `a file that was asked for must exist`() {
        #expect(throws: SettingsErrors.self) { try Settings.load(file: "/nowhere/alidade.yaml", environment: [:]) }
        do {
            _ = try Settings.load(file: "/nowhere/alidade.yaml", environment: ["ALIDADE_LOG_LEVEL": "loud"])
        } catch {
            #expect(error.lines.count == 2)
            #expect(
                error.lines[0] == "could not read the configuration /nowhere/alidade.yaml: No such file or directory")
        }
    }

    @Test(arguments: [
        "127.0.0.1:0", "localhost:80", "[::1]:8089", "0.0.0.0:65535",
    ])
    func `an address to listen on is a host and a port`(listen: String) throws {
        #expect(try load("http: {listen: '\(listen)'}").http.listen == listen)
    }
}
