internal import AMQP
internal import Alignment
internal import DaemonSettings
internal import Dashboard
internal import Ingest
internal import Replies
internal import Store

/// Settings with everything that they name: checked, read and loaded. With one of these the daemon can start, or go on after a reload.
struct PreparedSettings: Sendable {
    /// Not all of them: after a reload what needs a restart is still as it was.
    let settings: Settings
    let broker: BrokerConfiguration
    let ingest: IngestOptions
    let dashboard: DashboardSettings
    let store: any EventStore
    let files: NamedFiles

    /// Throws everything that makes these settings unusable, in the words of `alidade config check`.
    init(_ settings: Settings) throws {
        self.settings = settings
        broker = try BrokerConfiguration(settings)
        store = try settings.eventStore()
        ingest = try settings.ingestOptions()
        dashboard = try settings.dashboardSettings()
        _ = try settings.http.token()
        files = NamedFiles(of: settings)
    }

    private init(
        _ settings: Settings, _ broker: BrokerConfiguration, _ ingest: IngestOptions, _ dashboard: DashboardSettings,
        _ store: any EventStore, _ files: NamedFiles
    ) {
        (self.settings, self.broker, self.ingest) = (settings, broker, ingest)
        (self.dashboard, self.store, self.files) = (dashboard, store, files)
    }

    /// `new`, but for what needs a restart: what counts after a reload.
    func takingOver(_ new: PreparedSettings) -> PreparedSettings {
        PreparedSettings(
            settings.takingOver(new.settings), new.broker, new.ingest, new.dashboard, store,
            new.files.keepingUnread(of: files))
    }

    /// Throws where a certificate or a key cannot be used. A daemon starts without them and waits for them, as for its broker; to take up
    /// new ones that are wrong would be a mistake.
    func checkCertificates() throws(Failure) {
        do throws(AMQPError) { try broker.options(for: "check").checkCertificates() } catch {
            throw ExitStatus.configuration.error("broker.tls: \(error)")
        }
    }

    /// By their settings in `alignment`: `model`, and `shadow` where there is one.
    var models: [ModelInUse] {
        [("model", ingest.alignment.primary), ("shadow", ingest.alignment.shadow)]
            .compactMap { setting, scorer in scorer.map { ModelInUse(setting: setting, model: $0.model) } }
    }

    /// Who may see the pages.
    func doorRules() throws -> DoorRules {
        DoorRules(dashboard, token: try settings.http.token(), declared: ingest.dimensions)
    }

    var schedule: PublicationSchedule {
        PublicationSchedule(
            interval: .seconds(settings.aggregates.intervalSeconds), windows: settings.aggregates.windows)
    }
}
