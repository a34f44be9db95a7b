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
    /// A message whose rest has not come for this long means that the peer is broken, whatever heartbeats it sends.
    package var stallTimeout = Duration.seconds(60)
    /// What the broker's operators see: `connection_name`.
    package var clientName = "alidade"
    package var clientVersion = ""
    /// A larger body is refused with ``AMQPError/Kind/messageTooLarge``; memory grows by what arrives, not by what is announced.
    package var maximumBodyBytes = 256 << 20
    /// A batch takes no further message once it holds this many bytes.
    package var batchBytes = 64 << 20

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
