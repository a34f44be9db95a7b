import Foundation
import Testing

@testable import Configuration

@Suite struct SettingsTests {
    private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config")
        .standardizedFileURL

    private func load(_ yaml: String? = nil, _ environment: [String: String] = [:]) throws -> Settings {
        guard let yaml else { return try Settings.load(file: nil, environment: environment) }
        let file = FileManager.default.temporaryDirectory.appending(path: "alidade-\(UUID().uuidString).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Settings.load(file: file.path(), environment: environment)
    }

    private func errors(_ yaml: String? = nil, _ environment: [String: String] = [:]) -> [String] {
        do {
            _ = try load(yaml, environment)
            return []
        } catch let errors as SettingsErrors {
            // The file's path is another each time.
            return errors.lines.map { $0.replacing(/^.*alidade-[-0-9A-F]+\.yaml/, with: "FILE") }
        } catch { return ["\(error)"] }
    }

    @Test func `without a file everything has its default`() throws {
        let settings = try load()
        #expect(settings.broker.url.map(\.value) == ["amqp://guest:guest@127.0.0.1:5672/"])
        #expect(
            settings.ingest.prefetch == 4000 && settings.ingest.maximumBatch == 2000
                && settings.ingest.deliveryLimit == 10)
        #expect(settings.topology.queueType == "quorum" && settings.topology.mode == "declare")
        #expect(settings.aggregates.windows == [7, 30])
        #expect(settings.broker.passwordFile == nil && settings.broker.tls.verifyHostname)
    }

    @Test func `the reference file is the defaults, and names every key`() throws {
        let path = folder.appending(path: "reference.yaml").path()
        let reference = try Settings.load(file: path, environment: [:])
        let defaults = try Settings.load(file: nil, environment: [:])
        for (shown, fallback) in zip(reference.shown, defaults.shown) {
            #expect(shown.value == fallback.value, "\(shown.key.path)")
            #expect(shown.origin.hasPrefix(path), "\(shown.key.path) is missing from reference.yaml")
        }
    }

    @Test func `the minimal file is a configuration`() throws {
        let minimal = try Settings.load(file: folder.appending(path: "minimal.yaml").path(), environment: [:])
        #expect(minimal.broker.passwordFile == "/etc/alidade/amqp_password")
    }

    @Test func `the environment wins over the file`() throws {
        let settings = try load("ingest: {prefetch: 5}\nlog: {level: debug}", ["ALIDADE_INGEST_PREFETCH": "6"])
        #expect(settings.ingest.prefetch == 6 && settings.log.level == "debug")
        #expect(settings.shown.first { $0.key.path == "ingest.prefetch" }?.origin == "ALIDADE_INGEST_PREFETCH")
    }

    @Test func `several brokers are a list, separated by commas in the environment`() throws {
        #expect(
            try load("broker:\n  url: [amqp://a/, amqps://b/]").broker.url.map(\.value) == ["amqp://a/", "amqps://b/"])
        #expect(
            try load(nil, ["ALIDADE_BROKER_URL": "amqp://a/, amqp://b/"]).broker.url.map(\.value) == [
                "amqp://a/", "amqp://b/",
            ])
    }

    @Test(arguments: [
        ("ingest: {prefetc: 1}", "FILE:1: there is no key ingest.prefetc; did you mean ingest.prefetch?"),
        ("ingst: {prefetch: 1}", "FILE:1: there is no section ingst; did you mean ingest?"),
        ("ingest:\n  prefetch: many", "FILE:2: ingest.prefetch: many is not a whole number from 1 to 65535"),
        ("ingest:\n  prefetch: 0", "FILE:2: ingest.prefetch: 0 is not a whole number from 1 to 65535"),
        (
            "ingest:\n  prefetch: \"5\"",
            "FILE:2: ingest.prefetch: \"5\" is quoted and therefore text; a whole number from 1 to 65535 was expected"
        ),
        ("ingest: 5", "FILE:1: ingest: a value stands where a section with keys was expected"),
        (
            "ingest:\n  prefetch: [1, 2]",
            "FILE:2: ingest.prefetch: a list stands where a whole number from 1 to 65535 was expected"
        ),
        (
            "log: {level: wrning}",
            "FILE:1: log.level: \"wrning\" is not one of trace, debug, info, notice, warning, error, critical; did you mean warning?"
        ),
        ("store: {url: postgres://x}", "FILE:1: store.url: \"postgres://x\" is not sqlite:///PATH"),
        ("http: {listen: nowhere}", "FILE:1: http.listen: \"nowhere\" is not ADDRESS:PORT"),
        (
            "broker: {tls: {certificate_file: /x}}",
            "FILE:1: broker.tls.certificate_file: a certificate and its key (broker.tls.key_file) go together; one of them is missing"
        ),
        (
            "aggregates: {windows: [7, 400]}",
            "FILE:1: aggregates.windows: 400 is not a list of whole numbers from 1 to 365"
        ),
        ("log:\n  level: info\n  level: debug", "FILE:3: log.level: stands here a second time"),
        ("a: &x 1\nb: *x", "FILE:2: anchors and aliases are not used in a configuration"),
    ])
    func `what is wrong is said in one line with its place`(yaml: String, line: String) {
        #expect(errors(yaml).contains(line), "\(errors(yaml))")
    }

    @Test func `text that is not YAML is said with its line`() {
        #expect(errors("broker:\n\turl: x").first?.hasPrefix("FILE:2: the file is not YAML: ") == true)
    }

    @Test func `everything that is wrong is said, not only the first thing`() {
        #expect(errors("ingest: {prefetch: 0, max_batch: x}", ["ALIDADE_LOG_LEVL": "info"]).count == 3)
        #expect(
            errors(nil, ["ALIDADE_LOG_LEVL": "info"])
                == ["the environment variable ALIDADE_LOG_LEVL is no setting; did you mean ALIDADE_LOG_LEVEL?"])
    }

    @Test func `a missing file that was asked for is an error`() {
        #expect(throws: SettingsErrors.self) { _ = try Settings.load(file: "/nonexistent.yaml", environment: [:]) }
    }

    @Test func `no password is shown, in no error and in no listing`() throws {
        let settings = try load("broker: {url: 'amqp://me:hunter2@h/'}")
        #expect(settings.shown.first?.value == "amqp://me:***@h/")
        #expect(!"\(settings.shown) \(settings.broker)".contains("hunter2"))
        #expect(!errors("broker: {url: 'http://me:hunter2@h/'}").joined().contains("hunter2"))
    }

    @Test func `a password file is read without its line end, a bare name is a systemd credential`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "alidade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("secret\n".utf8).write(to: folder.appending(path: "amqp"))
        var broker = try load().broker
        broker.passwordFile = folder.appending(path: "amqp").path()
        #expect(try broker.password(environment: [:])?.value == "secret")
        broker.passwordFile = "amqp"
        #expect(try broker.password(environment: ["CREDENTIALS_DIRECTORY": folder.path()])?.value == "secret")
        #expect(throws: SettingsErrors.self) { _ = try broker.password(environment: [:]) }
        broker.passwordFile = "/nonexistent/file"
        #expect(throws: SettingsErrors.self) { _ = try broker.password(environment: [:]) }
    }
}
