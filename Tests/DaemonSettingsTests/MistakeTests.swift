import DaemonSettings
import Testing

struct MistakeTests {
    @Test(arguments: [
        ("ingest:\n  prefetc: 5", "FILE:2: there is no key ingest.prefetc; did you mean ingest.prefetch?"),
        (
            "dashboard: {time_zone: Europe/Berlim}",
            "FILE:1: dashboard.time_zone: \"Europe/Berlim\" is not in /usr/share/zoneinfo; did you mean Europe/Berlin?"
        ),
        (
            "dashboard: {time_zone: ../etc/passwd}",
            "FILE:1: dashboard.time_zone: \"../etc/passwd\" is not the name of a time zone such as Europe/Berlin"
        ),
        (
            "dashboard: {time_zone: null}",
            "FILE:1: dashboard.time_zone: nothing stands where the name of a time zone such as Europe/Berlin was expected"
        ),
        (
            "dashboard: {session_hours: 169}",
            "FILE:1: dashboard.session_hours: 169 is not a whole number from 1 to 168"
        ),
        (
            "dashboard: {proxy: {operators: [ops, '']}}",
            "FILE:1: dashboard.proxy.operators: an element is empty or longer than 256 bytes; a list of at most 64 groups, user:NAME and @DOMAIN was expected"
        ),
        (
            "dashboard: {proxy: {operators: [ops, ops]}}",
            "FILE:1: dashboard.proxy.operators: \"ops\" stands in the list twice"
        ),
        (
            "dashboard: {staf_file: x}",
            "FILE:1: there is no key dashboard.staf_file; did you mean dashboard.staff_file?"
        ),
        ("prefetch: 5", "FILE:1: there is no key prefetch; did you mean ingest.prefetch?"),
        ("\n\nbrokr:\n  url: amqp://h\n  tls: {ca_file: x}", "FILE:3: there is no section brokr; did you mean broker?"),
        ("broker: amqp://u:p@h", "FILE:1: broker: a value stands where a section with keys was expected"),
        ("broker: [1, 2]", "FILE:1: broker: a value stands where a section with keys was expected"),
        ("broker: []", "FILE:1: broker: a value stands where a section with keys was expected"),
        (
            "log: {level: {a: b}}",
            "FILE:1: log.level: a section stands where one of trace, debug, info, notice, warning, error, critical was expected"
        ),
        (
            "broker.url: amqp://h",
            "FILE:1: \"broker.url\": a key holds no dot; sections are nested, as in broker: {url: …}"
        ),
        ("log:\n  level: info\n  level: debug", "FILE:3: log.level: stands here a second time"),
        ("---\n---\nbroker: {}", "FILE:2: a second document starts here; there is one configuration"),
        ("a: 1\n--- \nb: 2", "FILE:2: a second document starts here; there is one configuration"),
        ("- 1", "FILE:1: the file is a list; sections with keys were expected"),
        ("word", "FILE:1: the file is a single value; sections with keys were expected"),
        ("log:\n\tlevel: info", "FILE:2: the file is not YAML: a tab indents this line; only spaces may"),
        ("log: &l\n  level: info", "FILE:1: anchors (&) and tags (!) are not used in a configuration"),
        ("log: {level: !!str info}", "FILE:1: anchors (&) and tags (!) are not used in a configuration"),
        ("log: {level: *l}", "FILE:1: anchors and aliases are not used in a configuration"),
        ("aggregates: {windows: [[1]]}", "FILE:1: aggregates.windows: a list holds values, not lists or sections"),
        ("? [a]\n: b", "FILE:1: a key must be a word, not a list or section"),
    ])
    func `a mistake in the file's structure is named with its line`(yaml: String, expected: String) throws {
        let found = try problems(yaml)
        #expect(found.contains(expected), "\(found)")
    }

