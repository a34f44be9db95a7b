import DaemonSettings
import Foundation
import Testing

/// What a reload compares: settings before and after, and the files that they name.
struct ChangeTests {
    @Test func `when each key counts is written down`() {
        var keys: [SettingEffect: [String]] = [:]
        for key in SettingKey.all { keys[key.effect, default: []].append(key.path) }
        #expect(
            keys == [
                .atOnce: [
                    "dashboard.url", "dashboard.staff_file", "dashboard.session_hours", "dashboard.idle_minutes",
                    "dashboard.time_zone", "dashboard.refresh_seconds", "dashboard.reveal", "dashboard.proxy.peers",
                    "dashboard.proxy.user_header", "dashboard.proxy.groups_header", "dashboard.proxy.analysts",
                    "dashboard.proxy.operators", "dashboard.proxy.auditors", "dashboard.proxy.secret_file",
                    "dashboard.proxy.logout_url", "log.level", "log.format",
                ],
                .nextBatch: [
                    "ingest.max_batch", "ingest.max_message_bytes", "ingest.delivery_limit", "ingest.strict",
                    "ingest.naive_times", "ingest.dimensions", "alignment.model", "alignment.normalisation",
                    "alignment.drift_warning",
                    "alignment.drift_minimum_share", "alignment.reported_scale", "alignment.track_ids",
                    "alignment.shadow", "privacy.ip_address",
                ],
                .nextConnect: [
                    "broker.url", "broker.password_file", "broker.heartbeat_seconds", "broker.tls.ca_file",
                    "broker.tls.certificate_file", "broker.tls.key_file", "broker.tls.verify_hostname",
                    "ingest.prefetch",
                ],
                .nextRound: ["aggregates.interval_seconds", "aggregates.windows"],
                .restart: [
                    "topology.mode", "topology.queue_type", "topology.exclusive", "store.url", "http.listen",
                    "http.socket", "http.token_file",
                ],
            ])
    }

    @Test func `the page for operators has every key, in order, with when it counts`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let page = try String(
            contentsOfFile: root + "/Sources/alidade/Documentation.docc/Reload.md", encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.map(String.init) == SettingKey.all.map { "| `\($0.path)` | \($0.effect.rawValue) |" })
    }

    @Test func `changes are told with both values, and passwords are not`() throws {
        let old = try load("broker: {url: 'amqp://me:first@a/'}\nlog: {level: info}")
        #expect(old.changes(to: old).isEmpty)
        let new = try load("broker: {url: 'amqp://me:other@a/'}\nlog: {level: debug}\naggregates: {windows: [1]}")
        #expect(
            old.changes(to: new) == [
                SettingChange(
                    path: "broker.url", effect: .nextConnect, from: "amqp://me:***@a/",
                    to: "amqp://me:***@a/ (another password)"),
                SettingChange(path: "aggregates.windows", effect: .nextRound, from: "[7, 30]", to: "[1]"),
                SettingChange(path: "log.level", effect: .atOnce, from: "info", to: "debug"),
            ])
    }

    @Test func `where a value comes from is no change`() throws {
        let old = try load("log: {level: debug}")
        let new = try load("# another line\nlog: {level: info}", environment: ["ALIDADE_LOG_LEVEL": "debug"])
        #expect(old.changes(to: new).isEmpty)
    }

    @Test func `what needs a restart stays in force, everything else is taken over`() throws {
        let old = try load("log: {level: info}")
        let new = try load(
            """
            log: {level: debug}
            topology: {mode: check, queue_type: classic, exclusive: true}
            store: {url: "sqlite:///elsewhere.db"}
            http: {listen: "127.0.0.1:1", socket: /a/socket, token_file: /a/b}
            dashboard: {session_hours: 3, proxy: {peers: [socket]}}
            broker: {url: "amqp://b/", heartbeat_seconds: 7}
            ingest: {prefetch: 3, max_batch: 2}
            """)
        let inForce = old.takingOver(new)
        #expect(old.changes(to: inForce).allSatisfy { $0.effect != .restart })
        #expect(inForce.changes(to: new).map(\.path) == SettingKey.all.filter { $0.effect == .restart }.map(\.path))
        #expect(inForce.store.url == old.store.url && inForce.http.listen == old.http.listen)
        #expect(inForce.topology.mode == .declare && inForce.http.tokenFile == nil)
        #expect(inForce.dashboard.sessionHours == 3 && inForce.dashboard.proxy.peers == ["socket"])
        #expect(inForce.broker.heartbeatSeconds == 7 && inForce.ingest.maximumBatch == 2)
    }

    @Test func `a named file whose content changes is told, and one that comes or goes is not`() throws {
        let password = try TemporaryFile("first")
        let authority = try TemporaryFile("PEM")
        let yaml = "broker: {password_file: '\(password.path)', tls: {ca_file: '\(authority.path)'}}"
        let settings = try load(yaml)
        func look() -> NamedFiles { NamedFiles(of: settings) }
        let before = look()
        #expect(before.changes(to: look()).isEmpty)
        let other = try TemporaryFile("second")
        let moved = try load(yaml.replacing(password.path, with: other.path))
        #expect(before.changes(to: NamedFiles(of: moved)) == ["broker.password_file"])
        let gone = try load("broker: {tls: {ca_file: /nowhere/ca.pem}}")
        #expect(before.changes(to: NamedFiles(of: gone)).isEmpty)
        #expect(NamedFiles(of: gone).changes(to: before).isEmpty)
    }

    @Test func `the content that is not read before a restart stays the old one`() throws {
        let (first, second) = (try TemporaryFile("one"), try TemporaryFile("two"))
        func look(_ path: String) throws -> NamedFiles {
            NamedFiles(
                of: try load("http: {token_file: '\(path)'}\nbroker: {password_file: '\(path)'}"))
        }
        let (old, new) = (try look(first.path), try look(second.path))
        #expect(old.changes(to: new.keepingUnread(of: old)) == ["broker.password_file"])
        #expect(new.keepingUnread(of: old).changes(to: new) == ["http.token_file"])
    }
}
