internal import Events
package import Files

/// How to connect, and how long anything may take.
package struct ConnectionOptions: Sendable {
    /// Tried in this order until one answers.
    package var urls: [BrokerURL]
    /// Instead of the URL's user and password: from a credential file.
    package var user: String?
    package var password: Secret?
    package var sasl = SASLMechanism.automatic
    package var tls = TLSOptions()
    /// Asked for; the broker may lower it. At least 1: zero would switch off the detection of a dead peer.
    package var heartbeatSeconds = 30
    /// For one URL: name resolution, then all of its addresses with the TLS handshake.
    package var connectTimeout = Duration.seconds(10)
    /// For every request to the broker, the login included, and for every write.
    package var callTimeout = Duration.seconds(15)
    /// A message of which nothing more has come for this long means that the peer is broken, whatever heartbeats it sends. How long it takes
    /// as a whole does not matter.
    package var stallTimeout = Duration.seconds(60)
    /// What the broker's operators see: `connection_name`.
    package var clientName = "alidade"
    package var clientVersion = ""
    /// No RabbitMQ can be told to take a larger body: who announces one is broken (``AMQPError/Kind/messageTooLarge``).
    package var maximumBodyBytes = 512 << 20
    /// A batch takes no further message once it holds this many bytes; with one more that is not large it still fits into what its arena keeps.
    package var batchBytes = ByteArena.keptCapacity - (1 << 20)

    package init(urls: [BrokerURL]) { self.urls = urls }

    package init(url: BrokerURL) { self.init(urls: [url]) }
}

/// How the client proves who it is.
package enum SASLMechanism: String, Sendable, CaseIterable {
    /// EXTERNAL with a client certificate and no user anywhere, else PLAIN.
    case automatic
    case plain
    /// The broker takes the user from the client certificate.
    case external
}

/// Files are PEM. The broker's certificate is always verified.
package struct TLSOptions: Sendable {
    /// Authorities that may have signed the broker's certificate; nil means the system's.
    package var caFile: String?
    package var certificateFile: String?
    /// Without a password.
    package var keyFile: String?
    /// False accepts any name in a certificate that is otherwise valid.
    package var verifyHostname = true

    package init() {}
}
