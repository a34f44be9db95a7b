internal import AMQP
internal import Synchronization

/// How the broker is reached, as the settings have it now: every part asks here each time before it connects.
final class CurrentBroker: Sendable {
    private let configuration: Mutex<BrokerConfiguration>

    init(_ configuration: BrokerConfiguration) { self.configuration = Mutex(configuration) }

    /// Open connections stay as they are.
    func change(to new: BrokerConfiguration) { configuration.withLock { $0 = new } }

    /// The files of certificates that connections with TLS use; empty where there are none.
    var certificates: [(role: String, file: String)] { configuration.withLock { $0.certificates } }

    var prefetch: Int { configuration.withLock { $0.prefetch } }

    /// The password is read again, because it may have been replaced since the last connection.
    func options(for purpose: String) -> ConnectionOptions {
        configuration.withLock { $0 }.options(for: purpose, readingPassword: true)
    }
}
