import DaemonSettings
internal import Files
import Testing

struct ShippedFilesTests {
    private static let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/config"

    private func shown(_ settings: Settings) -> [String: String] {
        Dictionary(uniqueKeysWithValues: settings.shown.map { ($0.key.path, $0.value) })
    }

    @Test func `the reference file says exactly the defaults`() throws {
        let reference = try Settings.load(file: Self.folder + "/reference.yaml", environment: [:])
        let defaults = try load("")
        #expect(shown(reference) == shown(defaults))
        #expect(reference.broker.url.map(\.value) == ["amqp://guest:guest@127.0.0.1:5672/"])
        #expect(reference.ingest.prefetch == 4000)
        #expect(reference.alignment.driftWarning == 15)
        #expect(reference.aggregates.windows == [7, 30])
        #expect(reference.http.listen == "127.0.0.1:8089")
        #expect(reference.broker.tls.verifyHostname)
    }

    @Test func `the reference file mentions every key`() throws {
        let reference = try Settings.load(file: Self.folder + "/reference.yaml", environment: [:])
        #expect(reference.shown.count == SettingKey.all.count)
        for (key, _, origin) in reference.shown {
            #expect(origin.hasPrefix(Self.folder), "\(key.path) comes from \(origin)")
        }
    }

    @Test func `the minimal file is understood`() throws {
        let minimal = try Settings.load(file: Self.folder + "/minimal.yaml", environment: [:])
        #expect(minimal.broker.url.map(\.value) == ["amqps://alidade@rabbitmq.example.org/"])
        #expect(minimal.broker.passwordFile == "/etc/alidade/broker_password")
        #expect(minimal.store.url == "sqlite:///var/lib/alidade/alidade.db")
    }
}