    @Test func `broken YAML is named with its place, once`() throws {
        let found = try problems("log:\n  level: [info\nhttp: {}\n")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("FILE:3: the file is not YAML: "), "\(found)")
        let file = try TemporaryFile(bytes: [0x61, 0x3A, 0x20, 0xFF, 0xFE])
        #expect { try Settings.load(file: file.path, environment: [:]) } throws: {
            "\($0)".contains("the file is not UTF-8 text")
        }
    }

    @Test(arguments: [
        ("ingest: {prefetch: 0}", "ingest.prefetch: 0 is not a whole number from 1 to 65535"),
        ("ingest: {prefetch: 65536}", "ingest.prefetch: 65536 is not a whole number from 1 to 65535"),
        ("ingest: {prefetch: many}", "ingest.prefetch: many is not a whole number from 1 to 65535"),
        ("ingest: {prefetch: 1.5}", "ingest.prefetch: 1.5 is not a whole number from 1 to 65535"),
        (
            "ingest: {prefetch: '5'}",
            "ingest.prefetch: \"5\" is quoted and therefore text; a whole number from 1 to 65535 was expected"
        ),
        ("ingest: {prefetch: }", "ingest.prefetch: nothing stands where a whole number from 1 to 65535 was expected"),
        ("ingest: {prefetch: [1]}", "ingest.prefetch: a list stands where a whole number from 1 to 65535 was expected"),
        ("broker: {heartbeat_seconds: 0}", "broker.heartbeat_seconds: 0 is not a whole number from 1 to 3600"),
        ("broker: {tls: {verify_hostname: yes}}", "broker.tls.verify_hostname: yes is not true or false"),
        (
            "privacy: {ip_address: kep}",
            "privacy.ip_address: \"kep\" is not one of keep, truncate, drop; did you mean keep?"
        ),
        ("alignment: {drift_warning: 100.5}", "alignment.drift_warning: 100.5 is not a number from 0.0 to 100.0"),
        ("alignment: {drift_warning: nan}", "alignment.drift_warning: nan is not a number from 0.0 to 100.0"),
        ("alignment: {model: ''}", "alignment.model: it is empty; text was expected"),
        (
            "aggregates: {windows: []}",
            "aggregates.windows: an empty list stands where a list of whole numbers from 1 to 365 was expected"
        ),
        ("aggregates: {windows: [7, 366]}", "aggregates.windows: 366 is not a list of whole numbers from 1 to 365"),
        (
            "aggregates: {windows: [7, '8']}",
            "aggregates.windows: \"7\" is quoted and therefore text; a list of whole numbers from 1 to 365 was expected"
        ),
        ("aggregates: {windows: [7, 7]}", "aggregates.windows: \"7\" stands in the list twice"),
        (
            "ingest: {dimensions: [a, b, c, d, e, f, g, h, i]}",
            "ingest.dimensions: it has 9 names; a list of at most 8 names of members, each of at most 64 letters, digits, _ and -, was expected"
        ),
        (
            "ingest: {dimensions: [user.cohort]}",
            "ingest.dimensions: \"user.cohort\" is no name; a list of at most 8 names of members, each of at most 64 letters, digits, _ and -, was expected"
        ),
        ("ingest: {dimensions: [a, a]}", "ingest.dimensions: \"a\" stands in the list twice"),
        (
            "store: {url: /var/lib/a.db}",
            "store.url: \"/var/lib/a.db\" is not sqlite:///PATH; did you mean sqlite:///var/lib/a.db?"
        ),
        ("store: {url: 'postgres://u:p@h/d'}", "store.url: \"postgres://u:***@h/d\" is not sqlite:///PATH"),
        ("store: {url: 'sqlite:///var/'}", "store.url: \"sqlite:///var/\" is not sqlite:///PATH"),
        ("http: {listen: '8089'}", "http.listen: \"8089\" is not ADDRESS:PORT"),
        (
            "http: {listen: 'h:65536'}",
            "http.listen: \"h:65536\" is not ADDRESS:PORT"
        ),
        ("broker: {url: 'http://h'}", "broker.url: it does not begin with amqp:// or amqps://"),
        (
            "broker: {url: 'amqp://h:0'}",
            "broker.url: the URL names no host, or its port is not a number from 1 to 65535"
        ),
        (
            "broker: {url: 'amqp://u:p@'}",
            "broker.url: the URL names no host, or its port is not a number from 1 to 65535"
        ),
    ])
    func `an impossible value is named with what was expected`(yaml: String, expected: String) throws {
        #expect(try problems(yaml) == ["FILE:1: " + expected])
    }

    @Test func `a certificate needs its key`() throws {
        #expect(try problems("broker: {tls: {certificate_file: c.pem}}").count == 1)
        #expect(try problems("broker: {tls: {certificate_file: c.pem, key_file: k.pem}}").isEmpty)
    }

    @Test func `everything wrong is reported at once`() throws {
        let yaml = "ingest:\n  prefetch: 0\n  max_batches: 1\nlog: {format: xml}\n"
        let found = try problems(yaml, environment: ["ALIDADE_LOG_LEVL": "info", "ALIDADE_PRIVACY_IP_ADDRESS": "hash"])
        #expect(found.count == 5, "\(found)")
        #expect(found.contains { $0.hasPrefix("ALIDADE_PRIVACY_IP_ADDRESS: privacy.ip_address: ") })
    }

    @Test func `an unknown variable is named with the nearest known one`() throws {
        let found = try problems(
            "",
            environment: ["ALIDADE_BROKR_URL": "amqp://u:hunter2@h", "ALIDADE_TEST_X": "1", "ALIDADE_SEEDED_BUG": "1"])
        #expect(found == ["the environment variable ALIDADE_BROKR_URL is no setting; did you mean ALIDADE_BROKER_URL?"])
    }
}
