internal import AMQP
internal import Broker
internal import DaemonSettings
internal import Files

/// What the checks at the broker need of the settings.
struct BrokerVisit {
    var options: ConnectionOptions
    var topology: Topology
    var deliveryLimit: Int

    init(_ settings: Settings) throws {
        let configuration = try BrokerConfiguration(settings)
        options = configuration.options(for: "doctor")
        options.connectTimeout = Doctor.limit
        options.callTimeout = Doctor.limit
        topology = configuration.topology
        deliveryLimit = settings.ingest.deliveryLimit
    }

    /// Nil where the client certificate says who we are.
    func user(at broker: BrokerURL) -> String? {
        let user = options.user ?? broker.user
        return user ?? (broker.isTLS && options.tls.certificateFile != nil ? nil : "guest")
    }

    /// For words such as "as guest".
    func login(at broker: BrokerURL) -> String {
        user(at: broker).map { "as \($0)" } ?? "with the client certificate"
    }

    /// Nil where there is none.
    func password(at broker: BrokerURL) -> Secret? {
        options.password ?? broker.password ?? (options.user ?? broker.user == nil ? Secret("guest") : nil)
    }
}

extension BrokerURL {
    /// On this machine: nobody on the network can listen.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
