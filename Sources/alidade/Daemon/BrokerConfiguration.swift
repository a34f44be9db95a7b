internal import AMQP
internal import Broker
internal import Files
internal import DaemonSettings

/// The `broker` and `topology` sections of the settings, in the terms of the parts that use them.
struct BrokerConfiguration: Sendable {
    private let connection: ConnectionOptions
    private let section: Settings.Broker
    let topology: Topology
    let prefetch: Int

    init(_ settings: Settings) throws {
        let urls = try settings.broker.url.map { url in
            do throws(AMQPError) { return try BrokerURL(parsing: url.value) } catch {
                throw ExitStatus.configuration.error("broker.url: \(error.reason)")
            }
        }
        var connection = ConnectionOptions(urls: urls)
        if let password = try settings.broker.password() {
            connection.password = password
        }
        connection.heartbeatSeconds = settings.broker.heartbeatSeconds
        connection.tls.caFile = settings.broker.tls.caFile
        connection.tls.certificateFile = settings.broker.tls.certificateFile
        connection.tls.keyFile = settings.broker.tls.keyFile
        connection.tls.verifyHostname = settings.broker.tls.verifyHostname
        connection.clientVersion = Version.current
        self.connection = connection
        section = settings.broker
        topology = Topology(
            mode: Topology.Mode(settings.topology.mode),
            queueType: Topology.QueueType(settings.topology.queueType),
            isExclusive: settings.topology.exclusive)
        prefetch = settings.ingest.prefetch
    }

    var certificates: [(role: String, file: String)] {
        guard connection.urls.contains(where: \.isTLS) else { return [] }
        return [("client", connection.tls.certificateFile), ("authorities", connection.tls.caFile)].compactMap {
            role, file in
            file.map { (role, $0) }
        }
    }

    /// `purpose` is what the broker's operators read behind the connection: "alidade consume".
    ///
    /// `readingPassword` reads the password's file again; where that fails, the password is the one that was read last.
    func options(for purpose: String, readingPassword: Bool = false) -> ConnectionOptions {
        var options = connection
        if readingPassword, let password = try? section.password() {
            options.password = password
        }
        options.clientName = "alidade \(purpose)"
        return options
    }
}

extension Topology.Mode {
    init(_ setting: Settings.Topology.Mode) {
        self =
            switch setting {
            case .declare: .declare
            case .check: .check
            }
    }
}

extension Topology.QueueType {
    init(_ setting: Settings.Topology.QueueType) {
        self =
            switch setting {
            case .quorum: .quorum
            case .classic: .classic
            }
    }
}
