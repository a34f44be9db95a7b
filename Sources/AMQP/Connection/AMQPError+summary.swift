extension AMQPError {
    /// With the cause of an attempt to connect in a few words, where nobody nearer to it has found them.
    func summarized(at broker: BrokerURL, by account: Account) -> AMQPError {
        var error = self
        if brief == nil { error.brief = Self.words(self, broker, account) }
        return error
    }

    private static func words(_ error: AMQPError, _ broker: BrokerURL, _ account: Account) -> String? {
        switch error.kind {
        case .accessRefused where error.brokerCode == 530:
            // The broker says so of a virtual host that does not exist; otherwise it is closed to the user.
            error.brokerText?.contains("not found") == true
                ? "there is no vhost \(broker.virtualHost)"
                : "\(account.words) may not use the vhost \(broker.virtualHost)"
        case .accessRefused where error.brokerCode == 403:
            account.isExternal
                ? "the broker refused the client certificate as a login"
                : "the broker refused the password of user \(account.user)"
        case .accessRefused: "the broker does not let \(account.words) log in this way"
        case .tls: "no TLS with \(broker.endpoint): \(error.reason)"
        case .timedOut: "no answer from \(broker.endpoint) in time"
        case .protocolViolation: "what listens at \(broker.endpoint) does not speak AMQP 0-9-1"
        case .lost: "the connection to \(broker.endpoint) broke during the login"
        default: nil
        }
    }
}
